"""`trace`: follow an origin under named rules, and keep the whole answer in the case.

The answer depends on the question, the case's ledger and its tags only: the same question on the
same case gives the same bytes, and `retrace` makes them again from the journal.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from chainlead import version
from chainlead.codecs import OUTPUT_CHAINS
from chainlead.custody import Entry
from chainlead.errors import OriginNotFoundError, TraceError
from chainlead.ledger import CaseLedger, Pin
from chainlead.model import Chain
from chainlead.store import Store
from chainlead.trace import (
    CoinJoinGate,
    Direction,
    GateRecord,
    Least,
    Limits,
    Most,
    Origin,
    derive_document,
    encode_canonical,
    find_rules,
    limits_document,
    parse_origin,
    walk,
)
from chainlead.workflow.case import Case, Projection
from chainlead.workflow.case_clusters import CaseClusters
from chainlead.workflow.coverage import LiveQuestion, LiveView
from chainlead.workflow.replaced import lookup_old, take_place
from chainlead.workflow.service_stop import ServiceStop

Progress = Callable[[int, int], None]


def trace(
    case: Case,
    origin: str,
    *,
    chain: Chain | None = None,
    direction: Direction = Direction.FORWARD,
    rules: Iterable[str] | None = None,
    limits: Limits | None = None,
    live: LiveQuestion | None = None,
    why: str = "",
    progress: Progress | None = None,
) -> tuple[str, dict[str, Any]]:
    """Follow an origin and keep the answer. Interrupted before its end, it leaves the case as it was.

    Args:
        case: open for writing, with a ledger.
        origin: an address, a txid, or `txid:output_index`.
        chain: whose ledger; the case's only one if left out.
        direction: where the money went, or where it came from.
        rules: names of taint rules; all if left out.
        limits: how far.
        live: stop with the reason `not fetched` where nobody has looked; see `trace_live`.
        why: the person's reason, for the journal.
        progress: called with the transactions followed so far and the most that there can be.

    Returns:
        The trace id (16 hex characters over the question) and the document.

    Raises:
        OriginNotFoundError: the ledger does not hold the origin.
        UnknownRuleError: no such rule.
        TraceError: the case holds several ledgers and none was named, or the ledger has accounts.
    """
    question = make_question(
        case.store, origin, chain=chain, direction=direction, rules=rules, limits=limits, live=live
    )
    document = answer(case.store, question, progress)
    what = {
        **question,
        "trace_id": document["trace_id"],
        "pinned": document["pinned"],
        "version": version(),
    }
    case.act("trace.run", why=why, what=what, blobs={"result": encode_canonical(document)})
    return document["trace_id"], document


def make_question(
    store: Store,
    origin: str,
    *,
    chain: Chain | None = None,
    direction: Direction = Direction.FORWARD,
    rules: Iterable[str] | None = None,
    limits: Limits | None = None,
    live: LiveQuestion | None = None,
) -> dict[str, Any]:
    """The question as the journal keeps it; arguments and errors are those of `trace`."""
    question: dict[str, Any] = {
        "origin": str(parse_origin(origin)),
        "chain": chain_of_outputs(store, chain).value,
        "direction": str(Direction(direction)),
        "rules": [rule.name for rule in find_rules(rules)],
        "limits": limits_document(limits or Limits()),
    }
    return question | ({"live": live.to_document()} if live else {})


def apply_run(projection: Projection, entry: Entry) -> None:
    """`trace.run`: the question, and where its answer is kept. Asked again, the newer answer counts."""
    what = entry.what
    row = {
        "trace_id": what["trace_id"],
        "origin": what["origin"],
        "direction": what["direction"],
        "parameters": {"rules": what["rules"], "limits": what["limits"], "chain": what["chain"]},
        "pinned": what["pinned"],
        "result_sha256": entry.blobs["result"],
        "journal_seq": entry.seq,
    }
    take_place(projection.store, entry, what["trace_id"])
    projection.store.insert("traces", [row], replace=True)


def retrace(projection: Projection, entry: Entry) -> bytes:
    """The bytes of a journalled trace, made again.

    Args:
        projection: tables that hold what the journal held when the trace was made: call it while
            replaying, before later entries are applied.
        entry: a `trace.run`.
    """
    return encode_canonical(answer(projection.store, entry.what))


def get_trace(case: Case, trace_id: str) -> dict[str, Any]:
    """The kept document of a trace, of one that another took the place of too.

    Raises:
        OriginNotFoundError: the case has no trace with this id.
    """
    row = case.store.lookup("traces", trace_id=trace_id)
    row = row or lookup_old(case.store, "trace", trace_id)
    if row is None:
        raise OriginNotFoundError(
            "The case has no trace with this id.", next_step="Run `chainlead trace CASE ORIGIN`."
        )
    document: dict[str, Any] = msgspec.json.decode(case.blobs.get(row["result_sha256"]))
    return document


def only_chain(store: Store) -> Chain:
    """The chain of the case's ledger.

    Raises:
        OriginNotFoundError: the case has no ledger yet.
        TraceError: it has several.
    """
    names = sorted(store.group_counts("ledger_sources", "chain"))
    if not names:
        raise OriginNotFoundError("The case holds no ledger yet.")
    if len(names) > 1:
        raise TraceError(
            f"The case holds the ledgers of {', '.join(names)}.",
            next_step="Name one of them with --chain.",
        )
    return Chain(names[0])


def chain_of_outputs(store: Store, chain: Chain | None) -> Chain:
    """The chain named, or the case's only one, if its transactions spend outputs.

    Raises:
        OriginNotFoundError: none was named, and the case has no ledger yet.
        TraceError: none was named and the case has several, or the chain has accounts instead.
    """
    chain = chain or only_chain(store)
    if chain not in OUTPUT_CHAINS:
        raise TraceError(
            f"{chain.value} keeps accounts, not outputs: this is not done there yet.",
            next_step="Follow its money with `chainlead trace CASE ACCOUNT`; payments to an account "
            "are found with `chainlead match CASE --address ADDRESS`.",
        )
    return chain


def answer(
    store: Store, question: Mapping[str, Any], progress: Progress | None = None
) -> dict[str, Any]:
    """The document that answers a question; nothing is kept."""
    chain = Chain(question["chain"])
    ledger = CaseLedger(store, chain)
    origin = parse_origin(question["origin"])
    rules = find_rules(question["rules"])
    gate = GateRecord(CoinJoinGate(ledger))
    known = CaseClusters(store, chain, ledger=ledger)
    stop = ServiceStop(store, chain, known)
    live = LiveView(store, chain, question, ledger) if "live" in question else None
    bounds = (Least(), Most()) if any(rule.name == "poison" for rule in rules) else ()
    found = walk(
        ledger,
        origin,
        direction=Direction(question["direction"]),
        rules=(*rules, *bounds),
        limits=_limits(question["limits"]),
        stop=stop,
        unsought=live.judge_output if live else None,
        gate=gate.judge,
        progress=progress,
    )
    cards = [*gate.cards, *(known.rule_cards if stop.has_inherited else ())]
    results = {result.rule: result for result in found.rules}
    document = derive_document(
        found,
        rules=rules,
        inferences=cards,
        bounds=(results["least"], results["most"]) if bounds else None,
    )
    document["trace_id"] = _trace_id(question, found.pin)
    document["origin_kind"] = origin.kind
    document["stops"] = stop.used()
    document["mixing"] = gate.document()
    document["notes"] = [
        *_notes(origin, stop),
        *gate.notes(),
    ]
    return document


def _limits(asked: Mapping[str, Any]) -> Limits:
    return Limits(
        hops=asked["hops"],
        transactions=asked["transactions"],
        since_unix=asked["since_unix"],
        until_unix=asked["until_unix"],
    )


def _trace_id(question: Mapping[str, Any], pin: Pin) -> str:
    asked = {name: question[name] for name in ("origin", "direction", "rules", "limits", "chain")}
    asked |= {name: question[name] for name in ("live", "again") if name in question}
    asked["network"] = pin.network.value
    asked["height"] = pin.height
    asked["block_hash"] = pin.block_hash.display if pin.block_hash else None
    return hashlib.sha256(encode_canonical(asked)).hexdigest()[:16]


def _notes(origin: Origin, stop: ServiceStop) -> list[str]:
    service = stop.service_of(origin.address) if origin.address else None
    if service is None:
        return []
    return [
        (
            f"The origin is said to belong to {service}. A service pools its customers' money: what "
            "leaves it says nothing about one customer."
        )
    ]
