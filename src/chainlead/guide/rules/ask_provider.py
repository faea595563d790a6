"""A page names a mail address or a messenger account: its provider can be asked."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency


class AskProvider(NextStepRule):
    """Mail and hosting firms are reached by other papers than exchanges, and often sooner."""

    name: ClassVar[str] = "ask-provider"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """One step for all providers that nobody asked."""
        asked = {draft.lead_id for draft in facts.drafts}
        open_leads = [
            lead for lead in facts.leads if lead.track == "provider" and lead.lead_id not in asked
        ]
        if open_leads:
            names = ", ".join(lead.service for lead in open_leads[:3])
            more = len(open_leads) - 3
            yield self.step(
                f"Ask who is behind the contacts at {names}"
                + (f" and {more} more" if more > 0 else ""),
                "A checked page names contacts there. Their provider knows who pays, from where the account "
                "is used, and sometimes a telephone number. Preservation comes first here too.",
                command(facts, "leads", "--track provider"),
                Urgency.SOON,
            )
