"""Wasabi 1 (2018 to 2022): everybody gets the base amount, from version 1.1 also its doubles.

Assumption: the most common amount is about 0.1 bitcoin and paid to at least ten different
places; together with its doubles it makes up a good part of the outputs; all outputs pay different
witness key hashes; no place pays many of the inputs; at least two amounts occur once (change).
Known failure: rounds with a base amount outside the range are only seen as equal outputs. The
number of participants counts base amounts: rounds after 2021 let one person take several.
Citation: Ficsor, "ZeroLink", 2017; Stuetz et al., AFT 2022 (arXiv 2109.10229); thresholds after the
scanner of Svenda et al., PETS 2026, which knows the coordinator's scripts as well.
"""

from chainlead.trace.heuristics.coinjoin.detector import CoinJoinDetector
from chainlead.trace.heuristics.coinjoin.mixing_round import MixingRound
from chainlead.trace.heuristics.coinjoin.shape import Shape


class Wasabi1(CoinJoinDetector):
    """Rounds with a base amount of about 0.1 bitcoin; 1.1 where doubles of it are shared too."""

    name = "wasabi1"
    version = 1
    protocol = "Wasabi 1"
    rank = 40
    least_inputs = 10
    least_outputs = 10
    least_base_sat = 8_000_000
    most_base_sat = 12_000_000
    least_equal_outputs = 10
    level_tolerance_permille = 10
    least_mixed_percent = 40
    most_inputs_of_one_percent = 20
    least_single_amounts = 2
    settings = (
        "least_inputs",
        "least_base_sat",
        "most_base_sat",
        "least_equal_outputs",
        "level_tolerance_permille",
        "least_mixed_percent",
        "most_inputs_of_one_percent",
        "least_single_amounts",
    )
    assumption = (
        "At least ten equal outputs of about 0.1 bitcoin to different places, with change, from "
        "at least as many inputs of different places, are a round of Wasabi 1, one participant to "
        "each base amount."
    )
    known_failure = (
        "A base amount far from 0.1 bitcoin is only seen as equal outputs; one person can take "
        "several base amounts, so there can be fewer participants."
    )
    citation = (
        "Ficsor: ZeroLink, The Bitcoin Fungibility Framework. 2017; Stuetz et al.: Adoption and "
        "Actual Privacy of Decentralized CoinJoin Implementations in Bitcoin. AFT 2022; Svenda et "
        "al., PETS 2026."
    )

    def examine(self, shape: Shape) -> MixingRound | None:
        """Base amount, scripts, payers, then levels and change."""
        base, count = shape.spread
        if (
            not self.least_base_sat <= base <= self.most_base_sat
            or not self.least_equal_outputs <= count <= shape.payer_count
            or 100 * shape.most_of_one_payer > self.most_inputs_of_one_percent * shape.input_count
        ):
            return None
        if not (
            shape.has_distinct_receivers
            and shape.has_key_hash_outputs
            and shape.has_key_hash_inputs
        ):
            return None
        levels = self._levels(shape, base)
        mixed = count + levels
        single = sum(times == 1 for times in shape.amounts.values())
        if single < self.least_single_amounts:
            return None
        if 100 * mixed < self.least_mixed_percent * shape.output_count:
            return None
        return self.found(count, base, protocol="Wasabi 1.1" if levels else "Wasabi 1.0 or 1.1")

    def _levels(self, shape: Shape, base: int) -> int:
        """Outputs that at least two people have, of about twice, four times … the base."""
        counted = 0
        largest = max(shape.amounts)
        level = 2 * base
        while level <= largest + level * self.level_tolerance_permille // 1000:
            slack = level * self.level_tolerance_permille // 1000
            counted += sum(
                times
                for amount, times in shape.amounts.items()
                if times > 1 and abs(amount - level) <= slack
            )
            level *= 2
        return counted
