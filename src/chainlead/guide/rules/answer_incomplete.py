"""A service answered, and not everything that was asked."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.place import Place
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency
from chainlead.model import Sentence

_MOST_NAMED = 3


class AnswerIncomplete(NextStepRule):
    """What was left open is asked again, and only that."""

    name: ClassVar[str] = "answer-incomplete"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """One step for each answer that left something open and was not asked again."""
        for answer in facts.answers:
            if not answer.left_open or answer.has_follow_up:
                continue
            more = len(answer.left_open) - _MOST_NAMED
            yield self.step(
                Sentence(
                    "Ask {service} for what its answer left open",
                    service=answer.service,
                ),
                Sentence.joined(
                    (
                        *map(Sentence.kept, answer.left_open[:_MOST_NAMED]),
                        Sentence("And {more} more.", more=more) if more > 0 else "",
                        Sentence("A follow-up asks for exactly this."),
                    )
                ),
                command(facts, "answer follow-up", answer.answer_id),
                Urgency.NEXT,
                about=answer.answer_id,
                place=Place("answers", answer.answer_id),
            )
