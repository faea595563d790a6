"""`patterns`: shapes in the case's ledger that have a name. It only looks; nothing is kept.

The same ledger, tags and decisions give the same answer, so whoever doubts it asks again, and the
report of the case shows the same patterns on its trails when it is made again.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from chainlead.codecs import OUTPUT_CHAINS
from chainlead.errors import TraceError
from chainlead.ledger import LedgerView, Transaction
from chainlead.model import Chain, Txid, moment_to_text
from chainlead.store import Blobs, Store
from chainlead.trace import (
    CoinJoinGate,
    Pattern,
    PatternFound,
    ViewUntil,
    card_document,
    find_patterns,
    pattern_document,
)
from chainlead.workflow.case import Case
from chainlead.workflow.case_clusters import CaseClusters
from chainlead.workflow.links import pinned
from chainlead.workflow.service_stop import ServiceStop
from chainlead.workflow.trace import chain_of_outputs, get_trace


def find_case_patterns(
    case: Case,
    *,
    chain: Chain | None = None,
    names: Iterable[str] | None = None,
    trace_id: str | None = None,
    until_height: int | None = None,
) -> dict[str, Any]:
    """Every pattern in the ledger, or on one trail, as a document.

    Args:
        case: open for reading.
        chain: whose ledger; the trail's, or the case's only one, if left out.
        names: patterns to look for; all if left out.
        trace_id: look only at the transactions of this trace, as far as it was pinned.
        until_height: look at nothing later.

    Raises:
        OriginNotFoundError: the case has no ledger, or no trace with this id.
        TraceError: there is no pattern of a name, or the trace is on another chain.
    """
    wanted = _wanted(names)
    trail = None if trace_id is None else get_trace(case, trace_id)
    if trail is not None:
        state = trail["pinned"]
        if chain is not None and chain.value != state["chain"]:
            raise TraceError(f"This trace follows the ledger of {state['chain']}.")
        chain = Chain(state["chain"])
        until_height = _lower(until_height, state["height"])
    chain = chain_of_outputs(case.store, chain)
    document = look(case.store, chain, patterns=wanted, trail=trail, until_height=until_height)
    return {"trace_id": trace_id, **document}


def trail_documents(store: Store, blobs: Blobs) -> list[dict[str, Any]]:
    """The patterns on every trail of a case over outputs, in the order of the traces: for the report.

    It is worked out from the tables each time, each trail at the height that it was pinned to.
    """
    documents: list[dict[str, Any]] = []
    for row in store.rows("traces", order_by=("journal_seq", "trace_id")):
        trail = msgspec.json.decode(blobs.get(row["result_sha256"]))
        chain, height = Chain(trail["pinned"]["chain"]), trail["pinned"]["height"]
        if chain in OUTPUT_CHAINS and trail.get("transactions"):
            found = look(store, chain, patterns=find_patterns(), trail=trail, until_height=height)
            documents.append({"trace_id": row["trace_id"], "origin": trail["origin"], **found})
    return documents


def look(
    store: Store,
    chain: Chain,
    *,
    patterns: tuple[Pattern, ...],
    trail: Mapping[str, Any] | None,
    until_height: int | None,
) -> dict[str, Any]:
    """What these patterns find in a ledger, or among the transactions of a trail's document."""
    clusters = CaseClusters(store, chain, until_height=until_height)
    ledger = clusters.ledger
    view: LedgerView = ledger if until_height is None else ViewUntil(ledger, until_height)
    transactions = list(view.transactions()) if trail is None else _on_trail(trail, view)
    stop = ServiceStop(store, chain, clusters)
    found = [
        find
        for pattern in patterns
        for find in pattern.find(view, transactions, service_of=stop.service_at)
    ]
    kinds = {find.pattern for find in found}
    cards = [pattern.card for pattern in patterns if pattern.name in kinds]
    if found:
        cards.append(CoinJoinGate(view).card)
    if stop.has_inherited:
        cards.extend(clusters.cards)
    shown = {address for find in found for address in find.addresses}
    return {
        "strength": "inferred",
        "pinned": pinned(clusters),
        "looked_at": {"transactions": len(transactions)},
        "patterns": [{**pattern_document(find), **_place(find, view)} for find in found],
        "inferences": [card_document(card) for card in dict.fromkeys(cards)],
        "services": [used for used in stop.used() if used["address"] in shown],
    }


def _wanted(names: Iterable[str] | None) -> tuple[Pattern, ...]:
    if names is None:
        return find_patterns()
    asked = sorted(set(names))
    found = find_patterns(asked)
    missing = sorted(set(asked) - {pattern.name for pattern in found})
    if missing:
        known = ", ".join(pattern.name for pattern in find_patterns())
        raise TraceError(
            f"There is no pattern named {missing[0][:40]!r}.",
            next_step=f"The patterns are {known}.",
        )
    return found


def _lower(one: int | None, other: int | None) -> int | None:
    given = [height for height in (one, other) if height is not None]
    return min(given, default=None)


def _on_trail(trail: Mapping[str, Any], view: LedgerView) -> list[Transaction]:
    found = (
        view.lookup_transaction(Txid.from_display(row["txid"])) for row in trail["transactions"]
    )
    return [transaction for transaction in found if transaction is not None]


def _place(find: PatternFound, view: LedgerView) -> dict[str, Any]:
    """First and last height and block time of the transactions of a find."""
    made = [view.lookup_transaction(txid) for txid in find.txids]
    heights = [t.height for t in made if t is not None and t.height is not None]
    times = [t.mined_at for t in made if t is not None and t.mined_at is not None]
    return {
        "heights": [min(heights), max(heights)] if heights else [],
        "times": [moment_to_text(min(times)), moment_to_text(max(times))] if times else [],
    }
