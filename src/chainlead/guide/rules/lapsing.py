"""A term that ends soon or has ended: a preservation first of all."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts, ClockFact
from chainlead.guide.place import Place
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency
from chainlead.model import Sentence

_SOON = 80
_HALF = 50
_ANSWER = {"preservation_unknown": "preserved --until DAY", "freeze_unknown": "frozen"}
"""Clocks that stand in where nobody said how long something lasts, with what ends each."""


class Lapsing(NextStepRule):
    """When a preservation lapses, the data may be gone the day after."""

    name: ClassVar[str] = "clock"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """One step for each clock that is past half (red) or over (any)."""
        for clock in facts.clocks:
            if clock.clock_id in _ANSWER:
                if clock.reminder >= _HALF:
                    yield self._unknown(facts, clock)
            elif clock.is_red and clock.reminder >= _SOON:
                yield self._red(facts, clock, Urgency.NOW)
            elif clock.is_red and clock.reminder >= _HALF:
                yield self._red(facts, clock, Urgency.SOON)
            elif clock.is_over and clock.draft_id:
                yield self.step(
                    Sentence(
                        "Ask how the request {draft_id} stands: a term is over",
                        draft_id=clock.draft_id,
                    ),
                    Sentence(
                        "{name}: the term ended on {due}, and no answer is recorded. "
                        "Ask, and record what comes back; if nothing will come, record "
                        "that it expired.",
                        name=Sentence.kept(clock.name),
                        due=clock.due,
                    ),
                    command(facts, "request history", clock.draft_id),
                    Urgency.NEXT,
                    about=f"{clock.draft_id}:{clock.clock_id}",
                    place=Place("requests", clock.draft_id),
                )
            elif clock.reminder >= _SOON and not clock.draft_id:
                yield self.step(
                    Sentence(
                        "{name} by {due}",
                        name=Sentence.kept(clock.name),
                        due=clock.due,
                    ),
                    Sentence(
                        "Somebody decided on this day for this case. Look whether its "
                        "data are still needed, and decide anew, or let two persons "
                        "purge it."
                    ),
                    command(facts, "case retention"),
                    Urgency.SOON,
                    about=clock.clock_id,
                    place=Place("settings", "retention"),
                )

    def _unknown(self, facts: CaseFacts, clock: ClockFact) -> Step:
        return self.step(
            Sentence(
                "{name} (draft {draft_id})",
                name=Sentence.kept(clock.name),
                draft_id=clock.draft_id,
            ),
            Sentence(
                "It was sent, and nothing in the case says what came of it. Ask, and "
                "record the answer: with a day (`--until`) it becomes a clock of its own "
                "that reminds you in time."
            ),
            command(facts, "request event", clock.draft_id, _ANSWER[clock.clock_id]),
            Urgency.NOW if clock.is_over else Urgency.NEXT,
            about=f"{clock.draft_id}:{clock.clock_id}",
            place=Place("requests", clock.draft_id),
        )

    def _red(self, facts: CaseFacts, clock: ClockFact, urgency: Urgency) -> Step:
        over = Sentence(
            "Do not let it lapse: {name} was over on {due}",
            name=Sentence.kept(clock.name),
            due=clock.due,
        )
        running = Sentence(
            "Do not let it lapse: {name} ends on {due}",
            name=Sentence.kept(clock.name),
            due=clock.due,
        )
        return self.step(
            over if clock.is_over else running,
            Sentence(
                "After this the data or the money may be gone, or an order is void. "
                "Extend or renew it, or get the compulsory order out, and record which: "
                "the clock stops with that. The prosecutor or the single point of "
                "contact knows the form."
            ),
            command(facts, "request history", clock.draft_id),
            urgency,
            about=f"{clock.draft_id}:{clock.clock_id}",
            place=Place("requests", clock.draft_id),
        )
