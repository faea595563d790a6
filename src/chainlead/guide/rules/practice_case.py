"""A reminder that a practice case is one, and that a real case needs its names."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency

_NEEDED = ("reference", "unit")


class PracticeCase(NextStepRule):
    """Nothing of a practice case goes out."""

    name: ClassVar[str] = "practice"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """Do not send; or fill in what a request needs."""
        if facts.practice:
            yield self.step(
                "This is a practice case: send nothing of it",
                "Everything in it is invented. Its report and drafts are marked PRACTICE on every page.",
                "",
                Urgency.LATER,
            )
            return
        missing = [name for name in _NEEDED if not facts.settings.get(name)]
        if missing and facts.leads:
            yield self.step(
                f"Fill in the case's {' and '.join(missing)}",
                "A request without a file number and a unit cannot be answered.",
                command(facts, "case set", f"{missing[0]}=VALUE"),
                Urgency.SOON,
                about="settings",
            )
