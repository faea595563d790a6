"""A trace under one taint rule only."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency


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
                f"See the trace from {trace.origin} under the other rules too",
                f"Only {trace.rules[0]} was looked at. Each rule is a convention, and they disagree where "
                "money of several origins met. A result under one rule alone is easy to attack.",
                command(facts, "trace", trace.origin, f"--rules all{way}"),
                Urgency.SOON,
                about=trace.trace_id,
                forgotten=True,
            )
