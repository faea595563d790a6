"""A lead on a ledger where a number beside the address names the customer, and the number is missing."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.place import Place
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency
from chainlead.model import Sentence


class LeadMemo(NextStepRule):
    """Without the destination tag the service has one address and a million customers."""

    name: ClassVar[str] = "lead-memo"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """One step for each such lead."""
        for lead in facts.leads:
            if lead.missing_memo:
                yield self.step(
                    Sentence(
                        "Find the {memo} before you ask {service}",
                        memo=Sentence.kept(lead.missing_memo),
                        service=lead.service,
                    ),
                    Sentence(
                        "All customers of the service share the address. Without the "
                        "{memo} a request names nobody, and it tells the service "
                        "about your case. Look beside the place where the address was "
                        "found, and in the transaction itself.",
                        memo=Sentence.kept(lead.missing_memo),
                    ),
                    command(facts, "leads"),
                    Urgency.NEXT,
                    about=lead.lead_id,
                    place=Place("leads", lead.lead_id),
                )
