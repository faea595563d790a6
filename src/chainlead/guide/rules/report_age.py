"""No report yet, or one that is older than the case."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.place import Place
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency
from chainlead.model import Sentence


class ReportAge(NextStepRule):
    """What is on paper should be what is in the case."""

    name: ClassVar[str] = "report"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """Write it, or write it again."""
        if facts.report_is_current is False:
            yield self.step(
                Sentence("Write the report again: the case changed since"),
                Sentence(
                    "Something was added or judged after the last report. The old one is "
                    "still true of its date; its digest says which state it shows."
                ),
                command(facts, "report"),
                Urgency.SOON,
                forgotten=True,
                place=Place("report", "make"),
            )
        elif facts.report_is_current is None and facts.findings:
            yield self.step(
                Sentence("Write the first report"),
                Sentence(
                    "It says in plain words what was found, where the money went, and "
                    "what is not known."
                ),
                command(facts, "report"),
                Urgency.LATER,
                place=Place("report", "make"),
            )
