"""Findings that nobody has judged."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.place import Place, some_findings
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency
from chainlead.model import Sentence


class Triage(NextStepRule):
    """A find becomes a finding when a person has looked at it."""

    name: ClassVar[str] = "triage"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """Judge the strong ones soon, the weak ones later."""
        strong = sum(n for name, n in facts.untriaged.items() if name != "shape")
        weak = facts.untriaged.get("shape", 0)
        if strong:
            yield self.step(
                Sentence.counted(strong, "Judge {count} new finding", "Judge {count} new findings"),
                Sentence(
                    "Say of each whether it matters (relevant) or not (noise). Noise "
                    "stays in the case, but is only counted in the report. You can "
                    "change your mind."
                ),
                command(facts, "findings triage", "ID relevant"),
                Urgency.SOON,
                place=some_findings(state="new"),
            )
        if weak:
            yield self.step(
                Sentence.counted(
                    weak,
                    "Look through {count} finding that only looks like something",
                    "Look through {count} findings that only look like something",
                ),
                Sentence("Nothing proves them: no checksum, no structure. Most will be noise."),
                command(facts, "findings triage", "ID relevant"),
                Urgency.LATER,
                about="shape",
                place=some_findings(certainty="shape", state="new"),
            )
        if facts.exhibits and not facts.findings:
            yield self.step(
                Sentence("Nothing was found: check what was searched"),
                Sentence(
                    "Look in the report at what was read and what was not. Paper, "
                    "hardware wallets and pictures are not searched: look for lists of "
                    "12 to 24 words."
                ),
                command(facts, "report"),
                Urgency.SOON,
                about="none",
                place=Place("evidence", "unread"),
            )
