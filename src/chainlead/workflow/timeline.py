"""What happened when, in one line of time: payments on the trails, requests, answers, terms, acts.

Each event says how strongly it is known: a payment in a block is observed, what a person or a service
said is asserted. Why a payment is on a trail, and why the trail stops, is inferred and not said here. Findings carry no time and are not here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from chainlead.model import Strength, moment_from_text
from chainlead.store import Store
from chainlead.workflow.case import Case

KINDS = ("payment", "request", "answer", "term")


@dataclass(frozen=True, slots=True, order=True)
class TimelineEvent:
    """One thing at one moment.

    Attributes:
        kind: one of `KINDS`.
        what: a sentence.
        about: the id of the trace, draft or answer that it belongs to.
        place: the output or transaction that it is about; empty where there is none.
    """

    at: datetime
    kind: str
    what: str
    strength: Strength
    about: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class TimelineFilter:
    """Which events are wanted; what is left out does not narrow.

    Attributes:
        kinds: some of `KINDS`; none of them means all.
        strength: `observed`, `inferred` or `asserted`.
        since: the first moment that counts, aware.
        until: the first moment after it that counts no more, aware.
        text: letters that the sentence has, in either case.
        about: one trace, draft or answer.
    """

    kinds: frozenset[str] = frozenset()
    strength: str = ""
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""
    about: str = ""

    def choose(self, events: Iterable[TimelineEvent]) -> tuple[TimelineEvent, ...]:
        """The events that are wanted, in their order."""
        return tuple(event for event in events if self._is_wanted(event))

    def _is_wanted(self, event: TimelineEvent) -> bool:
        return (
            (not self.kinds or event.kind in self.kinds)
            and (not self.strength or event.strength.value == self.strength)
            and (self.since is None or event.at >= self.since)
            and (self.until is None or event.at < self.until)
            and (not self.about or event.about == self.about)
            and self.text.casefold() in event.what.casefold()
        )


def density(events: Sequence[TimelineEvent], parts: int) -> tuple[tuple[datetime, int], ...]:
    """How many events each of so many equal spans of time has, with the span's first moment.

    Args:
        events: in order of time.
        parts: number of spans between the first event and the last.
    """
    if not events:
        return ()
    first, last = events[0].at, events[-1].at
    step = (last - first) / parts
    counts = [0] * parts
    for event in events:
        counts[min(parts - 1, (event.at - first) // step) if step else 0] += 1
    return tuple((first + step * number, count) for number, count in enumerate(counts))


def timeline(
    case: Case,
    kinds: frozenset[str] = frozenset(KINDS),
    *,
    traces: Iterable[Mapping[str, Any]] | None = None,
) -> tuple[TimelineEvent, ...]:
    """All events of these kinds, earliest first; the same event of two trails stands once.

    Args:
        case: open for reading or writing.
        kinds: which events.
        traces: the documents of the case's traces; read from the case if left out.
    """
    found: set[TimelineEvent] = set()
    if "payment" in kinds:
        from chainlead.report import trace_documents

        documents = trace_documents(case.store, case.blobs) if traces is None else traces
        found.update(_payments(documents))
    if "request" in kinds:
        found.update(_requests(case.store))
    if "answer" in kinds:
        found.update(_answers(case.store))
    if "term" in kinds:
        found.update(_terms(case))
    return tuple(sorted(found))


def _payments(traces: Iterable[Mapping[str, Any]]) -> Iterator[TimelineEvent]:
    for trace in traces:
        for name in sorted(trace["rules"])[:1]:
            for node in (*trace["rules"][name]["transfers"], *trace["rules"][name]["frontier"]):
                if not node.get("mined_at") or not node.get("amount"):
                    continue
                to = node.get("address") or node.get("receiver") or "an output without address"
                amount = f"{node['amount']['decimal']} {node['amount']['symbol']}"
                where = node.get("outpoint") or node.get("txid")
                yield TimelineEvent(
                    moment_from_text(node["mined_at"]),
                    "payment",
                    f"{amount} to {to} ({where})",
                    Strength.OBSERVED,
                    trace["trace_id"],
                    where or "",
                )


def _requests(store: Store) -> Iterator[TimelineEvent]:
    from chainlead.workflow.request_states import states

    for state in states(store):
        for event in state.events:
            told = f": {event.note}" if event.note else ""
            by = event.person or event.who
            yield TimelineEvent(
                event.at,
                "request",
                f"Request {state.draft_id}: {event.event.replace('_', ' ')} by {by}{told}",
                Strength.ASSERTED,
                state.draft_id,
            )


def _answers(store: Store) -> Iterator[TimelineEvent]:
    for row in store.rows("answers", order_by=["journal_seq"]):
        yield TimelineEvent(
            moment_from_text(row["received_at"]),
            "answer",
            f"{row['service']} answered ({row['state']}), {len(row['files'])} file(s)",
            Strength.ASSERTED,
            row["answer_id"],
        )
    for row in store.rows("answer_rows", order_by=["answer_id", "row_number"]):
        if row["occurred_at"]:
            what = " ".join(
                filter(None, (row["kind"], row["direction"], row["amount"], row["txid"]))
            )
            moment, only_day = _said_time(row["occurred_at"])
            yield TimelineEvent(
                moment,
                "answer",
                f"The service states: {what}, row {row['row_number']}{only_day}",
                Strength.ASSERTED,
                row["answer_id"],
            )


def _said_time(text: str) -> tuple[datetime, str]:
    """A stated time; where a service states a day only, its beginning, and a word that says so."""
    if len(text) == len("2024-03-01"):
        return datetime.fromisoformat(text).replace(tzinfo=UTC), " (a day, without a time)"
    return moment_from_text(text), ""


def _terms(case: Case) -> Iterator[TimelineEvent]:
    from chainlead.workflow.deadlines import case_deadlines

    for clock in case_deadlines(case.store, case.blobs):
        if clock.due_at is not None and not clock.ended_by:
            red = " (red: something lapses)" if clock.is_red else ""
            yield TimelineEvent(
                clock.due_at, "term", f"{clock.name}{red}", Strength.ASSERTED, clock.draft_id
            )
