"""Whirlpool (Samourai Wallet 2019 to 2024, Ashigaru since 2025): a round without any change.

Assumption: as many outputs as inputs, five to ten, all outputs of one pool's amount to different
places, most of them witness key hashes (a participant may send his last mix out of the wallet, to
any script); every input spends a witness key hash and is either that amount (a remixer, who pays
nothing) or a little more (a newcomer, whose surplus is the miners' fee), and there is a newcomer.
Known failure: a pool amount that is not in the list is only seen as equal outputs. One person can
hold several seats of one round through several wallets; then there are fewer participants.
Citation: Stuetz, Stockinger, Moreno-Sanchez, Haslhofer, Maffei, "Adoption and Actual Privacy of
Decentralized CoinJoin Implementations in Bitcoin", AFT 2022 (arXiv 2109.10229); seats, surplus and
Ashigaru's pools from the scanner of Svenda et al., PETS 2026.
"""

from chainlead.trace.heuristics.coinjoin.detector import CoinJoinDetector
from chainlead.trace.heuristics.coinjoin.mixing_round import MixingRound
from chainlead.trace.heuristics.coinjoin.shape import Shape, is_key_hash

POOLS_SAT = (100_000, 1_000_000, 2_500_000, 5_000_000, 25_000_000, 50_000_000)


class Whirlpool(CoinJoinDetector):
    """Rounds of one pool's amount, as many outputs as inputs."""

    name = "whirlpool"
    version = 1
    protocol = "Whirlpool"
    rank = 20
    least_inputs = 5
    least_outputs = 5
    most_seats = 10
    pools_sat = POOLS_SAT
    most_surplus_sat = 110_000
    least_key_hash_percent = 50
    settings = (
        "least_inputs",
        "most_seats",
        "pools_sat",
        "most_surplus_sat",
        "least_key_hash_percent",
    )
    assumption = (
        "Five to ten outputs, all of one pool's amount, from as many inputs that hold this amount "
        "or a little more, are one round of Whirlpool, one participant to each seat."
    )
    known_failure = (
        "One person can take several seats through several wallets; a pool whose amount is not "
        "listed is only seen as equal outputs."
    )
    citation = (
        "Stuetz, Stockinger, Moreno-Sanchez, Haslhofer, Maffei: Adoption and Actual Privacy of "
        "Decentralized CoinJoin Implementations in Bitcoin. AFT 2022; Svenda et al., PETS 2026."
    )

    def examine(self, shape: Shape) -> MixingRound | None:
        """Seats, pool, scripts, then who pays the fee."""
        seats = shape.output_count
        if seats != shape.input_count or seats > self.most_seats:
            return None
        outputs = shape.transaction.outputs
        pool = outputs[0].amount_units
        if pool not in self.pools_sat or shape.amounts[pool] != seats:
            return None
        if 100 * sum(map(is_key_hash, outputs)) < self.least_key_hash_percent * seats:
            return None
        if not (shape.has_distinct_receivers and shape.has_key_hash_inputs):
            return None
        surplus = [spent.amount_units - pool for spent in shape.known]
        if any(not 0 <= extra <= self.most_surplus_sat for extra in surplus):
            return None
        if not shape.unknown_count and not any(surplus):
            return None
        return self.found(seats, pool)
