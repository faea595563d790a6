"""PayJoin: the receiver adds a coin of his own, and the payment looks like any other.

Assumption: none. A PayJoin is built so that no look at the ledger can tell it from an ordinary
payment; this card stands beside every inference from inputs so that the risk is stated.
Known failure: nothing is ever seen, so a cluster can hold the payer and the receiver of a PayJoin,
and the payment's amount can be read wrongly. Only other evidence shows it: wallet files, logs, the
request to the receiver's server.
Citation: BIP-78, Dorier, "A Simple Payjoin Proposal", 2019; Ghesmati, Kern, Judmayer, Stifter,
Weippl, "Unnecessary Input Heuristics and PayJoin Transactions", HCII 2021.
"""

from chainlead.trace.heuristics.coinjoin.detector import EVERY_UTXO_CHAIN, CoinJoinDetector
from chainlead.trace.heuristics.coinjoin.mixing_round import MixingRound
from chainlead.trace.heuristics.coinjoin.shape import Shape


class PayJoin(CoinJoinDetector):
    """The residual risk of every inference from inputs; never a verdict."""

    name = "payjoin"
    version = 1
    protocol = "PayJoin"
    chains = EVERY_UTXO_CHAIN
    rank = 1000
    least_inputs = 1 << 30
    least_outputs = 1 << 30
    assumption = "None: a PayJoin cannot be told from an ordinary payment, by design."
    known_failure = (
        "Never seen: addresses of payer and receiver can end up in one cluster, and the amount of "
        "the payment can be read wrongly. Only other evidence (wallet files, logs) shows it."
    )
    citation = (
        "Dorier: BIP-78, A Simple Payjoin Proposal. 2019; Ghesmati, Kern, Judmayer, Stifter, "
        "Weippl: Unnecessary Input Heuristics and PayJoin Transactions. HCII 2021."
    )

    def examine(self, shape: Shape) -> MixingRound | None:  # noqa: ARG002  (nothing can be seen)
        """Nothing can be seen."""
        return None
