"""A stablecoin still lies at the end of a trail: its issuer can freeze it, if asked in time."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.place import Place
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency
from chainlead.model import Sentence


class FreezeStablecoin(NextStepRule):
    """It moves in seconds; a freeze request runs beside all others."""

    name: ClassVar[str] = "freeze-stablecoin"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """One step for each issuer that nobody asked."""
        asked = {draft.lead_id for draft in facts.drafts}
        for lead in facts.leads:
            if lead.track == "issuer" and lead.lead_id not in asked:
                yield self.step(
                    Sentence(
                        "Ask {service} to freeze what lies there",
                        service=lead.service,
                    ),
                    Sentence(
                        "Units of its stablecoin lie at the end of a trail, as far as "
                        "the ledger goes. The issuer can freeze them while they are "
                        "there. Check the balance at the token's contract first; a token "
                        "that only has the same symbol is worth nothing."
                    ),
                    command(facts, "request draft", lead.lead_id),
                    Urgency.NOW,
                    about=lead.lead_id,
                    place=Place("leads", lead.lead_id),
                )
