"""An XRP address without its destination tag."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency


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
                f"Look for the destination tag of {bare[0]}"
                + (f" and {len(bare) - 1} more" if len(bare) > 1 else ""),
                "An exchange uses one XRP address for all customers; a number beside it, the destination "
                "tag, says which customer. Look around the place where the address was found.",
                command(facts, "findings"),
                Urgency.SOON,
                forgotten=True,
            )
