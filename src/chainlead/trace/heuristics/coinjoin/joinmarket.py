"""JoinMarket: a taker pays makers to put equal amounts beside his, each with its own change.

Assumption: exactly one amount occurs more than once; it goes to at least three different places,
from at least as many; the other outputs are as many (everybody has change) or one fewer (the taker
spent all). Each payer's share is the equal amount and its change, so no input is much larger than
the equal amount and the largest change together.
Known failure: any round with change for everybody has this shape, so the name is the likeliest only;
a service that pays some customers one amount and others different ones, from several
addresses, has the same shape; a taker with one maker only (two equal outputs) is not seen.
Citation: Möser, Böhme, "Join Me on a Market for Anonymity", WEIS 2016; Goldfeder, Kalodner, Reisman,
Narayanan, "When the cookie meets the blockchain", PETS 2018; bounds after Svenda et al., PETS 2026.
"""

from chainlead.trace.heuristics.coinjoin.detector import CoinJoinDetector
from chainlead.trace.heuristics.coinjoin.mixing_round import MixingRound
from chainlead.trace.heuristics.coinjoin.shape import Shape


class JoinMarket(CoinJoinDetector):
    """Rounds of one taker and some makers."""

    name = "joinmarket"
    version = 1
    protocol = "JoinMarket or alike"
    rank = 50
    least_inputs = 3
    least_outputs = 5
    least_equal_outputs = 3
    least_amount_sat = 2_731
    share_slack_permille = 20
    least_share_slack_sat = 100_000
    settings = (
        "least_equal_outputs",
        "least_amount_sat",
        "share_slack_permille",
        "least_share_slack_sat",
    )
    assumption = (
        "Equal outputs to at least three places from at least as many, each with one change output "
        "of its own (the taker may have none), are a round of one taker and his makers."
    )
    known_failure = (
        "Other rounds with change for everybody look the same, so the protocol is a guess; a service "
        "that pays in the same pattern from several of its addresses looks the same; a "
        "round of two is not seen."
    )
    citation = (
        "Moeser, Boehme: Join Me on a Market for Anonymity. WEIS 2016; Goldfeder, Kalodner, "
        "Reisman, Narayanan: When the cookie meets the blockchain. PETS 2018; Svenda et al., "
        "PETS 2026."
    )

    def examine(self, shape: Shape) -> MixingRound | None:
        """One repeated amount, one change each, and shares that can be right."""
        amount, count = shape.spread
        if (
            count < self.least_equal_outputs
            or amount < self.least_amount_sat
            or count > shape.payer_count
            or shape.output_count not in {2 * count, 2 * count - 1}
            or not shape.has_distinct_receivers
        ):
            return None
        changes = [value for value, times in shape.amounts.items() if times == 1]
        if len(changes) != shape.output_count - count:
            return None
        slack = max(self.least_share_slack_sat, amount * self.share_slack_permille // 1000)
        largest = max((spent.amount_units for spent in shape.known), default=0)
        if largest > amount + max(changes) + slack:
            return None
        return self.found(count, amount)
