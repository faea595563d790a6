"""Money that still lies where it was sent: it may be there to be seized."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.place import Place
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency
from chainlead.model import Sentence


class UnspentEnds(NextStepRule):
    """Unspent is as far as the known blocks say; look again before acting."""

    name: ClassVar[str] = "unspent"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """One step per forward trace with unspent ends."""
        for trace in facts.traces:
            unspent = trace.ends.get("unspent", 0)
            if unspent and trace.direction != "backward":
                yield self.step(
                    Sentence.counted(
                        unspent,
                        "Value may still be there: {count} unspent output",
                        "Value may still be there: {count} unspent outputs",
                    ),
                    Sentence(
                        "The trace from {origin} ends in money that was not moved, as "
                        "far as the case's blocks say. Change that went back to the "
                        "payer is often among it. Add newer blocks to be sure, and ask "
                        "the prosecutor about securing it.",
                        origin=trace.origin,
                    ),
                    command(facts, "ledger add", "SOURCE"),
                    Urgency.SOON,
                    about=trace.trace_id,
                    place=Place("ledger", "blocks"),
                )
