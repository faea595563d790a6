"""A draft that nobody but its drafter has read."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.place import Place
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency
from chainlead.model import Sentence


class ReviewWaiting(NextStepRule):
    """A second pair of eyes is the rule before anything leaves the house."""

    name: ClassVar[str] = "review"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """One step for each draft that was never reviewed, or changed since."""
        if facts.practice:
            return
        names = {lead.lead_id: lead.service for lead in facts.leads}
        for draft in facts.drafts:
            if draft.state != "drafted":
                continue
            changed = Sentence("It was changed after its review, so it needs another.")
            yield self.step(
                Sentence(
                    "Let a colleague review the draft to {service}",
                    service=names.get(draft.lead_id, draft.lead_id),
                ),
                Sentence.joined(
                    (
                        changed if draft.lost_review else "",
                        Sentence(
                            "Somebody who did not draft it reads the letter and the annex, and confirms "
                            "the address it goes to. Both are recorded under that person's own name; "
                            "without them it cannot be marked sent."
                        ),
                    )
                ),
                command(facts, "request review", draft.draft_id),
                Urgency.NEXT,
                about=draft.draft_id,
                place=Place("requests", draft.draft_id),
            )
