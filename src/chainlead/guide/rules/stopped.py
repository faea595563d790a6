"""A trail that stopped for want of data, at a limit, or in mixing."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency


class Stopped(NextStepRule):
    """Why a trail stopped, and whether it can go on."""

    name: ClassVar[str] = "stopped"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """One step per trace and reason."""
        for trace in facts.traces:
            way = "--backward " if trace.direction == "backward" else ""
            if left := trace.ends.get("left the known blocks", 0):
                yield self.step(
                    f"Get the next blocks: {left} end{'s' if left != 1 else ''} of a trail ran out of them",
                    f"The trace from {trace.origin} goes on in blocks that this case does not hold. Add "
                    "them, then trace again.",
                    command(facts, "ledger add", "SOURCE"),
                    Urgency.NEXT,
                    about=f"{trace.trace_id}:blocks",
                )
            if unseen := trace.ends.get("not fetched", 0):
                yield self.step(
                    f"Fetch on: {unseen} end{'s' if unseen != 1 else ''} of a trail have not been looked at",
                    f"The trace from {trace.origin} ends where nobody has looked yet: the budget was "
                    "spent, or a history is large. Run it again, with --hub ADDRESS for a large one.",
                    command(facts, "trace", trace.origin, f"{way}--fetch NODE"),
                    Urgency.NEXT,
                    about=f"{trace.trace_id}:fetch",
                )
            if limit := trace.ends.get("limit", 0):
                yield self.step(
                    f"Go further: {limit} end{'s' if limit != 1 else ''} of a trail stopped at your limit",
                    f"The trace from {trace.origin} was told to stop there. Ask again with a higher limit.",
                    command(facts, "trace", trace.origin, f"{way}--max-hops 100"),
                    Urgency.SOON,
                    about=f"{trace.trace_id}:limit",
                )
            if hidden := trace.ends.get("one of several", 0):
                yield self.step(
                    f"Ask for keys: at {hidden} end{'s' if hidden != 1 else ''} of a trail a ring hides what "
                    "was spent",
                    f"The trace from {trace.origin} came to a ring: one of several outputs was spent, and the "
                    "ledger does not say which. A wallet file, its key images or a spend proof of its owner "
                    "say it. Look for them in the exhibits.",
                    command(facts, "findings"),
                    Urgency.SOON,
                    about=f"{trace.trace_id}:rings",
                )
            if mixing := trace.ends.get("mixing", 0):
                yield self.step(
                    f"Accept the stop at mixing ({mixing} end{'s' if mixing != 1 else ''})",
                    f"The trace from {trace.origin} went into a transaction made so that nobody can tell "
                    "whose output is whose. Going on would be guessing. Look instead for the wallet's "
                    "own records in the exhibits, or trace the outputs that are known to be its own.",
                    command(facts, "findings"),
                    Urgency.LATER,
                    about=f"{trace.trace_id}:mixing",
                )
