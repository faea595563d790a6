"""Findings that nobody has judged."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency


class Triage(NextStepRule):
    """A find becomes a finding when a person has looked at it."""

    name: ClassVar[str] = "triage"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """Judge the strong ones soon, the weak ones later."""
        strong = sum(n for name, n in facts.untriaged.items() if name != "shape")
        weak = facts.untriaged.get("shape", 0)
        if strong:
            yield self.step(
                f"Judge {strong} new finding{'s' if strong != 1 else ''}",
                "Say of each whether it matters (relevant) or not (noise). Noise stays in the case, but "
                "is only counted in the report. You can change your mind.",
                command(facts, "findings triage", "ID relevant"),
                Urgency.SOON,
            )
        if weak:
            yield self.step(
                f"Look through {weak} finding{'s' if weak != 1 else ''} that only look like something",
                "Nothing proves them: no checksum, no structure. Most will be noise.",
                command(facts, "findings triage", "ID relevant"),
                Urgency.LATER,
                about="shape",
            )
        if facts.exhibits and not facts.findings:
            yield self.step(
                "Nothing was found: check what was searched",
                "Look in the report at what was read and what was not. Paper, hardware wallets and "
                "pictures are not searched: look for lists of 12 to 24 words.",
                command(facts, "report"),
                Urgency.SOON,
                about="none",
            )
