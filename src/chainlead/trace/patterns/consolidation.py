"""A consolidation: many coins are gathered into one.

Shape: many inputs, one spendable output, no mixing round.
Assumption: one hand gathers its own coins, to pay less later or before a large move.
Known failure: somebody who empties a wallet to pay another person or a service has the same shape:
so the output is not said to belong to who paid.
Citation: the shape is described in Meiklejohn et al., "A Fistful of Bitcoins", IMC 2013
("aggregation"); the threshold is chainlead's own.
"""

from collections.abc import Iterable, Iterator

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
)

LEAST_INPUTS = 5


class Consolidation(Pattern):
    """Transactions that gather many coins into one output."""

    name = "consolidation"
    title = "Consolidation"
    version = 1
    assumption = "One hand gathers its own coins into one."
    known_failure = (
        "Who empties a wallet to pay somebody else has the same shape, so the output is not said "
        "to belong to who paid."
    )
    citation = (
        "Meiklejohn et al.: A Fistful of Bitcoins. IMC 2013 (aggregation); the threshold is "
        "chainlead's own."
    )

    def __init__(self, least_inputs: int = LEAST_INPUTS) -> None:
        """Name transactions with at least so many inputs."""
        self._least_inputs = least_inputs

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """How many inputs are many."""
        return (("least_inputs", str(self._least_inputs)),)

    def find(
        self,
        view: LedgerView,
        transactions: Iterable[Transaction],
        *,
        service_of: ServiceOf = nobody,
    ) -> Iterator[PatternFound]:
        """One find for each transaction of the shape; inputs may be unknown."""
        del view, service_of
        for transaction in in_chain_order(transactions):
            outputs = payable(transaction)
            if (
                transaction.is_coinbase
                or len(transaction.inputs) < self._least_inputs
                or len(outputs) != 1
                or is_shared(transaction)
            ):
                continue
            (into,) = outputs
            known = [spent.previous for spent in transaction.inputs if spent.previous is not None]
            sources = {output.address for output in known if output.address}
            yield self._found(
                f"{len(transaction.inputs)} coins are gathered into one.",
                (transaction.txid,),
                addresses=tuple(sorted(sources | ({into.address} if into.address else set()))),
                amounts=(("gathered", into.amount_units),),
                counts=(
                    ("coins", len(transaction.inputs)),
                    ("known addresses", len(sources)),
                    ("coins of unknown origin", len(transaction.inputs) - len(known)),
                ),
                parts=(Part("gathered", into.outpoint, into.address, into.amount_units),),
            )
