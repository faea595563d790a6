"""A trace that was made before the newest tags or blocks, or on blocks that left the best chain."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency

_WORDS = {
    "tags": "tags that may name a service on its way",
    "ledger": "blocks that it did not know",
    "reorganised": "blocks that took the place of some that it stands on",
}


class StaleTrace(NextStepRule):
    """A trace stays as it was made; newer data need a new one."""

    name: ClassVar[str] = "stale"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """One step per trace."""
        for trace in facts.traces:
            newer = [_WORDS[name] for name in trace.predates if name in _WORDS]
            if newer:
                way = " --backward" if trace.direction == "backward" else ""
                yield self.step(
                    f"Trace {trace.origin} again",
                    f"After this trace the case was given {' and '.join(newer)}.",
                    command(facts, "trace", trace.origin, f"--rules all{way}"),
                    Urgency.NEXT,
                    about=trace.trace_id,
                    forgotten=True,
                )
