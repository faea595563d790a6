"""Money at a watched address moved: what was there may be out of reach tomorrow."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts, MovementFact
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency


class MoneyMoves(NextStepRule):
    """`chainlead watch` saw a movement."""

    name: ClassVar[str] = "moved"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """One step per transaction or block, leaving money first."""
        told: set[str] = set()
        for movement in facts.movements:
            about = f"{movement.kind}:{movement.txid or movement.block_hash}"
            if about not in told:
                told.add(about)
                yield self._step(facts, movement, about)

    def _step(self, facts: CaseFacts, movement: MovementFact, about: str) -> Step:
        height = "" if movement.height is None else f" in block {movement.height}"
        if movement.kind == "spent":
            return self.step(
                f"Money is leaving {movement.address} ({movement.amount}): freeze now?",
                f"A transaction{height} spent it. Follow where it went; if it reached a service, ask "
                "the prosecutor at once about an order to freeze it there, for hours matter.",
                command(facts, "trace", movement.txid, "--rules all"),
                Urgency.NOW,
                about=about,
            )
        if movement.kind == "received":
            return self.step(
                f"Money came to {movement.address} ({movement.amount})",
                f"A transaction{height} paid it. Look where it came from, and whether it can be "
                "secured while it lies there.",
                command(facts, "trace", movement.txid, "--rules all --backward"),
                Urgency.NEXT,
                about=about,
            )
        return self.step(
            f"Look what block {movement.block_hash[:16]}… has to do with a watched address",
            "The block concerns one of them, and the case does not hold the money that was moved. "
            "Fetch the address's history from an earlier block, then look again.",
            command(facts, "fetch addresses", "ADDRESS", "--from HEIGHT --node URL"),
            Urgency.NOW,
            about=about,
        )
