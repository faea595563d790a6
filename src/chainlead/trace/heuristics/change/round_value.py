"""A round amount was asked for; change is what is left over, and not round.

Assumption: people name prices and gifts in round coin amounts, so the output that is no multiple of
a power of ten is the change.
Known failure: a price set in another currency is not round; change is round by chance or when a
round coin is spent on a round price; a payer may send the odd rest and keep a round amount.
Citation: Kalodner et al., "BlockSci", arXiv 1709.02489 (power_of_ten_value in change_address.cpp).
"""

from chainlead.ledger import LedgerView, Transaction
from chainlead.trace.heuristics.change.change_heuristic import ChangeHeuristic

DEFAULT_DIGITS = 6
"""Multiples of 10^6 base units: 0.01 of a coin with eight decimals."""


class RoundValue(ChangeHeuristic):
    """Outputs that are no multiple of a power of ten."""

    name = "round_value"
    version = 1
    assumption = (
        "People ask for round amounts: the output that is no multiple of a power of ten is change."
    )
    known_failure = (
        "Prices set in another currency are not round; a round coin that pays a round price gives "
        "round change; who sends an odd rest and keeps a round amount is told wrongly."
    )
    citation = "Kalodner et al.: BlockSci, arXiv 1709.02489 (power_of_ten_value)."

    def __init__(self, digits: int = DEFAULT_DIGITS) -> None:
        """Call multiples of 10 to this power round, in base units."""
        self._digits = digits

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """The power of ten."""
        return (("digits", str(self._digits)),)

    def consider(
        self, transaction: Transaction, spendable: frozenset[int], view: LedgerView
    ) -> frozenset[int]:
        """The outputs that are not round; where none is round, nothing is ruled out."""
        del view
        power = 10**self._digits
        return frozenset(
            index for index in spendable if transaction.outputs[index].amount_units % power
        )
