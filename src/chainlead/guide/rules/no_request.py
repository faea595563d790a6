"""A service was reached, and nobody has asked it; preservation comes first."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.place import Place
from chainlead.guide.rule import NextStepRule, command
from chainlead.guide.step import Step, Urgency
from chainlead.model import Sentence


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
                    Sentence(
                        "Ask {service}: no request is drafted",
                        service=lead.service,
                    ),
                    Sentence(
                        "The money reached it, and it must know its customer. Data are "
                        "deleted after a time: ask to preserve them first, today."
                    ),
                    draft,
                    Urgency.NOW,
                    about=lead.lead_id,
                    place=Place("leads", lead.lead_id),
                )
            elif not any("preservation" in kind for kind in kinds):
                yield self.step(
                    Sentence(
                        "Ask {service} to preserve the data first",
                        service=lead.service,
                    ),
                    Sentence(
                        "A production request takes weeks; data can be gone by then. A "
                        "preservation request is quick and goes first."
                    ),
                    draft,
                    Urgency.NOW,
                    about=f"{lead.lead_id}:preserve",
                    forgotten=True,
                    place=Place("leads", lead.lead_id),
                )
            if lead.has_conflict:
                yield self.step(
                    Sentence(
                        "Sources disagree about {service}: check before you ask",
                        service=lead.service,
                    ),
                    Sentence(
                        "Another source gives the same address to somebody else. A wrong "
                        "addressee costs time and tells a stranger about your case."
                    ),
                    command(facts, "leads"),
                    Urgency.SOON,
                    about=f"{lead.lead_id}:conflict",
                    place=Place("leads", lead.lead_id),
                )
