"""Drafts that wait for an officer: chainlead sends nothing."""

from collections.abc import Iterator
from typing import ClassVar

from chainlead.guide.facts import CaseFacts
from chainlead.guide.place import Place
from chainlead.guide.rule import NextStepRule
from chainlead.guide.step import Step, Urgency
from chainlead.model import Sentence

_READY = frozenset({"draft", "reviewed"})
_NEW = "drafted"
"""Outside practice cases a new draft first waits for its review: see `review_waiting`."""


class OpenDraft(NextStepRule):
    """A draft helps nobody until it is checked, signed and sent."""

    name: ClassVar[str] = "draft"

    def steps(self, facts: CaseFacts) -> Iterator[Step]:
        """One step for all open drafts of a lead."""
        names = {lead.lead_id: lead.service for lead in facts.leads}
        waiting: dict[str, int] = {}
        for draft in facts.drafts:
            if draft.state in _READY or (facts.practice and draft.state == _NEW):
                waiting[draft.lead_id] = waiting.get(draft.lead_id, 0) + 1
        for lead_id, count in sorted(waiting.items()):
            who = names.get(lead_id, lead_id)
            if facts.practice:
                yield self.step(
                    Sentence.counted(
                        count,
                        "Read the draft to {service}, and send nothing",
                        "Read the drafts to {service}, and send nothing",
                        service=who,
                    ),
                    Sentence(
                        "In a real case an officer would fill the open fields, check, "
                        "sign and send it. This is a practice case: the service does not "
                        "exist."
                    ),
                    "",
                    Urgency.SOON,
                    about=lead_id,
                    place=Place("leads", lead_id),
                )
                continue
            yield self.step(
                Sentence.counted(
                    count,
                    "Check, sign and send the request to {service}",
                    "Check, sign and send the requests to {service}",
                    service=who,
                ),
                Sentence.counted(
                    count,
                    "{count} draft lies in the case folder under requests. Fill the open fields; take "
                    "the address of the service from an official register, never from the draft's "
                    "source. chainlead sends nothing.",
                    "{count} drafts lie in the case folder under requests. Fill the open fields; take "
                    "the address of the service from an official register, never from the drafts' "
                    "source. chainlead sends nothing.",
                ),
                "",
                Urgency.NEXT,
                about=lead_id,
                place=Place("leads", lead_id),
            )
