"""Inputs signed apart (SIGHASH_ANYONECANPAY): a marketplace's sale, or a collection.

Assumption: a signature with this flag covers its own input only, so that others can add theirs
later. Marketplaces for ordinals and other inscriptions let a seller sign one input this way and the
buyer complete the transaction; so the inputs belong to different people.
Known failure: one person can use the flag on his own; then a true link is not counted. Signatures
that the source of the transaction did not give are not seen.
Citation: BIP-143 and BIP-341 for the flag; BIP-174 (PSBT) for transactions that several people
sign; the use by ordinals marketplaces is general knowledge (unverified).
"""

from chainlead.ledger import ANYONE_CAN_PAY
from chainlead.trace.heuristics.coinjoin.detector import EVERY_UTXO_CHAIN, CoinJoinDetector
from chainlead.trace.heuristics.coinjoin.mixing_round import MixingRound
from chainlead.trace.heuristics.coinjoin.shape import Shape


class AnyoneCanPay(CoinJoinDetector):
    """Transactions to which strangers could add inputs: no evidence of one hand."""

    name = "anyone_can_pay"
    version = 1
    protocol = "inputs signed apart"
    chains = EVERY_UTXO_CHAIN
    rank = 95
    least_inputs = 2
    flag = ANYONE_CAN_PAY
    settings = ("flag",)
    assumption = (
        "An input that is signed so that others can add theirs (ANYONECANPAY) says nothing about "
        "who holds the other inputs: marketplaces join a seller and a buyer this way."
    )
    known_failure = (
        "One person can sign all inputs this way; then a true link is not counted. Not seen where "
        "the source gave no signatures."
    )
    citation = "BIP-143 and BIP-341 (hash types); BIP-174 (transactions that several people sign)."

    def examine(self, shape: Shape) -> MixingRound | None:
        """At least one input signed apart, and at least two places that pay in."""
        if not self._has_part_apart(shape) or shape.payer_count < 2:
            return None
        return self.found(
            2,
            0,
            certainty="ambiguous",
            wording="a transaction whose inputs were signed apart (ANYONECANPAY)",
        )

    def _has_part_apart(self, shape: Shape) -> bool:
        flag = self.flag
        for spent in shape.transaction.inputs:
            for mark in spent.signatures:
                if mark.hash_type & flag:
                    return True
        return False
