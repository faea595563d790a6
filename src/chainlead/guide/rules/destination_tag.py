"""An XRP address without its destination tag."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.place import some_findings
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency
from chainlead.model import Sentence


class DestinationTag(NextStepRule):
    """An exchange keeps one XRP address for all customers; the tag says which one is meant."""

    name: ClassVar[str] = "xrp-tag"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """One step for all such addresses."""
        bare = [
            address.value
            for address in facts.addresses
            if address.chains[:1] == ("xrp",) and not address.has_tag and address.state != "noise"
        ]
        if bare:
            yield self.step(
                Sentence(
                    "Look for the destination tag of {address}",
                    address=Sentence("{named} and {more} more", named=bare[0], more=len(bare) - 1)
                    if len(bare) > 1
                    else bare[0],
                ),
                Sentence(
                    "An exchange uses one XRP address for all customers; a number beside "
                    "it, the destination tag, says which customer. Look around the place "
                    "where the address was found."
                ),
                command(facts, "findings"),
                Urgency.SOON,
                forgotten=True,
                place=some_findings(text=bare[0]),
            )
