"""A report was written, and nobody tested whether it can be made again."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.place import Place
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency
from chainlead.model import Sentence


class NotVerified(NextStepRule):
    """A report counts when it can be made again to the same bytes."""

    name: ClassVar[str] = "verify"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """Verify, then pack, once the report is current."""
        if facts.report_is_current:
            yield self.step(
                Sentence("Test that the case can be made again, before you hand anything over"),
                Sentence(
                    "This checks every file against the journal, repeats every computed "
                    "step and compares the report byte by byte. Then pack the case for "
                    "whoever must check it."
                ),
                command(facts, "verify"),
                Urgency.LATER,
                place=Place("report", "verify"),
            )
