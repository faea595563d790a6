"""Stonewall: one wallet imitates a round of two, or two wallets make one; nobody can tell.

Assumption: two outputs of one amount to different places, and one or two others of different
amounts; several places pay in; with two others, the inputs can be parted so that each part pays for
one of the equal outputs and one other. One person made it (Stonewall), or two did (StonewallX2).
Known failure: an ordinary payment can have this shape by chance. That is why it is ambiguous: it
joins nothing and stops nothing.
Citation: Samourai Wallet's documentation of STONEWALL and STONEWALLx2, 2018 (unverified: read in
secondary sources); Maurer, Neudecker, Florian, "Anonymous CoinJoin Transactions with Arbitrary
Values", TrustCom 2017, for parting the inputs.
"""

from chainlead.trace.heuristics.coinjoin.detector import CoinJoinDetector
from chainlead.trace.heuristics.coinjoin.mixing_round import MixingRound
from chainlead.trace.heuristics.coinjoin.shape import Shape

_MOST_PARTED_INPUTS = 10


class Stonewall(CoinJoinDetector):
    """Two equal outputs with change: ambiguous by design, never a positive claim."""

    name = "stonewall"
    version = 1
    protocol = "Stonewall"
    rank = 80
    least_inputs = 2
    least_outputs = 3
    most_outputs = 4
    least_amount_sat = 1_000
    settings = ("most_outputs", "least_amount_sat")
    assumption = (
        "Two equal outputs and one or two others, from several places, may be one payer who "
        "imitates a round of two, or two payers; nobody can tell."
    )
    known_failure = "Ordinary payments have this shape by chance; that is why nothing is claimed."
    citation = (
        "Samourai Wallet: STONEWALL and STONEWALLx2. 2018 (unverified); Maurer, Neudecker, "
        "Florian: Anonymous CoinJoin Transactions with Arbitrary Values. TrustCom 2017."
    )

    def examine(self, shape: Shape) -> MixingRound | None:
        """Exactly two of one amount, and inputs that can be parted between them."""
        if shape.output_count > self.most_outputs or shape.payer_count < 2:
            return None
        amount, count = shape.spread
        others = [value for value, times in shape.amounts.items() if times == 1]
        if (
            count != 2
            or amount < self.least_amount_sat
            or len(others) != shape.output_count - 2
            or shape.amounts[amount] != 2
        ):
            return None
        if len(others) == 2 and not _can_be_parted(shape, amount, others):
            return None
        return self.found(
            2,
            amount,
            certainty="ambiguous",
            wording="what may be a mixing round of 2 participants, or one payer (Stonewall)",
        )


def _can_be_parted(shape: Shape, amount: int, others: list[int]) -> bool:
    """Whether some of the inputs can pay for one equal output and one other, the rest for the rest.

    True where an input is unknown, or there are too many to try.
    """
    inputs = [spent.amount_units for spent in shape.known]
    if shape.unknown_count or len(inputs) > _MOST_PARTED_INPUTS:
        return True
    first, second = amount + others[0], amount + others[1]
    total = sum(inputs)
    sums = {0}
    for units in inputs:
        sums |= {units + known for known in sums}
    return any(part >= first and total - part >= second for part in sums)
