"""An entry of the service directory that a lead uses was not read for a long time."""

import shlex
from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.place import Place
from chainlead.guide.rule import NextStepRule
from chainlead.guide.step import Step, Urgency
from chainlead.model import Sentence


class OldService(NextStepRule):
    """Companies move, portals change, and fakes wait for those who use old addresses."""

    name: ClassVar[str] = "old-service"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """One step for each such entry."""
        for service in facts.old_services:
            yield self.step(
                Sentence(
                    "Look the entry of {brand} up again",
                    brand=service.brand,
                ),
                Sentence(
                    "Its sources were read {read}; that is more than 180 days ago. Which "
                    "company answers, and where, may have changed. Look at the official "
                    "pages and in SIRIUS, and write what you read, with the date, into "
                    "your unit's own file.",
                    read=service.read,
                ),
                f"chainlead services show {shlex.quote(service.service_id)}",
                Urgency.SOON,
                about=service.service_id,
                place=Place("leads", service.lead_ids[0]) if service.lead_ids else None,
            )
