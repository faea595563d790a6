"""`peel`: follow what a wallet keeps, hop by hop, by what its transactions show. It only looks.

Each hop is one inference with the features that matched; the chain ends where there is no single match,
and says why.
"""

from typing import Any

from chainlead.errors import OriginNotFoundError
from chainlead.ledger import LedgerView, Output, Transaction
from chainlead.model import Chain
from chainlead.trace import (
    CoinJoinGate,
    Peel,
    PeelStep,
    ViewUntil,
    card_document,
    parse_origin,
)
from chainlead.workflow.case import Case
from chainlead.workflow.case_clusters import CaseClusters
from chainlead.workflow.links import pinned
from chainlead.workflow.service_stop import ServiceStop
from chainlead.workflow.trace import chain_of_outputs

MOST_HOPS = 1_000


def follow_peels(
    case: Case,
    txid: str,
    *,
    chain: Chain | None = None,
    until_height: int | None = None,
    most_hops: int = MOST_HOPS,
) -> dict[str, Any]:
    """Every hop from a transaction on, as a document.

    Args:
        case: open for reading.
        txid: where to begin.
        chain: whose ledger; the case's only one if left out.
        until_height: look at nothing later.
        most_hops: end after so many.

    Raises:
        OriginNotFoundError: not a transaction id, or the ledger does not hold it up to that height.
        TraceError: the ledger is one of accounts.
    """
    wanted = parse_origin(txid).txid
    if wanted is None:
        raise OriginNotFoundError(
            "Peels are followed from a transaction.", next_step="Give a transaction id."
        )
    chain = chain_of_outputs(case.store, chain)
    clusters = CaseClusters(case.store, chain, until_height=until_height)
    ledger = clusters.ledger
    view: LedgerView = ledger if until_height is None else ViewUntil(ledger, until_height)
    start = view.lookup_transaction(wanted)
    if start is None:
        raise OriginNotFoundError(f"The ledger of this case holds no transaction {wanted}.")
    stop = ServiceStop(case.store, chain, clusters)
    rule = Peel()
    steps = rule.follow_all(start, view, most_hops=most_hops)
    last = view.lookup_transaction(steps[-1].spender) if steps else start
    cards = [rule.card, CoinJoinGate(view).card, *(clusters.cards if stop.has_inherited else ())]
    return {
        "strength": "inferred",
        "start": wanted.display,
        "pinned": pinned(clusters),
        "steps": [_step(step, stop) for step in steps],
        "peeled_units": str(sum(step.peeled_units for step in steps)),
        "ended": _ending(rule, last, view, len(steps) >= most_hops),
        "inferences": [card_document(card) for card in dict.fromkeys(cards)],
    }


def _step(step: PeelStep, stop: ServiceStop) -> dict[str, Any]:
    return {
        "txid": step.txid.display,
        "change": _output(step.change, stop),
        "spender": step.spender.display,
        "height": step.height,
        "same": list(step.same),
        "unknown": list(step.unknown),
        "peeled": [_output(output, stop) for output in step.peeled],
    }


def _output(output: Output, stop: ServiceStop) -> dict[str, Any]:
    return {
        "outpoint": str(output.outpoint),
        "address": output.address,
        "amount_units": str(output.amount_units),
        "service": stop.service_at(output.address) if output.address else None,
    }


def _ending(rule: Peel, last: Transaction | None, view: LedgerView, at_limit: bool) -> str:
    """Why there is no further hop, in words."""
    if last is None or at_limit:
        return "the bound on hops"
    if not rule.spendable(last):
        return "a transaction without change: one output, a coinbase, or a shape of mixing"
    several = len(rule.matches(last, view))
    if several > 1:
        return f"{several} outputs are spent by transactions with the same features"
    if all(view.lookup_spender(output.outpoint) is None for output in last.outputs):
        return "no output is spent in the known blocks"
    return "no output is spent by a transaction with the same features"
