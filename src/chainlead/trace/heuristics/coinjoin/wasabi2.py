"""Wasabi 2 (WabiSabi, since 2022) and its successors: standard amounts, sorted on both sides.

Assumption: inputs and outputs stand in descending order of amount; all pay or spend a witness key
hash or taproot; most outputs are standard amounts (powers of 2 and 3, twice those of 3, and 1, 2, 5
times powers of 10), some of them repeated; on either side stand some that nobody would choose for
a payment (those of 2 and 3); every output pays another place.
Known failure: the protocol hides how many people take part; the number given is the number of
different places that pay in, the most that there can be. One wallet alone can make up a whole round.
A coordinator that changes the amounts or the order is not seen.
Citation: Ficsor, Kogman, Ontivero, Seres, "WabiSabi: Centrally Coordinated CoinJoins with Variable
Amounts", 2021 (ePrint 2021/206); the list of amounts and its range from the scanner of Svenda et
al., PETS 2026, which asks for 15 inputs or more; here five, and amounts of 2 and 3 besides.
"""

from itertools import pairwise

from chainlead.trace.heuristics.coinjoin.detector import CoinJoinDetector
from chainlead.trace.heuristics.coinjoin.mixing_round import MixingRound
from chainlead.trace.heuristics.coinjoin.shape import Shape, is_key_hash, is_taproot

LEAST_STANDARD_SAT = 5_000
MOST_STANDARD_SAT = 134_375_000_000


def _powers(base: int) -> frozenset[int]:
    found, amount = set(), 1
    while amount <= MOST_STANDARD_SAT:
        found.add(amount)
        amount *= base
    return frozenset(found)


def _within(amounts: frozenset[int]) -> frozenset[int]:
    return frozenset(a for a in amounts if LEAST_STANDARD_SAT <= a <= MOST_STANDARD_SAT)


UNEVEN_SAT = _within(_powers(2) | _powers(3) | {2 * amount for amount in _powers(3)})
"""Standard amounts that nobody would choose for a payment."""

STANDARD_SAT = UNEVEN_SAT | _within(
    frozenset(factor * amount for factor in (1, 2, 5) for amount in _powers(10))
)
"""All standard amounts."""


class Wasabi2(CoinJoinDetector):
    """Rounds of WabiSabi coordinators."""

    name = "wasabi2"
    version = 1
    protocol = "Wasabi 2"
    rank = 30
    least_inputs = 5
    least_outputs = 5
    least_standard_percent = 70
    least_uneven_amounts = 2
    least_repeated_outputs = 3
    settings = (
        "least_inputs",
        "least_outputs",
        "least_standard_percent",
        "least_uneven_amounts",
        "least_repeated_outputs",
    )
    assumption = (
        "Inputs and outputs in descending order, to and from witness key hashes and taproot only, "
        "with most outputs of WabiSabi's standard amounts and some of those repeated, are a round "
        "of Wasabi 2 or a successor."
    )
    known_failure = (
        "How many people take part is hidden: the number is the most that there can be, and one "
        "wallet alone can make up a round. A coordinator with other amounts is not seen."
    )
    citation = (
        "Ficsor, Kogman, Ontivero, Seres: WabiSabi: Centrally Coordinated CoinJoins with Variable "
        "Amounts. 2021, ePrint 2021/206; Svenda et al., PETS 2026."
    )

    def examine(self, shape: Shape) -> MixingRound | None:
        """Amounts first, which nearly every other transaction fails; then order and scripts."""
        standard = [(a, times) for a, times in shape.amounts.items() if a in STANDARD_SAT]
        count = sum(times for _, times in standard)
        repeated = sum(times for _, times in standard if times > 1)
        if (
            100 * count < self.least_standard_percent * shape.output_count
            or repeated < self.least_repeated_outputs
        ):
            return None
        outputs = shape.transaction.outputs
        uneven = sum(part.amount_units in UNEVEN_SAT for part in (*shape.known, *outputs))
        if uneven < self.least_uneven_amounts:
            return None
        for side in (shape.known, outputs):
            if any(a.amount_units < b.amount_units for a, b in pairwise(side)):
                return None
            if not all(is_key_hash(part) or is_taproot(part) for part in side):
                return None
        if not shape.has_distinct_receivers:
            return None
        common = max(shape.amounts.items(), key=lambda pair: (pair[1], -pair[0]))[0]
        return self.found(shape.payer_count, common, is_upper_bound=True)
