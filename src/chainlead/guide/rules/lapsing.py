"""A term that ends soon or has ended: a preservation first of all."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts, ClockFact
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency

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
                    f"Ask how the request {clock.draft_id} stands: a term is over",
                    f"{clock.name}: the term ended on {clock.due}, and no answer is recorded. Ask, and "
                    "record what comes back; if nothing will come, record that it expired.",
                    command(facts, "request history", clock.draft_id),
                    Urgency.NEXT,
                    about=f"{clock.draft_id}:{clock.clock_id}",
                )
            elif clock.reminder >= _SOON and not clock.draft_id:
                yield self.step(
                    f"{clock.name} by {clock.due}",
                    "Somebody decided on this day for this case. Look whether its data are still needed, "
                    "and decide anew, or let two persons purge it.",
                    command(facts, "case retention"),
                    Urgency.SOON,
                    about=clock.clock_id,
                )

    def _unknown(self, facts: CaseFacts, clock: ClockFact) -> Step:
        return self.step(
            f"{clock.name} (draft {clock.draft_id})",
            "It was sent, and nothing in the case says what came of it. Ask, and record the answer: "
            "with a day (`--until`) it becomes a clock of its own that reminds you in time.",
            command(facts, "request event", clock.draft_id, _ANSWER[clock.clock_id]),
            Urgency.NOW if clock.is_over else Urgency.NEXT,
            about=f"{clock.draft_id}:{clock.clock_id}",
        )

    def _red(self, facts: CaseFacts, clock: ClockFact, urgency: Urgency) -> Step:
        when = "was over on" if clock.is_over else "ends on"
        return self.step(
            f"Do not let it lapse: {clock.name} {when} {clock.due}",
            "After this the data or the money may be gone, or an order is void. Extend or renew it, or "
            "get the compulsory order out, and record which: the clock stops with that. "
            "The prosecutor or the single point of contact knows the form.",
            command(facts, "request history", clock.draft_id),
            urgency,
            about=f"{clock.draft_id}:{clock.clock_id}",
        )
