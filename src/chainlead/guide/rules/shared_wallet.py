"""The address to ask about is a wallet that the service shares among its customers."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.place import Place
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency
from chainlead.model import Sentence


class SharedWallet(NextStepRule):
    """The hot wallet belongs to everybody; the deposit address before it belongs to one customer."""

    name: ClassVar[str] = "shared-wallet"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """One step for each such lead that has a draft, or could get one."""
        for lead in facts.leads:
            if not lead.names_shared or lead.track != "service":
                continue
            asked = any(draft.lead_id == lead.lead_id for draft in facts.drafts)
            yield self.step(
                Sentence(
                    "Do not ask {service} who owns its hot wallet",
                    service=lead.service,
                ),
                Sentence.joined(
                    (
                        Sentence("A draft for this lead exists.") if asked else "",
                        Sentence(
                            "The tagged address is a wallet that the service shares among its customers: "
                            "its owner is the service. Look whether the money came through a deposit "
                            "address one step before, and ask for the customer by transaction, sender, "
                            "amount and time."
                        ),
                    )
                ),
                command(facts, "leads"),
                Urgency.SOON,
                about=lead.lead_id,
                forgotten=True,
                place=Place("leads", lead.lead_id),
            )
