"""One inferred link, and nothing beside it, leads to a service that is to be asked."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.place import Place
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency
from chainlead.model import Sentence


class SecondIndicator(NextStepRule):
    """Change, co-spending and sweeps are inferences, and each is wrong now and then."""

    name: ClassVar[str] = "second-indicator"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """One step for each such lead that is not asked yet."""
        asked = {draft.lead_id for draft in facts.drafts if draft.parts_sent}
        for lead in facts.leads:
            if lead.rests_on_inference and lead.track == "service" and lead.lead_id not in asked:
                yield self.step(
                    Sentence(
                        "Find a second indicator before you ask {service}",
                        service=lead.service,
                    ),
                    Sentence(
                        "Only one inferred link (change, co-spending or a sweep) leads "
                        "there. It can be wrong, and then a stranger is asked about. A "
                        "second indicator is another source for the address, a mention "
                        "of the service in an exhibit, a fitting amount and time, or an "
                        "answer. The draft says how the link was inferred."
                    ),
                    command(facts, "leads"),
                    Urgency.SOON,
                    about=lead.lead_id,
                    place=Place("leads", lead.lead_id),
                )
