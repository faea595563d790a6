"""A reminder that a practice case is one, and that a real case needs its names."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.place import Place
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency
from chainlead.model import Sentence

_NEEDED = ("reference", "unit")


class PracticeCase(NextStepRule):
    """Nothing of a practice case goes out."""

    name: ClassVar[str] = "practice"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """Do not send; or fill in what a request needs."""
        if facts.practice:
            yield self.step(
                Sentence("This is a practice case: send nothing of it"),
                Sentence(
                    "Everything in it is invented. Its report and drafts are marked "
                    "PRACTICE on every page."
                ),
                "",
                Urgency.LATER,
            )
            return
        missing = [name for name in _NEEDED if not facts.settings.get(name)]
        words = [Sentence.kept(name) for name in missing]
        if missing and facts.leads:
            yield self.step(
                Sentence(
                    "Fill in the case's {settings}",
                    settings=Sentence("{one} and {other}", one=words[0], other=words[1])
                    if len(words) > 1
                    else words[0],
                ),
                Sentence("A request without a file number and a unit cannot be answered."),
                command(facts, "case set", f"{missing[0]}=VALUE"),
                Urgency.SOON,
                about="settings",
                place=Place("settings", missing[0]),
            )
