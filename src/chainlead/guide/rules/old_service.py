"""An entry of the service directory that a lead uses was not read for a long time."""

import shlex
from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.rule import NextStepRule
from chainlead.guide.step import Step, Urgency


class OldService(NextStepRule):
    """Companies move, portals change, and fakes wait for those who use old addresses."""

    name: ClassVar[str] = "old-service"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """One step for each such entry."""
        for service in facts.old_services:
            yield self.step(
                f"Look the entry of {service.brand} up again",
                f"Its sources were read {service.read}; that is more than 180 days ago. Which company "
                "answers, and where, may have changed. Look at the official pages and in SIRIUS, and write "
                "what you read, with the date, into your unit's own file.",
                f"chainlead services show {shlex.quote(service.service_id)}",
                Urgency.SOON,
                about=service.service_id,
            )
