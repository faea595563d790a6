"""`crossings`: money that may have left one ledger of the case and come out on another.

It only looks. Deposits and payouts are those of services that tags name, joined by the actor's name;
the value at a deposit's time comes from the case's rates. A candidate is a lead, never more.
"""

from fractions import Fraction
from typing import Any

from chainlead.errors import TraceError
from chainlead.ledger import CaseLedger
from chainlead.model import NATIVE, Chain, moment_from_unix, moment_to_text
from chainlead.store import Store
from chainlead.trace import (
    CrossLedger,
    CrossLedgerCandidate,
    Movement,
    UTurn,
    card_document,
    find_deposits,
    find_payouts,
)
from chainlead.workflow.case import Case
from chainlead.workflow.case_clusters import CaseClusters
from chainlead.workflow.monero import load_incoming
from chainlead.workflow.rates import load_valuation
from chainlead.workflow.service_stop import ServiceStop
from chainlead.workflow.trace import chain_of_outputs

PAYER_IS_HIDDEN = (
    "Who paid is hidden on Monero: that amount and time of a receipt fit a deposit says nothing about "
    "which service paid it. A lead only: ask the service."
)


def find_crossings(
    case: Case, start: Chain, end: Chain, *, rule: CrossLedger | None = None
) -> dict[str, Any]:
    """Candidates from one ledger to another, and those of them that came back.

    Args:
        case: open for reading; with both ledgers, tags and rates.
        start: where the money went in.
        end: where it may have come out; on Monero what view keys of the case found counts.
        rule: window and tolerance; the defaults if left out.

    Raises:
        TraceError: the two are one, the case does not hold both, or one is a ledger of accounts.
    """
    if end is Chain.MONERO and start is not end:
        return _to_monero(case, start, CrossLedger() if rule is None else rule)
    held = set(case.store.group_counts("ledger_sources", "chain"))
    if start is end or not {start.value, end.value} <= held:
        raise TraceError(
            "A crossing is asked between two ledgers of the case; "
            f"it holds {', '.join(sorted(held)) or 'none'}.",
            next_step="Name two ledgers of the case; add a missing one: "
            "`chainlead ledger add CASE SOURCE --chain CHAIN`.",
        )
    matching = CrossLedger() if rule is None else rule
    sides = {
        chain: _Side(case.store, chain_of_outputs(case.store, chain)) for chain in (start, end)
    }
    rates = _Rates(case.store)
    out = matching.match(
        sides[start].deposits, sides[end].payouts, lambda one: rates.at(one, start, end)
    )
    back = matching.match(
        sides[end].deposits, sides[start].payouts, lambda one: rates.at(one, end, start)
    )
    turn = UTurn()
    turns = turn.find(out, back, sides[end].ledger, same_hand=sides[start].are_in_one_cluster)
    return {
        "strength": "inferred",
        "from": start.value,
        "to": end.value,
        "pinned": {chain.value: _pin(side.ledger) for chain, side in sides.items()},
        "deposits": len(sides[start].deposits),
        "deposits_without_a_rate": rates.missing[start],
        "payouts": len(sides[end].payouts),
        "candidates": [_candidate(one) for one in out],
        "u_turns": [
            {
                "out": _candidate(one.out),
                "back": _candidate(one.back),
                "score": str(one.score),
                "is_round_trip": one.is_round_trip,
            }
            for one in turns
        ],
        "inferences": [card_document(matching.card), card_document(turn.card)],
        "notes": [],
    }


def _to_monero(case: Case, start: Chain, matching: CrossLedger) -> dict[str, Any]:
    """Deposits to services beside what view keys of the case found on Monero.

    Who paid is hidden there, so a receipt competes for the deposits of every service.
    """
    received = [
        output
        for address in sorted(
            {e.what["address"] for e in case.entries if e.act == "monero.incoming"}
        )
        for output in load_incoming(case, address).outputs
        if output.amount_units and output.made_at_unix and not output.is_coinbase
    ]
    if not received:
        raise TraceError(
            "The case knows no payment on Monero with its time.",
            next_step="A view key shows what came in: `chainlead monero incoming CASE --address …`.",
        )
    side = _Side(case.store, chain_of_outputs(case.store, start))
    services = sorted({deposit.service for deposit in side.deposits})
    payouts = [
        Movement(
            Chain.MONERO,
            output.txid,
            service,
            output.address,
            output.amount_units or 0,
            moment_from_unix(output.made_at_unix or 0),
        )
        for service in services
        for output in received
    ]
    rates = _Rates(case.store)
    found = matching.match(side.deposits, payouts, lambda one: rates.at(one, start, Chain.MONERO))
    return {
        "strength": "inferred",
        "from": start.value,
        "to": Chain.MONERO.value,
        "pinned": {
            start.value: _pin(side.ledger),
            Chain.MONERO.value: {"height": None, "block_hash": ""},
        },
        "deposits": len(side.deposits),
        "deposits_without_a_rate": rates.missing[start],
        "payouts": len(received),
        "candidates": [_candidate(one) for one in found],
        "u_turns": [],
        "inferences": [card_document(matching.card)],
        "notes": [PAYER_IS_HIDDEN],
    }


def _pin(ledger: CaseLedger) -> dict[str, Any]:
    return {"height": ledger.pin.height, "block_hash": str(ledger.pin.block_hash or "")}


class _Side:
    """One ledger of the case with the deposits and payouts of its services."""

    def __init__(self, store: Store, chain: Chain) -> None:
        self._clusters = CaseClusters(store, chain)
        stop = ServiceStop(store, chain, self._clusters)
        transactions = list(self.ledger.transactions())
        self.deposits = find_deposits(transactions, stop.actor_at)
        self.payouts = find_payouts(transactions, stop.actor_at)

    @property
    def ledger(self) -> CaseLedger:
        return self._clusters.ledger

    def are_in_one_cluster(self, a: str, b: str) -> bool:
        """Whether the same address, or two that were spent together."""
        return a == b or self._clusters.near(a).name_of(a) == self._clusters.near(b).name_of(b)


class _Rates:
    """Base units of one coin for a base unit of another, from the case's daily rates."""

    def __init__(self, store: Store) -> None:
        self._valuation = load_valuation(store)
        self.missing: dict[Chain, int] = dict.fromkeys(Chain, 0)

    def at(self, deposit: Movement, start: Chain, end: Chain) -> Fraction | None:
        """None where the case has no rate for that day."""
        one, other = NATIVE[start], NATIVE[end]
        price = self._valuation.price(one.symbol, other.symbol, deposit.at.date())
        if price is None:
            self.missing[start] += 1
            return None
        return price * Fraction(10**other.decimals, 10**one.decimals)


def _candidate(one: CrossLedgerCandidate) -> dict[str, Any]:
    return {
        "service": one.deposit.service,
        "deposit": _movement(one.deposit),
        "payout": _movement(one.payout),
        "expected_units": str(one.expected_units),
        "competing_payouts": one.competing_payouts,
        "competing_deposits": one.competing_deposits,
        "score": str(one.score),
    }


def _movement(one: Movement) -> dict[str, Any]:
    return {
        "chain": one.chain.value,
        "txid": one.txid,
        "outpoint": str(one.outpoint) if one.outpoint else None,
        "address": one.address,
        "amount_units": str(one.amount_units),
        "at": moment_to_text(one.at),
        "payers": list(one.parties),
    }
