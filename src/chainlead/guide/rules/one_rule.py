"""A trace under one taint rule only."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.place import follow_money
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency
from chainlead.model import Sentence


class OneRule(NextStepRule):
    """Rules disagree where money was mixed; a court will ask what another one says."""

    name: ClassVar[str] = "one-rule"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """One step per trace."""
        several = {
            (trace.origin, trace.direction) for trace in facts.traces if len(trace.rules) > 1
        }
        for trace in facts.traces:
            if len(trace.rules) != 1 or (trace.origin, trace.direction) in several:
                continue
            way = " --backward" if trace.direction == "backward" else ""
            yield self.step(
                Sentence(
                    "See the trace from {origin} under the other rules too",
                    origin=trace.origin,
                ),
                Sentence(
                    "Only {rule} was looked at. Each rule is a convention, and they disagree where "
                    "money of several origins met. A result under one rule alone is easy to attack.",
                    rule=trace.rules[0],
                ),
                command(facts, "trace", trace.origin, f"--rules all{way}"),
                Urgency.SOON,
                about=trace.trace_id,
                forgotten=True,
                place=follow_money(trace.origin, backward=trace.direction == "backward"),
            )
