"""A page names a mail address or a messenger account: its provider can be asked."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.place import Place
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency
from chainlead.model import Sentence


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
                Sentence(
                    "Ask who is behind the contacts at {names}",
                    names=Sentence("{named} and {more} more", named=names, more=more)
                    if more > 0
                    else names,
                ),
                Sentence(
                    "A checked page names contacts there. Their provider knows who pays, "
                    "from where the account is used, and sometimes a telephone number. "
                    "Preservation comes first here too."
                ),
                command(facts, "leads", "--track provider"),
                Urgency.SOON,
                place=Place("leads", open_leads[0].lead_id),
            )
