"""An exchange's site or mail was found: ask it, even without a trail."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.place import some_findings
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency
from chainlead.model import Sentence


class ServiceMentions(NextStepRule):
    """A mail from an exchange often names an account."""

    name: ClassVar[str] = "mentions"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """One step for all of them."""
        if facts.service_mentions:
            shown = ", ".join(facts.service_mentions[:3])
            more = len(facts.service_mentions) - 3
            yield self.step(
                Sentence(
                    "Read what was found about {names}",
                    names=Sentence("{named} and {more} more", named=shown, more=more)
                    if more > 0
                    else shown,
                ),
                Sentence(
                    "Sites or mails of exchanges stand in the exhibits. There may be an "
                    "account: a mail address, a user number, a deposit address. That is "
                    "worth a question of its own."
                ),
                command(facts, "findings"),
                Urgency.SOON,
                place=some_findings(text=facts.service_mentions[0]),
            )
