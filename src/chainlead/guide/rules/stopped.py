"""A trail that stopped for want of data, at a limit, or in mixing."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.place import Place, follow_money, some_findings
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency
from chainlead.model import Sentence


class Stopped(NextStepRule):
    """Why a trail stopped, and whether it can go on."""

    name: ClassVar[str] = "stopped"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """One step per trace and reason."""
        for trace in facts.traces:
            way = "--backward " if trace.direction == "backward" else ""
            if left := trace.ends.get("left the known blocks", 0):
                yield self.step(
                    Sentence.counted(
                        left,
                        "Get the next blocks: {count} end of a trail ran out of them",
                        "Get the next blocks: {count} ends of a trail ran out of them",
                    ),
                    Sentence(
                        "The trace from {origin} goes on in blocks that this case does "
                        "not hold. Add them, then trace again.",
                        origin=trace.origin,
                    ),
                    command(facts, "ledger add", "SOURCE"),
                    Urgency.NEXT,
                    about=f"{trace.trace_id}:blocks",
                    place=Place("ledger", "blocks"),
                )
            if unseen := trace.ends.get("not fetched", 0):
                yield self.step(
                    Sentence.counted(
                        unseen,
                        "Fetch on: {count} end of a trail has not been looked at",
                        "Fetch on: {count} ends of a trail have not been looked at",
                    ),
                    Sentence(
                        "The trace from {origin} ends where nobody has looked yet: the "
                        "budget was spent, or a history is large. Run it again, with "
                        "--hub ADDRESS for a large one.",
                        origin=trace.origin,
                    ),
                    command(facts, "trace", trace.origin, f"{way}--fetch NODE"),
                    Urgency.NEXT,
                    about=f"{trace.trace_id}:fetch",
                    place=follow_money(trace.origin, backward=trace.direction == "backward"),
                )
            if limit := trace.ends.get("limit", 0):
                yield self.step(
                    Sentence.counted(
                        limit,
                        "Go further: {count} end of a trail stopped at your limit",
                        "Go further: {count} ends of a trail stopped at your limit",
                    ),
                    Sentence(
                        "The trace from {origin} was told to stop there. Ask again with "
                        "a higher limit.",
                        origin=trace.origin,
                    ),
                    command(facts, "trace", trace.origin, f"{way}--max-hops 100"),
                    Urgency.SOON,
                    about=f"{trace.trace_id}:limit",
                    place=follow_money(trace.origin, backward=trace.direction == "backward"),
                )
            if hidden := trace.ends.get("one of several", 0):
                yield self.step(
                    Sentence.counted(
                        hidden,
                        "Ask for keys: at {count} end of a trail a ring hides what was spent",
                        "Ask for keys: at {count} ends of a trail a ring hides what was spent",
                    ),
                    Sentence(
                        "The trace from {origin} came to a ring: one of several outputs "
                        "was spent, and the ledger does not say which. A wallet file, "
                        "its key images or a spend proof of its owner say it. Look for "
                        "them in the exhibits.",
                        origin=trace.origin,
                    ),
                    command(facts, "findings"),
                    Urgency.SOON,
                    about=f"{trace.trace_id}:rings",
                    place=some_findings(),
                )
            if mixing := trace.ends.get("mixing", 0):
                yield self.step(
                    Sentence.counted(
                        mixing,
                        "Accept the stop at mixing ({count} end)",
                        "Accept the stop at mixing ({count} ends)",
                    ),
                    Sentence(
                        "The trace from {origin} went into a transaction made so that "
                        "nobody can tell whose output is whose. Going on would be "
                        "guessing. Look instead for the wallet's own records in the "
                        "exhibits, or trace the outputs that are known to be its own.",
                        origin=trace.origin,
                    ),
                    command(facts, "findings"),
                    Urgency.LATER,
                    about=f"{trace.trace_id}:mixing",
                    place=some_findings(role="own"),
                )
