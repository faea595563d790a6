"""Tx0, the entrance to Whirlpool: one person splits coins into pieces for a pool.

Assumption: one data output, one to seventy equal outputs a little above a pool's amount to
different witness key hashes, one output near the pool's fee, and at most three others (change). If
the ledger holds a Whirlpool round that spends one of the pieces, it is a Tx0, made by one payer: the
trail goes on, into the rounds and into the change. Without such a round the shape stays ambiguous.
Known failure: the fees of Ashigaru's two pools (0.025 and 0.25 bitcoin) are unverified, so its Tx0
can go unseen; the pool's fee can be waived or paid elsewhere (coupons); a Tx0 with a fee outside
the stated range is not seen. The change of a Tx0 belongs to the payer; that is no part of the verdict.
Citation: Stuetz et al., AFT 2022 (arXiv 2109.10229); fees and surplus from the scanner of Svenda et
al., PETS 2026.
"""

from chainlead.ledger import Output
from chainlead.trace.heuristics.coinjoin.detector import CoinJoinDetector
from chainlead.trace.heuristics.coinjoin.mixing_round import MixingRound
from chainlead.trace.heuristics.coinjoin.shape import Shape, is_key_hash, is_note
from chainlead.trace.heuristics.coinjoin.whirlpool import Whirlpool

POOL_FEES_SAT = (
    (100_000, 5_000),
    (1_000_000, 50_000),
    (2_500_000, 50_000),
    (5_000_000, 175_000),
    (25_000_000, 175_000),
    (50_000_000, 1_750_000),
)


class WhirlpoolTx0(CoinJoinDetector):
    """The transaction that prepares coins for Whirlpool; one payer."""

    name = "whirlpool_tx0"
    version = 1
    protocol = "Whirlpool Tx0"
    rank = 25
    least_outputs = 3
    pool_fees_sat = POOL_FEES_SAT
    least_surplus_sat = 100
    most_surplus_sat = 110_000
    most_pieces = 70
    most_others = 4
    least_fee_percent = 50
    most_fee_percent = 300
    settings = (
        "pool_fees_sat",
        "least_surplus_sat",
        "most_surplus_sat",
        "most_pieces",
        "most_others",
        "least_fee_percent",
        "most_fee_percent",
    )
    assumption = (
        "One data output, equal pieces a little above a pool's amount, and an output of about the "
        "pool's fee are one payer's preparation for Whirlpool; it counts as one only if the ledger "
        "holds a round that spends a piece."
    )
    known_failure = (
        "A Tx0 whose pool fee was waived by a coupon is not seen; without the round that spends a "
        "piece the shape stays ambiguous, and nothing is joined over it."
    )
    citation = (
        "Stuetz, Stockinger, Moreno-Sanchez, Haslhofer, Maffei: Adoption and Actual Privacy of "
        "Decentralized CoinJoin Implementations in Bitcoin. AFT 2022; Svenda et al., PETS 2026."
    )

    def __init__(self) -> None:
        """Confirm with the detector of the rounds themselves."""
        self._round = Whirlpool()

    def examine(self, shape: Shape) -> MixingRound | None:
        """The shape first; then whether a round spends one of the pieces."""
        outputs = shape.transaction.outputs
        if sum(map(is_note, outputs)) != 1:
            return None
        for pool, fee in self.pool_fees_sat:
            if (pieces := self._pieces(shape, pool)) and self._has_fee(shape, pieces, fee):
                return self._verdict(shape, pool)
        return None

    def _pieces(self, shape: Shape, pool: int) -> list[Output]:
        amounts = [amount for amount in shape.amounts if self._can_enter(amount, pool)]
        if not amounts:
            return []
        amount = max(amounts, key=lambda amount: (shape.amounts[amount], -amount))
        pieces = [
            output
            for output in shape.transaction.outputs
            if output.amount_units == amount and is_key_hash(output)
        ]
        others = shape.output_count - len(pieces) - 1
        if len(pieces) > self.most_pieces or not 1 <= others <= self.most_others:
            return []
        return pieces if len({piece.script for piece in pieces}) == len(pieces) else []

    def _has_fee(self, shape: Shape, pieces: list[Output], fee: int) -> bool:
        least, most = fee * self.least_fee_percent // 100, fee * self.most_fee_percent // 100
        piece = pieces[0].amount_units
        return any(least <= amount <= most and amount != piece for amount in shape.amounts)

    def _can_enter(self, amount: int, pool: int) -> bool:
        return self.least_surplus_sat <= amount - pool <= self.most_surplus_sat

    def _verdict(self, shape: Shape, pool: int) -> MixingRound:
        is_confirmed = shape.ledger is not None and any(
            self._can_enter(output.amount_units, pool)
            and (spender := shape.ledger.lookup_spender(output.outpoint)) is not None
            and (mixed := self._round.judge(spender)) is not None
            and mixed.amount_units == pool
            for output in shape.transaction.outputs
        )
        if is_confirmed:
            return self.found(
                1, pool, certainty="entrance", wording="the entrance to Whirlpool (Tx0)"
            )
        return self.found(
            1, pool, certainty="ambiguous", wording="what may be the entrance to Whirlpool (Tx0)"
        )
