"""What the gate said while a trail was followed, for the trace's document."""

from typing import Any

from chainlead.ledger import Transaction
from chainlead.model import Txid
from chainlead.trace.heuristic import HeuristicCard
from chainlead.trace.heuristics.coinjoin.gate import CoinJoinGate
from chainlead.trace.heuristics.coinjoin.mixing_round import MixingRound

_NAMED = 3


class GateRecord:
    """Asks a gate and keeps every verdict; give `judge` to `walk`."""

    def __init__(self, gate: CoinJoinGate) -> None:
        """Keep what this gate says."""
        self._gate = gate
        self._verdicts: dict[Txid, MixingRound] = {}

    def judge(self, transaction: Transaction) -> MixingRound | None:
        """The round that ends a trail; other verdicts are kept, and the trail goes on."""
        verdict = self._gate.verdict(transaction)
        if verdict is None:
            return None
        self._verdicts[transaction.txid] = verdict
        return verdict if verdict.certainty == "round" else None

    @property
    def cards(self) -> tuple[HeuristicCard, ...]:
        """The gate, the detectors that said something, and the risk that none can see."""
        names = sorted({verdict.heuristic for verdict in self._verdicts.values()} | {"payjoin"})
        return (self._gate.card, *(self._gate.card_of(name) for name in names))

    def notes(self) -> list[str]:
        """A sentence for each kind of verdict that ends no trail, with the first transactions."""
        met: dict[str, list[str]] = {}
        for txid, verdict in self._verdicts.items():
            if verdict.certainty != "round":
                met.setdefault(verdict.described, []).append(txid.display)
        return [
            f"The trail meets {described}, which does not end it: {_listed(sorted(txids))}."
            for described, txids in sorted(met.items())
        ]

    def document(self) -> list[dict[str, Any]]:
        """The verdicts by txid: who says it in which version and with which parameters."""
        return [
            {
                "txid": txid.display,
                "heuristic": verdict.heuristic,
                "version": verdict.version,
                "parameters": dict(verdict.parameters),
                "protocol": verdict.protocol,
                "certainty": verdict.certainty,
                "described": verdict.described,
                "participants": verdict.participants,
                "participants_are_at_most": verdict.is_upper_bound,
                "amount_units": str(verdict.amount_units),
            }
            for txid, verdict in sorted(self._verdicts.items(), key=lambda pair: pair[0].display)
        ]


def _listed(txids: list[str]) -> str:
    named = ", ".join(txids[:_NAMED])
    more = f" and {len(txids) - _NAMED} more" if len(txids) > _NAMED else ""
    return f"{'transaction' if len(txids) == 1 else 'transactions'} {named}{more}"
