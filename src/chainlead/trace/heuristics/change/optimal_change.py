"""Change is smaller than the smallest input.

Assumption: a wallet adds no coin that it does not need, so what comes back is less than any coin
that it put in.
Known failure: wallets that gather small coins, or add one for the fee, break it; with one input it
rules nothing out.
Citation: Nick, "Data-Driven De-Anonymization in Bitcoin", ETH Zurich 2015; Kalodner et al.,
"BlockSci", arXiv 1709.02489 (optimal_change).
"""

from chainlead.ledger import LedgerView, Transaction
from chainlead.trace.heuristics.change.change_heuristic import NONE, ChangeHeuristic


class OptimalChange(ChangeHeuristic):
    """Outputs below the smallest input."""

    name = "optimal_change"
    version = 1
    assumption = (
        "A wallet adds no coin that it does not need: its change is less than its smallest input."
    )
    known_failure = (
        "Wallets that gather small coins or add one for the fee break it; with one input it rules "
        "nothing out."
    )
    citation = (
        "Nick: Data-Driven De-Anonymization in Bitcoin. ETH Zurich 2015; Kalodner et al.: "
        "BlockSci, arXiv 1709.02489 (optimal_change)."
    )

    def consider(
        self, transaction: Transaction, spendable: frozenset[int], view: LedgerView
    ) -> frozenset[int]:
        """Silent where the amount of an input is unknown: it could be the smallest."""
        del view
        amounts = [
            spent.previous.amount_units
            for spent in transaction.inputs
            if spent.previous is not None
        ]
        if len(amounts) < len(transaction.inputs) or not amounts:
            return NONE
        least = min(amounts)
        return frozenset(
            index for index in spendable if transaction.outputs[index].amount_units < least
        )
