"""Sweeps into one address: again and again, several addresses are emptied into it without change.

Shape: at least two transactions with one spendable output each, the same address, every input from
known addresses, each from at least two of them, none of which is the collecting address.
Assumption: one hand collects from addresses that it controls; a service collects deposits so.
Known failure: a person who gathers coins into one address has the same shape, and so do several
people who each empty a wallet into one payee.
Citation: on address roles (deposit, consolidation, hot wallet) see "Ghost Clusters", USENIX Security
2025; the shape and thresholds are chainlead's own.
"""

from collections.abc import Callable, Collection, Iterable, Iterator

from chainlead.ledger import LedgerView, Transaction
from chainlead.trace.heuristics.change.change_heuristic import is_shared
from chainlead.trace.patterns.pattern import (
    Part,
    Pattern,
    PatternFound,
    ServiceOf,
    in_chain_order,
    nobody,
    payable,
    payers,
)

LEAST_ADDRESSES = 2
LEAST_SWEEPS = 2


def swept_into_service(
    senders: Collection[str | None],
    receivers: Collection[str | None],
    held_by_service: Callable[[str], bool],
) -> tuple[str, ...]:
    """The addresses that one transaction empties into a service's wallet, sorted; else empty.

    Every output must be held by the service, every input's address known and not held by it, and
    there must be at least two of them.
    """
    distinct = {address for address in senders if address is not None}
    if (
        None in senders
        or len(distinct) < LEAST_ADDRESSES
        or any(address is None or not held_by_service(address) for address in receivers)
        or any(held_by_service(address) for address in distinct)
    ):
        return ()
    return tuple(sorted(distinct))


class Sweep(Pattern):
    """Collecting addresses, with the transactions that swept into each."""

    name = "sweep"
    title = "Sweeps into one address"
    version = 1
    assumption = "One hand collects from addresses that it controls, as services collect deposits."
    known_failure = (
        "A person who gathers coins into one address has the same shape, and so do several people "
        "who each empty a wallet into one payee."
    )
    citation = (
        "Ghost Clusters. USENIX Security 2025 (roles of addresses); shape and thresholds are "
        "chainlead's own."
    )

    def __init__(self, least_sweeps: int = LEAST_SWEEPS) -> None:
        """Name addresses that at least so many transactions sweep into."""
        self._least_sweeps = least_sweeps

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """How many sweeps, each from how many addresses."""
        return (
            ("least_sweeps", str(self._least_sweeps)),
            ("least_addresses", str(LEAST_ADDRESSES)),
        )

    def find(
        self,
        view: LedgerView,
        transactions: Iterable[Transaction],
        *,
        service_of: ServiceOf = nobody,
    ) -> Iterator[PatternFound]:
        """One find for each collecting address, in the order of its first sweep."""
        del view
        into: dict[str, list[tuple[Transaction, list[str]]]] = {}
        for transaction in in_chain_order(transactions):
            outputs = payable(transaction)
            if transaction.is_coinbase or len(outputs) != 1 or is_shared(transaction):
                continue
            sources = payers(transaction)
            target = outputs[0].address
            if sources is None or target is None:
                continue
            emptied = [source for source in sources if source != target]
            if len(emptied) >= LEAST_ADDRESSES:
                into.setdefault(target, []).append((transaction, emptied))
        for target, sweeps in into.items():
            if len(sweeps) < self._least_sweeps:
                continue
            emptied_all = {source for _, emptied in sweeps for source in emptied}
            service = service_of(target)
            whose = f" of {service}" if service else ""
            yield self._found(
                f"{len(sweeps)} transactions empty {len(emptied_all)} addresses into one{whose}.",
                (transaction.txid for transaction, _ in sweeps),
                addresses=(target, *sorted(emptied_all)),
                amounts=(("collected", sum(payable(t)[0].amount_units for t, _ in sweeps)),),
                counts=(("sweeps", len(sweeps)), ("emptied addresses", len(emptied_all))),
                parts=tuple(
                    Part("sweep", output.outpoint, target, output.amount_units)
                    for transaction, _ in sweeps
                    for output in payable(transaction)
                ),
            )
