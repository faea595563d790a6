"""A peel chain: payment after payment is peeled off a shrinking rest.

Shape: transactions with one input and two outputs, each spending the larger output of the one before
and showing no different wallet software; the smaller output leaves the chain.
Assumption: one hand holds the rest from hop to hop, and the smaller outputs are payments.
Known failure: any wallet that pays often from one large coin makes the same shape; a rest that was
handed to somebody with the same software is followed by mistake; a payment larger than its change
is taken for the rest.
Citation: Meiklejohn et al., "A Fistful of Bitcoins", IMC 2013; that the next hop has to show the
same software is after Kappos et al., "How to Peel a Million", USENIX Security 2022.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from chainlead.ledger import LedgerView, Output, Transaction
from chainlead.model import Txid
from chainlead.trace.fingerprint import compare_fingerprints, take_fingerprint
from chainlead.trace.heuristics.change.change_heuristic import is_shared
from chainlead.trace.patterns.pattern import (
    Part,
    Pattern,
    PatternFound,
    ServiceOf,
    in_chain_order,
    nobody,
    payable,
)

LEAST_HOPS = 3


@dataclass(frozen=True, slots=True)
class _Hop:
    transaction: Transaction
    rest: Output
    peeled: Output


class PeelChain(Pattern):
    """Chains of at least some hops, as one foldable find each."""

    name = "peel_chain"
    title = "Peel chain"
    version = 1
    assumption = "One hand holds the larger rest from hop to hop and pays with the smaller outputs."
    known_failure = (
        "Any wallet that pays often from one large coin has the same shape; a rest that was handed "
        "to somebody with the same software is followed by mistake; a payment larger than its "
        "change is taken for the rest."
    )
    citation = (
        "Meiklejohn et al.: A Fistful of Bitcoins. IMC 2013; Kappos et al.: How to Peel a Million. "
        "USENIX Security 2022."
    )

    def __init__(self, least_hops: int = LEAST_HOPS) -> None:
        """Name chains of at least so many hops."""
        self._least_hops = least_hops

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """How many hops make a chain."""
        return (("least_hops", str(self._least_hops)),)

    def find(
        self,
        view: LedgerView,
        transactions: Iterable[Transaction],
        *,
        service_of: ServiceOf = nobody,
    ) -> Iterator[PatternFound]:
        """Chains that no longer chain contains; what was peeled, by service, then one by one."""
        hops = {
            transaction.txid: hop
            for transaction in in_chain_order(transactions)
            if (hop := _hop(transaction)) is not None
        }
        following = {txid: _next(hop, hops, view) for txid, hop in hops.items()}
        inner = {after for after in following.values() if after is not None}
        for txid, first in hops.items():
            if txid in inner:
                continue
            chain = [first]
            while (after := following[chain[-1].transaction.txid]) is not None:
                chain.append(hops[after])
            if len(chain) >= self._least_hops:
                yield self._chain(chain, service_of)

    def _chain(self, chain: list[_Hop], service_of: ServiceOf) -> PatternFound:
        first, last = chain[0].transaction.inputs[0], chain[-1]
        peeled = [hop.peeled for hop in chain]
        total = sum(output.amount_units for output in peeled)
        named = [(output, service_of(output.address or "")) for output in peeled]
        by_service: dict[str, int] = {}
        for output, service in named:
            if service is not None:
                by_service[service] = by_service.get(service, 0) + output.amount_units
        reached = f", to {', '.join(sorted(by_service))} among others" if by_service else ""
        amounts = [("peeled", total), ("rest at the end", last.rest.amount_units)]
        if first.previous is not None:
            amounts.insert(0, ("at the start", first.previous.amount_units))
        amounts.extend((f"peeled to {name}", by_service[name]) for name in sorted(by_service))
        return self._found(
            f"{len(chain)} transactions in a row peel one payment each off a shrinking rest{reached}.",
            (hop.transaction.txid for hop in chain),
            addresses=tuple(sorted({output.address for output in peeled if output.address})),
            amounts=tuple(amounts),
            counts=(("hops", len(chain)),),
            parts=(
                *(
                    Part("peeled", output.outpoint, output.address, output.amount_units, name or "")
                    for output, name in named
                ),
                Part("rest", last.rest.outpoint, last.rest.address, last.rest.amount_units),
            ),
        )


def _hop(transaction: Transaction) -> _Hop | None:
    """The transaction as a hop; None where it has another shape or two equal outputs."""
    outputs = payable(transaction)
    if transaction.is_coinbase or len(transaction.inputs) != 1 or len(outputs) != 2:
        return None
    peeled, rest = sorted(outputs, key=lambda output: output.amount_units)
    if peeled.amount_units == rest.amount_units or is_shared(transaction):
        return None
    return _Hop(transaction, rest, peeled)


def _next(hop: _Hop, hops: dict[Txid, _Hop], view: LedgerView) -> Txid | None:
    spender = view.lookup_spender(hop.rest.outpoint)
    if spender is None or spender.txid not in hops:
        return None
    compared = compare_fingerprints(take_fingerprint(hop.transaction), take_fingerprint(spender))
    return spender.txid if compared.fits else None
