"""What a detector of one mixing protocol is."""

from abc import abstractmethod

from chainlead.ledger import Transaction
from chainlead.model import Chain
from chainlead.trace.heuristic import Heuristic
from chainlead.trace.heuristics.coinjoin.mixing_round import Certainty, MixingRound
from chainlead.trace.heuristics.coinjoin.shape import Shape, Spenders

EVERY_UTXO_CHAIN = frozenset(
    {
        Chain.BITCOIN,
        Chain.LITECOIN,
        Chain.DASH,
        Chain.BITCOIN_CASH,
        Chain.DOGECOIN,
        Chain.ZCASH,
    }
)


class CoinJoinDetector(Heuristic):
    """Says whether a transaction has the shape of one protocol. Found by the registry.

    Class attributes: `protocol`, its name for people; `chains`, where it exists; `rank`: of
    several detectors that say yes, the lowest wins (the narrower the shape, the lower);
    `least_inputs` and `least_outputs`: a smaller transaction is never examined; `settings`: the
    names of the class attributes that the verdict depends on.
    """

    protocol: str
    chains: frozenset[Chain] = frozenset({Chain.BITCOIN})
    rank: int
    least_inputs: int = 1
    least_outputs: int = 1
    settings: tuple[str, ...] = ()

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """The settings, by name."""
        return tuple((name, _text(getattr(self, name))) for name in self.settings)

    def judge(self, transaction: Transaction, ledger: Spenders | None = None) -> MixingRound | None:
        """The round of this protocol that the transaction looks like; None if it does not.

        Args:
            transaction: with previous outputs filled in where they are known.
            ledger: see `Shape`.
        """
        if (
            transaction.is_coinbase
            or transaction.chain not in self.chains
            or len(transaction.inputs) < self.least_inputs
            or len(transaction.outputs) < self.least_outputs
        ):
            return None
        return self.examine(Shape(transaction, ledger))

    @abstractmethod
    def examine(self, shape: Shape) -> MixingRound | None:
        """The verdict on a transaction that is large enough and on the right chain."""

    def found(
        self,
        participants: int,
        amount_units: int,
        *,
        protocol: str = "",
        certainty: Certainty = "round",
        is_upper_bound: bool = False,
        wording: str = "",
    ) -> MixingRound:
        """A verdict in this detector's name."""
        return MixingRound(
            participants=participants,
            amount_units=amount_units,
            heuristic=self.name,
            version=self.version,
            protocol=protocol or self.protocol,
            certainty=certainty,
            parameters=self.parameters,
            is_upper_bound=is_upper_bound,
            wording=wording,
        )


def _text(setting: object) -> str:
    if isinstance(setting, tuple | frozenset):
        return ", ".join(str(part) for part in sorted(setting))
    return str(setting)
