"""Dash CoinJoin (first DarkSend, then PrivateSend): rounds of one standard denomination, no fee.

Assumption: on the chain of Dash, at least three outputs and as many inputs as outputs, all of one
standard denomination, and no fee: those who take part swap coins of one size. Nobody pays such a
transaction alone, because it would change nothing.
Known failure: the number of participants is hidden (each may put in up to nine coins): the number
given is that of the places that pay in. Denominations of old versions are not listed. Making the
denominations and paying with them are ordinary transactions of one wallet, and are not seen here.
Citation: Dash Core, `src/coinjoin/common.h` and `coinjoin.h` (denominations, COINJOIN_ENTRY_MAX_SIZE);
Duffield, Diaz, "Dash: A Payments-Focused Cryptocurrency", 2018.
"""

from chainlead.model import Chain
from chainlead.trace.heuristics.coinjoin.detector import CoinJoinDetector
from chainlead.trace.heuristics.coinjoin.mixing_round import MixingRound
from chainlead.trace.heuristics.coinjoin.shape import Shape

DENOMINATIONS = (100_001, 1_000_010, 10_000_100, 100_001_000, 1_000_010_000)
"""0.00100001, 0.0100001, 0.100001, 1.00001 and 10.0001 DASH, in duffs."""


class DashCoinJoin(CoinJoinDetector):
    """Rounds of Dash's own mixing."""

    name = "dash_coinjoin"
    version = 1
    protocol = "Dash CoinJoin"
    chains = frozenset({Chain.DASH})
    rank = 10
    least_inputs = 3
    least_outputs = 3
    denominations = DENOMINATIONS
    settings = ("least_inputs", "denominations")
    assumption = (
        "As many inputs as outputs, all of one standard denomination, and no fee, are a mixing "
        "round of Dash."
    )
    known_failure = (
        "How many people take part is hidden: the number is the most that there can be. "
        "Denominations of old versions are not known here."
    )
    citation = (
        "Dash Core: src/coinjoin (denominations, entry size); Duffield, Diaz: Dash: A "
        "Payments-Focused Cryptocurrency. 2018."
    )

    def examine(self, shape: Shape) -> MixingRound | None:
        """One denomination on both sides."""
        amount = shape.transaction.outputs[0].amount_units
        if (
            amount not in self.denominations
            or shape.input_count != shape.output_count
            or shape.amounts[amount] != shape.output_count
            or any(spent.amount_units != amount for spent in shape.known)
            or shape.payer_count < 2
        ):
            return None
        return self.found(shape.payer_count, amount, is_upper_bound=True)
