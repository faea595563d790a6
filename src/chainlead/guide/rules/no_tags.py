"""No attribution data: no trail can end at a service that nobody named."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.place import Place
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency
from chainlead.model import Sentence


class NoTags(NextStepRule):
    """Tags say which addresses belong to services."""

    name: ClassVar[str] = "tags"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """Import tags; trace again where tags came after the trace."""
        if facts.tag_count or not (facts.ledger_chains or facts.traces):
            return
        yield self.step(
            Sentence("Import what is known about addresses"),
            Sentence(
                "Without tag packs a trail cannot stop at an exchange, because nobody "
                "told chainlead which addresses are an exchange's. Public packs are free "
                "files; your unit may have its own."
            ),
            command(facts, "tags import", "FILE"),
            Urgency.NEXT,
            place=Place("ledger", "tags"),
        )
