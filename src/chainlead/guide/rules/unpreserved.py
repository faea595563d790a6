"""A preservation is drafted, and nobody has sent it."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts, DraftFact
from chainlead.guide.place import Place
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency
from chainlead.model import Sentence

_PART = "preservation"


class Unpreserved(NextStepRule):
    """Until the preservation is out, the service may delete what it knows."""

    name: ClassVar[str] = "preserve"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """One step for each lead; a practice case sends nothing."""
        if facts.practice:
            return
        for lead in facts.leads:
            drafts = [d for d in facts.drafts if d.lead_id == lead.lead_id and _PART in d.kind]
            if not drafts or any(_PART in draft.parts_sent for draft in drafts):
                continue
            draft = drafts[-1]
            yield self.step(
                Sentence(
                    "Get the preservation to {service} out today",
                    service=lead.service,
                ),
                Sentence(
                    "The letter is drafted, but nothing in the case says that it was "
                    "sent. Services delete data after a time, and a production order "
                    "comes too late then. When it is sent, record it: the clock starts "
                    "there."
                ),
                _next_command(facts, draft),
                Urgency.NOW,
                about=lead.lead_id,
                place=Place("requests", draft.draft_id),
            )


def _next_command(facts: CaseFacts, draft: DraftFact) -> str:
    """What stands between this draft and its record as sent."""
    if draft.state == "drafted":
        return command(facts, "request review", draft.draft_id)
    if not draft.confirmed_by:
        return command(facts, "request confirm-addressee", draft.draft_id, "ADDRESS")
    return command(facts, "request send", draft.draft_id, "--to ADDRESS --part preservation")
