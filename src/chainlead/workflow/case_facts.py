"""Gather what the guide's rules look at: the tables of a case, condensed."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime

from chainlead.custody import Entry
from chainlead.guide import (
    CaseFacts,
    ContestedFact,
    ExhibitFact,
    MovementFact,
    TraceFact,
    UnreadFact,
)
from chainlead.store import Store
from chainlead.workflow.case import Case, content_entries
from chainlead.workflow.dependants import find_dependants, find_draft_dependants
from chainlead.workflow.found_facts import FoundFacts
from chainlead.workflow.hidden_coins import hidden_coin_facts
from chainlead.workflow.ledger_facts import rerun_facts, stated_facts
from chainlead.workflow.request_facts import (
    answer_facts,
    clock_facts,
    draft_facts,
    lead_fact,
    old_service_facts,
)

_MOST_FOR_LINKS = 20_000
"""In a larger ledger the guide does not look for contested links: it answers at once."""


def gather_facts(case: Case, now: datetime | None = None) -> CaseFacts:
    """The state of the case as the guide sees it; reads tables and stored traces only.

    Args:
        case: open for reading or writing.
        now: the moment to look from; that of the case's last act if left out.
    """
    from chainlead.workflow.leads import find_leads

    now = now or case.history[-1].at
    store = case.store
    leads = find_leads(store, case.blobs)
    settings = case.settings
    due = frozenset(one.old_id for one in find_dependants(store, case.blobs))
    found = FoundFacts(store)
    return CaseFacts(
        folder=str(case.folder),
        practice=settings.get("practice") == "yes",
        settings=settings,
        exhibits=tuple(_exhibits(store, found.by_exhibit)),
        unread=tuple(_unread(store)),
        findings=found.count,
        untriaged=dict(sorted(found.untriaged.items())),
        secrets={kind: len(prints) for kind, prints in sorted(found.secrets.items())},
        own_wallets=tuple(sorted(found.own_wallets)),
        addresses=found.addresses(),
        extended_keys=len(found.extended_keys),
        service_mentions=tuple(sorted(found.mentions)),
        ledger_chains={
            chain: store.largest("blocks", "height", chain=chain, on_best_chain=True)
            for chain in sorted(store.group_counts("ledger_sources", "chain"))
        },
        tag_count=store.count("tags"),
        rate_sources=store.count("rate_sources"),
        traces=tuple(_traces(case, due)),
        contested=tuple(_contested(case)),
        leads=tuple(lead_fact(lead) for lead in leads),
        drafts=tuple(draft_facts(store)),
        clocks=tuple(clock_facts(case, now)),
        old_services=tuple(old_service_facts(leads, now.date())),
        answers=tuple(answer_facts(store)),
        report_is_current=_report_is_current(case.entries),
        movements=tuple(_movements(case)),
        hidden_coins=tuple(hidden_coin_facts(case.entries, case.blobs)),
        rerun_due=len(due) + len(find_draft_dependants(store)),
        reruns=tuple(rerun_facts(store, case.blobs)),
        stated=tuple(stated_facts(store)),
        dismissed=frozenset(row["step_id"] for row in store.rows("dismissed_steps")),
    )


def _exhibits(store: Store, found: Counter[str]) -> Iterator[ExhibitFact]:
    for row in store.rows("exhibits"):
        exhibit = row["exhibit"]
        yield ExhibitFact(
            exhibit,
            row["path"],
            is_scanned=row["state"] == "scanned",
            streams=store.count("items", exhibit=exhibit),
            findings=found[exhibit],
        )


def _unread(store: Store) -> Iterator[UnreadFact]:
    first: dict[tuple[str, str], str] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for row in store.rows("unread"):
        key = (row["exhibit"], row["reason"])
        counts[key] += 1
        first.setdefault(key, row["location"])
    for (exhibit, reason), count in sorted(counts.items()):
        yield UnreadFact(exhibit, reason, count, first[exhibit, reason])


def _traces(case: Case, due: Collection[str]) -> Iterator[TraceFact]:
    import msgspec

    newest = {
        "tags": case.store.largest("packs", "journal_seq") or -1,
        "ledger": case.store.largest("ledger_sources", "journal_seq") or -1,
    }
    for row in case.store.rows("traces", order_by=("journal_seq", "trace_id")):
        answer = msgspec.json.decode(case.blobs.get(row["result_sha256"]))
        ends: dict[str, set[str]] = defaultdict(set)
        addresses: set[str] = set()
        for result in answer["rules"].values():
            for node in result["frontier"]:
                place = node.get("outpoint") or f"{node['txid']} {node.get('account', '')}"
                ends[node["reason"]].add(place)
            for moved in result["transfers"]:
                sides = (moved.get(side) for side in ("address", "sender", "receiver"))
                addresses.update(side for side in sides if side)
        yield TraceFact(
            trace_id=row["trace_id"],
            origin=row["origin"],
            direction=row["direction"],
            rules=tuple(sorted(answer["rules"])),
            ends={reason: len(places) for reason, places in sorted(ends.items())},
            addresses=frozenset(addresses),
            predates=(
                *(name for name, seq in newest.items() if seq > row["journal_seq"]),
                *(("reorganised",) if row["trace_id"] in due else ()),
            ),
        )


def _movements(case: Case) -> Iterator[MovementFact]:
    from chainlead.model import NATIVE, Amount
    from chainlead.workflow.watch import find_movements

    for chain, moved in find_movements(case):
        units = moved["amount_units"]
        amount = "" if units is None else str(Amount(NATIVE[chain], int(units)))
        yield MovementFact(
            moved["kind"], chain.value, moved["address"], moved["txid"], amount,
            moved["height"], moved["block_hash"],
        )  # fmt: skip


def _contested(case: Case) -> Iterator[ContestedFact]:
    from chainlead.model import Chain
    from chainlead.workflow.cluster_report import case_addresses, open_links

    sizes = case.store.group_counts("transactions", "chain")
    small = sorted(chain for chain, count in sizes.items() if count <= _MOST_FOR_LINKS)
    addresses = frozenset(case_addresses(case.store, case.blobs)) if small else frozenset()
    for chain in small:
        for link in open_links(case.store, Chain(chain), addresses):
            clusters = tuple(side["name"] for side in link["sides"])
            yield ContestedFact(link["txid"], chain, tuple(link["doubts"]), clusters)


def _report_is_current(entries: tuple[Entry, ...]) -> bool | None:
    """Whether nothing that the report says changed since; None while there is no report."""
    last = next((entry for entry in reversed(entries) if entry.act == "report.export"), None)
    if last is None:
        return None
    later = (entry for entry in content_entries(entries) if entry.seq > last.seq)
    return not any(not entry.act.startswith("next.") for entry in later)
