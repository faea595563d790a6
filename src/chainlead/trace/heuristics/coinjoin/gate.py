"""The gate before every trail and every union: asks all detectors, and names the narrowest.

Assumption: those of the detectors. Of several that call a transaction a round, the one with the
narrowest shape gives the name; a shape that one detector knows as the work of one payer is not
called a round by a wider one.
Known failure: what no detector sees goes through: rounds of two, new protocols, PayJoins.
Citation: each detector's own.
"""

from chainlead.ledger import Transaction
from chainlead.model import Chain
from chainlead.registry import residents
from chainlead.trace.heuristic import Heuristic, HeuristicCard
from chainlead.trace.heuristics.coinjoin.detector import CoinJoinDetector
from chainlead.trace.heuristics.coinjoin.mixing_round import MixingRound
from chainlead.trace.heuristics.coinjoin.shape import Shape, Spenders

_FOLDER = "chainlead.trace.heuristics.coinjoin"
_LARGE = 16
"""No detector asks for more inputs or outputs than this before it looks."""


def find_detectors() -> tuple[CoinJoinDetector, ...]:
    """All detectors, the narrowest first."""
    found = residents(_FOLDER, CoinJoinDetector)  # type: ignore[type-abstract]  # residents are concrete
    return tuple(sorted(found, key=lambda detector: (detector.rank, detector.name)))


class CoinJoinGate(Heuristic):
    """Says which transactions are rounds, which may be, and which are entrances."""

    name = "coinjoin_gate"
    version = 1
    assumption = (
        "A transaction with the shape of a known mixing protocol, or with as many equal outputs as "
        "different payers, is many people's: nothing is followed through it, nothing joined by it."
    )
    known_failure = (
        "Rounds of two, protocols that no detector knows, and PayJoins go through; a payout with "
        "the shape of a round stops a trail too early."
    )
    citation = (
        "Moeser, Boehme, Breuker: An Inquiry into Money Laundering Tools in the Bitcoin Ecosystem. "
        "2013; each detector cites its own protocol."
    )

    def __init__(
        self,
        ledger: Spenders | None = None,
        detectors: tuple[CoinJoinDetector, ...] | None = None,
    ) -> None:
        """Ask all detectors.

        Args:
            ledger: where an entrance is confirmed by the round behind it, up to the ledger's pin.
            detectors: those of the registry if left out.
        """
        self._ledger = ledger
        found = find_detectors() if detectors is None else detectors
        self._detectors = tuple(sorted(found, key=lambda detector: (detector.rank, detector.name)))
        self._chain: Chain | None = None
        self._asked: list[list[tuple[CoinJoinDetector, ...]]] = []

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """Name and version of each detector that is asked."""
        return tuple((detector.name, f"v{detector.version}") for detector in self._detectors)

    @property
    def cards(self) -> tuple[HeuristicCard, ...]:
        """The gate's card and those of all detectors."""
        return (self.card, *(detector.card for detector in self._detectors))

    def card_of(self, name: str) -> HeuristicCard:
        """The card of the detector with this name.

        Raises:
            KeyError: the gate has none of this name.
        """
        return {detector.name: detector for detector in self._detectors}[name].card

    def judge(self, transaction: Transaction) -> MixingRound | None:
        """The round that this transaction is, by the narrowest shape; None where it is none.

        A trail ends here, and nothing is joined by it.
        """
        verdict = self.verdict(transaction)
        return verdict if verdict is not None and verdict.certainty == "round" else None

    def ambiguous(self, transaction: Transaction) -> MixingRound | None:
        """The shape that may be a round; None where there is none, or where it surely is one.

        Nothing is joined by it; a trail goes on.
        """
        verdict = self.verdict(transaction)
        return verdict if verdict is not None and verdict.certainty == "ambiguous" else None

    def verdict(self, transaction: Transaction) -> MixingRound | None:
        """What the narrowest detector that sees anything says, a round, an entrance or a doubt."""
        if transaction.is_coinbase:
            return None
        if transaction.chain is not self._chain:
            self._turn_to(transaction.chain)
        inputs, outputs = len(transaction.inputs), len(transaction.outputs)
        asked = self._asked[min(_LARGE, inputs)][min(_LARGE, outputs)]
        if not asked:
            return None
        shape = Shape(transaction, self._ledger)
        return next(
            (found for detector in asked if (found := detector.examine(shape)) is not None), None
        )

    def verdicts(self, transaction: Transaction) -> tuple[MixingRound, ...]:
        """What every detector says that sees anything, the narrowest first."""
        found = (detector.judge(transaction, self._ledger) for detector in self._detectors)
        return tuple(verdict for verdict in found if verdict is not None)

    def _turn_to(self, chain: Chain) -> None:
        """For each count of inputs and outputs the detectors that can see anything at all."""
        here = [detector for detector in self._detectors if chain in detector.chains]
        self._asked = [
            [
                tuple(d for d in here if d.least_inputs <= inputs and d.least_outputs <= outputs)
                for outputs in range(_LARGE + 1)
            ]
            for inputs in range(_LARGE + 1)
        ]
        self._chain = chain
