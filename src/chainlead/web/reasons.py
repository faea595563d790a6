"""Why each thing on a page is said: the report's words, with who decided it and when.

Pages ask for the reasons of what they show; nothing is worked out for what they do not show.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import msgspec

from chainlead.attribution import Lead
from chainlead.model import Sentence
from chainlead.report import (
    Card,
    Why,
    lead_document,
    report_sections,
    trace_cards,
    why_answer,
    why_answer_row,
    why_clock,
    why_contested,
    why_end,
    why_event,
    why_finding,
    why_joined,
    why_lead,
    why_request,
    why_sections,
)
from chainlead.request import Clock
from chainlead.workflow.case import Case

_RECORD = "draft.json"
_DONE_BY = {
    "drafted": Sentence("Drafted by"),
    "reviewed": Sentence("Reviewed by"),
    "addressee_confirmed": Sentence("Addressee compared by"),
}

Cards = Mapping[str, tuple[Card, ...]]


class Reasons:
    """The reasons of one case's claims, for one reader."""

    def __init__(
        self, case: Case, language: str, traces: Callable[[], Iterable[Mapping[str, Any]]]
    ) -> None:
        """Look into an open case.

        Args:
            case: open for reading as long as these reasons are asked.
            language: of the reader.
            traces: gives the documents of the case's traces.
        """
        self._case = case
        self._language = language
        self._traces = traces

    def finding(self, row: Mapping[str, Any]) -> Why:
        """Of a finding with its state."""
        told = why_finding(row)
        judged = self._case.store.lookup("triage", finding_id=told.about.partition(":")[2])
        if judged is None:
            return told
        return self._with(told, Sentence("Judged by"), judged["journal_seq"])

    def lead(self, lead: Lead) -> Why:
        """Of a lead, with the rules of its trace."""
        return why_lead(lead_document(lead), self._cards.get(lead.trace_id, ()))

    def request(self, draft_id: str) -> Why | None:
        """Of a draft's instrument; None where the draft keeps no record of its choice."""
        row = self._case.store.lookup("drafts", draft_id=draft_id)
        if row is None or _RECORD not in row["files"]:
            return None
        document = msgspec.json.decode(self._case.blobs.get(row["files"][_RECORD]))
        if "choice" not in document:
            return None
        told = why_request(document, self._language)
        for event in self._case.store.rows(
            "request_events", draft_id=draft_id, order_by=("journal_seq",)
        ):
            if event["event"] in _DONE_BY:
                told = self._with(told, _DONE_BY[event["event"]], event["journal_seq"])
        return told

    def clock(self, clock: Clock) -> Why:
        """Of a clock's end."""
        told = why_clock(clock, self._language)
        if not clock.changed_seq:
            return told
        return self._with(told, Sentence("Event recorded by"), clock.changed_seq)

    def event(self, event: Any) -> Why:
        """Of a line of the timeline."""
        return why_event(
            event.kind, event.strength.value, event.about, str(getattr(event, "place", ""))
        )

    def answer(self, row: Mapping[str, Any]) -> Why:
        """Of a service's answer."""
        return self._with(why_answer(row), Sentence("Imported by"), row["journal_seq"])

    def answer_row(self, row: Mapping[str, Any]) -> Why:
        """Of one row of an answer."""
        return why_answer_row(row)

    def end(self, trace: Mapping[str, Any], place: Mapping[str, Any]) -> Why:
        """Of a place where a trail stops."""
        return why_end(trace, place, self._cards.get(str(trace["trace_id"]), ()))

    def trace_cards(self, trace_id: str) -> tuple[Card, ...]:
        """The rules and heuristics that a trace rests on."""
        return self._cards.get(trace_id, ())

    def sections(self) -> tuple[tuple[str, Why], ...]:
        """Of each section of the report."""
        return why_sections(tuple(section.title for section in report_sections()))

    def joined(self, document: Mapping[str, Any]) -> Why:
        """Of two addresses in one cluster."""
        return why_joined(document)

    def contested(self, link: Mapping[str, Any], cards: Sequence[Mapping[str, Any]]) -> Why:
        """Of a link that waits for a person."""
        return why_contested(link, cards)

    @cached_property
    def _cards(self) -> Cards:
        return {str(trace["trace_id"]): trace_cards(trace) for trace in self._traces()}

    def _with(self, told: Why, name: str, seq: int) -> Why:
        """The same, with who did it and when, as the journal has it."""
        if not 0 <= seq < len(self._case.entries):
            return told
        entry = self._case.entries[seq]
        return replace(
            told,
            named=(
                *told.named,
                (name, Sentence("{who} (journal entry {entry})", who=entry.who, entry=str(seq))),
                (Sentence("When"), entry.at),
            ),
        )
