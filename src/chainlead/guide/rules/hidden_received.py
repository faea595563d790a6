"""A view key showed what came in: what it does not show, and where to look next."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.place import some_findings
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency
from chainlead.model import Sentence


class HiddenReceived(NextStepRule):
    """What came in is no balance, and who paid it is not said."""

    name: ClassVar[str] = "hidden-received"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """One step for each address that received something on Monero."""
        for fact in facts.hidden_coins:
            if fact.kind == "received" and fact.chain == "monero" and fact.outputs:
                yield self.step(
                    Sentence(
                        "Ask for the full wallet of {address}…: a view key does not show what is left",
                        address=fact.about[:12],
                    ),
                    Sentence(
                        "The sum of what came in is not a balance. The seed, the "
                        "unlocked wallet or its key images show what was spent. Who paid "
                        "is hidden as well: compare day and amount with payouts of "
                        "services on other ledgers, as a lead only, and ask the service."
                    ),
                    command(
                        facts, "monero incoming", f"--address {fact.about} --view-key-file KEY"
                    ),
                    Urgency.SOON,
                    about=fact.about,
                    place=some_findings(text=fact.about),
                )
