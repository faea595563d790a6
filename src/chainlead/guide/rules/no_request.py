"""A service was reached, and nobody has asked it; preservation comes first."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency


class NoRequest(NextStepRule):
    """The service knows a name, and does not keep it for ever."""

    name: ClassVar[str] = "request"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """Preserve now; then produce; look at conflicts before either."""
        for lead in (lead for lead in facts.leads if lead.track == "service"):
            kinds = {draft.kind for draft in facts.drafts if draft.lead_id == lead.lead_id}
            draft = command(facts, "request draft", lead.lead_id)
            if not kinds:
                yield self.step(
                    f"Ask {lead.service}: no request is drafted",
                    "The money reached it, and it must know its customer. Data are deleted after a time: "
                    "ask to preserve them first, today.",
                    draft,
                    Urgency.NOW,
                    about=lead.lead_id,
                )
            elif not any("preservation" in kind for kind in kinds):
                yield self.step(
                    f"Ask {lead.service} to preserve the data first",
                    "A production request takes weeks; data can be gone by then. A preservation request "
                    "is quick and goes first.",
                    draft,
                    Urgency.NOW,
                    about=f"{lead.lead_id}:preserve",
                    forgotten=True,
                )
            if lead.has_conflict:
                yield self.step(
                    f"Sources disagree about {lead.service}: check before you ask",
                    "Another source gives the same address to somebody else. A wrong addressee costs time "
                    "and tells a stranger about your case.",
                    command(facts, "leads"),
                    Urgency.SOON,
                    about=f"{lead.lead_id}:conflict",
                )
