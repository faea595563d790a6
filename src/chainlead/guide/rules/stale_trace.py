"""A trace that was made before the newest tags or blocks, or on blocks that left the best chain."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.place import follow_money
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency
from chainlead.model import Sentence

_WORDS = {
    "tags": Sentence("tags that may name a service on its way"),
    "ledger": Sentence("blocks that it did not know"),
    "reorganised": Sentence("blocks that took the place of some that it stands on"),
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
                    Sentence(
                        "Trace {origin} again",
                        origin=trace.origin,
                    ),
                    Sentence(
                        "After this trace the case was given: {what}.",
                        what=Sentence.joined(newer, ", "),
                    ),
                    command(facts, "rerun")
                    if "reorganised" in trace.predates
                    else command(facts, "trace", trace.origin, f"--rules all{way}"),
                    Urgency.NEXT,
                    about=trace.trace_id,
                    forgotten=True,
                    place=follow_money(trace.origin, backward=trace.direction == "backward"),
                )
