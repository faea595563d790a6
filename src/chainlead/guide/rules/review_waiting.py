"""A draft that nobody but its drafter has read."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency


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
            changed = (
                "It was changed after its review, so it needs another. "
                if draft.lost_review
                else ""
            )
            yield self.step(
                f"Let a colleague review the draft to {names.get(draft.lead_id, draft.lead_id)}",
                f"{changed}Somebody who did not draft it reads the letter and the annex, and confirms the "
                "address it goes to. Both are recorded under that person's own name; without them it "
                "cannot be marked sent.",
                command(facts, "request review", draft.draft_id),
                Urgency.NEXT,
                about=draft.draft_id,
            )
