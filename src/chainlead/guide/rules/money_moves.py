"""Money at a watched address moved: what was there may be out of reach tomorrow."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts, MovementFact
from chainlead.guide.place import Place, follow_money
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency
from chainlead.model import Sentence


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
        where = (
            Sentence("not yet in a block")
            if movement.height is None
            else Sentence("in block {height}", height=str(movement.height))
        )
        if movement.kind == "spent":
            return self.step(
                Sentence(
                    "Money is leaving {address} ({amount}): freeze now?",
                    address=movement.address,
                    amount=movement.amount,
                ),
                Sentence(
                    "A transaction ({where}) spent it. Follow where it went; if it reached "
                    "a service, ask the prosecutor at once about an order to freeze it "
                    "there, for hours matter.",
                    where=where,
                ),
                command(facts, "trace", movement.txid, "--rules all"),
                Urgency.NOW,
                about=about,
                place=follow_money(movement.txid, chain=movement.chain),
            )
        if movement.kind == "received":
            return self.step(
                Sentence(
                    "Money came to {address} ({amount})",
                    address=movement.address,
                    amount=movement.amount,
                ),
                Sentence(
                    "A transaction ({where}) paid it. Look where it came from, and whether "
                    "it can be secured while it lies there.",
                    where=where,
                ),
                command(facts, "trace", movement.txid, "--rules all --backward"),
                Urgency.NEXT,
                about=about,
                place=follow_money(movement.txid, chain=movement.chain, backward=True),
            )
        return self.step(
            Sentence(
                "Look what block {block}… has to do with a watched address",
                block=movement.block_hash[:16],
            ),
            Sentence(
                "The block concerns one of them, and the case does not hold the money "
                "that was moved. Fetch the address's history from an earlier block, then "
                "look again."
            ),
            command(facts, "fetch addresses", "ADDRESS", "--from HEIGHT --node URL"),
            Urgency.NOW,
            about=about,
            place=Place("ledger", "blocks", (("chain", movement.chain),)),
        )
