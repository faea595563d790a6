"""The shape of a mixing round: several people pay equal amounts to themselves in one transaction.

Assumption: where at least three outputs have one amount, and at least as many different addresses
pay in, the equal outputs belong to that many participants, and nobody can say whose is whose. Who
has no change must have put in about that amount: where fewer outputs are left than there are
participants, there must be so many inputs that are not larger (unless an input is not known).
Known failure: a service with many inputs that pays several customers the same amount has the same
shape (the trail then stops early, which is the safe side); a round of two equal outputs, a PayJoin
and a mix without equal amounts are not seen.
Citation: Goldfeder, Kalodner, Reisman, Narayanan, "When the cookie meets the blockchain", PETS 2018;
the most common output amount as the sign of a round, as in BlockSci (arXiv 1709.02489).
"""

from dataclasses import dataclass

from chainlead.trace.heuristics.coinjoin.detector import EVERY_UTXO_CHAIN, CoinJoinDetector
from chainlead.trace.heuristics.coinjoin.mixing_round import MixingRound
from chainlead.trace.heuristics.coinjoin.shape import Shape


@dataclass(frozen=True, slots=True)
class EqualOutputLimits:
    """What the verdict depends on."""

    least_equal_outputs: int = 3
    least_inputs: int = 3
    slack_permille: int = 10


class EqualOutput(CoinJoinDetector):
    """Flags equal-output (CoinJoin-shaped) transactions of no named protocol."""

    name = "equal_output"
    version = 2
    protocol = "equal outputs"
    chains = EVERY_UTXO_CHAIN
    rank = 90
    assumption = (
        "At least three outputs of one amount, and at least as many different addresses paying in, "
        "are a mixing round of at least that many participants."
    )
    known_failure = (
        "A service that pays many customers the same amount from many of its own addresses looks "
        "the same; rounds with only two equal outputs and PayJoins are not seen."
    )
    citation = (
        "Goldfeder, Kalodner, Reisman, Narayanan: When the cookie meets the blockchain. PETS 2018; "
        "Kalodner et al.: BlockSci, arXiv 1709.02489."
    )

    def __init__(self, limits: EqualOutputLimits | None = None) -> None:
        """Take the default limits where none are given."""
        self.limits = limits or EqualOutputLimits()
        self.least_inputs = self.limits.least_inputs
        self.least_outputs = self.limits.least_equal_outputs

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """The limits, by name."""
        return (
            ("least_equal_outputs", str(self.limits.least_equal_outputs)),
            ("least_inputs", str(self.limits.least_inputs)),
            ("slack_permille", str(self.limits.slack_permille)),
        )

    def examine(self, shape: Shape) -> MixingRound | None:
        """As many different payers as there are receivers of the most common amount."""
        amount_units, equal = shape.spread
        if equal < self.limits.least_equal_outputs or equal > shape.payer_count:
            return None
        without_change = equal - (shape.output_count - equal)
        if without_change > self._small_inputs(shape, amount_units):
            return None
        return self.found(equal, amount_units)

    def _small_inputs(self, shape: Shape, amount_units: int) -> int:
        """Inputs that can be all that a participant without change put in; unknown ones count."""
        if shape.unknown_count:
            return shape.input_count
        fee_units = shape.transaction.fee_units or 0
        most = amount_units + fee_units + amount_units * self.limits.slack_permille // 1000
        return sum(spent.amount_units <= most for spent in shape.known)
