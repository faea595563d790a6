"""The clocks of one request: which run, since when, until when, and what ended them.

A clock starts at the event that `data/deadlines.yaml` names for it; while that event is not recorded
it waits and says for what. Limits: an acknowledgement stands in for a receipt that nobody recorded, so
the true end may be earlier; `earliest_at`, counted from the dispatch, is the day on which it can be
over at the soonest. Working days know no public holidays.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from chainlead.request.certainty import LegalCertainty
from chainlead.request.deadlines import Deadline, Unit, deadlines
from chainlead.request.states import RequestEvent, RequestState, State

REMINDERS = (50, 80, 100)
"""Percent of a term at which somebody is reminded."""

PROMISE = "service_promise"
"""The clock of a preservation whose end the addressee itself named."""
TARGET = "service_target"
"""The clock of the addressee's own target for an answer, from the directory."""

_STARTS_WHEN = {
    "receipt": "starts when the addressee has it: record `receipt`, or that it was acknowledged",
    "dispatch": "starts when it is sent: record that with `request send`",
    "decision": "starts with the decision to recognise or execute it: record `decision`",
    "certificate": "starts with the certificate: record `certificate`",
    "order": "starts with the order of the executing side: record `order`",
}


class Running(StrEnum):
    """How a clock stands."""

    WAITING = "waiting"
    RUNNING = "running"
    OVER = "over"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock of one request.

    Attributes:
        certainty: how sure the law is; None where somebody said or decided it, and no law does.
        started_at: the moment of the event that it is counted from; None while it waits.
        started_by: that event; `acknowledged` where the receipt itself was not recorded.
        starts_when: what it waits for, in words.
        due_at: its end; None while it waits.
        earliest_at: where the start is not known exactly, the end counted from the dispatch.
        ended_by: the event after which it does not matter; `ended_at` is when that was.
        changed_seq: the journal entry that it last depended on.
        is_sent: its part of the request was sent; until then it waits for that first.
    """

    draft_id: str
    clock_id: str
    name: str
    part: str
    is_red: bool
    certainty: LegalCertainty | None
    source: str
    length: str = ""
    started_at: datetime | None = None
    started_by: str = ""
    starts_when: str = ""
    due_at: datetime | None = None
    earliest_at: datetime | None = None
    ended_by: str = ""
    ended_at: datetime | None = None
    changed_seq: int = 0
    changed_at: datetime | None = None
    is_sent: bool = True

    @property
    def certainty_word(self) -> str:
        """`verified`, `secondary`, `general`, `inference`; or `asserted`: somebody said or decided it."""
        return self.certainty.value if self.certainty else "asserted"

    def standing(self, now: datetime) -> Running:
        """How it stands at this moment."""
        if self.ended_by:
            return Running.ENDED
        if self.due_at is None:
            return Running.WAITING
        return Running.OVER if self.due_at <= now else Running.RUNNING

    def spent_percent(self, now: datetime) -> int | None:
        """How much of the term is gone, rounded down; None while it waits."""
        if self.started_at is None or self.due_at is None:
            return None
        whole = self.due_at - self.started_at
        gone = now - self.started_at
        if not whole:
            return 100 if not gone < whole else 0
        return max(gone * 100 // whole, 0)

    def reminders(self) -> tuple[tuple[int, datetime], ...]:
        """When 50, 80 and 100 percent of the term are gone, in UTC, whole seconds."""
        if self.started_at is None or self.due_at is None:
            return ()
        whole = self.due_at - self.started_at
        return tuple(
            (percent, (self.started_at + whole * percent / 100).replace(microsecond=0))
            for percent in REMINDERS
        )

    def reminder(self, now: datetime) -> int:
        """The largest reminder that has passed; 0 for none, or where the clock does not run."""
        if self.ended_by:
            return 0
        return max((percent for percent, at in self.reminders() if at <= now), default=0)


def derive_clocks(
    state: RequestState,
    clock_ids: Iterable[str],
    *,
    is_emergency: bool = False,
    target_days: int | None = None,
) -> tuple[Clock, ...]:
    """The clocks of a request.

    Args:
        state: the request with its events.
        clock_ids: what the instrument's table names for it, in any order.
        is_emergency: whether life or limb was at risk when it was drafted.
        target_days: the addressee's own target for an answer, from the directory.
    """
    known = deadlines()
    chosen = {name for event in state.events for name in event.detail.get("clocks", ())}
    names = [*dict.fromkeys([*clock_ids, *sorted(chosen)])]
    found = [
        _clock(state, name, known[name])
        for name in names
        if name in known and _applies(known[name], state, name in chosen, is_emergency=is_emergency)
    ]
    found.extend(_promises(state))
    covered = {clock.part for clock in found}
    for part, stand_ins in _STAND_INS.items():
        if part in state.parts_sent and part not in covered:
            found.extend(_clock(state, name, known[name]) for name in stand_ins)
    if target_days is not None:
        found = [clock for clock in found if clock.clock_id != "provider_target"]
        found.append(_target(state, target_days))
    return tuple(
        sorted(
            found, key=lambda clock: (clock.due_at is None, clock.due_at or _FAR, clock.clock_id)
        )
    )


_STAND_INS = {
    "preservation": ("preservation_unknown",),
    "production": ("reminder_30", "reminder_60", "reminder_90"),
    "freeze": ("freeze_unknown",),
}
"""What reminds of a part that was sent and has no clock of its own: silence is no answer."""
_CLOCKED_PARTS = frozenset({"preservation", "production", "freeze"})
_FAR = datetime.max.replace(tzinfo=UTC)


def choosable_clocks(clock_ids: Iterable[str], *, is_emergency: bool = False) -> tuple[str, ...]:
    """Those that run only where the sending names them."""
    known = deadlines()
    return tuple(
        name
        for name in dict.fromkeys(clock_ids)
        if name in known
        and (known[name].is_chosen or (known[name].is_emergency and not is_emergency))
    )


def _applies(deadline: Deadline, state: RequestState, named: bool, *, is_emergency: bool) -> bool:
    if named:
        return True
    if deadline.is_chosen or (deadline.is_emergency and not is_emergency):
        return False
    if deadline.only_after and state.newest(deadline.only_after) is None:
        return False
    return deadline.part in state.parts or not _CLOCKED_PARTS & {*state.parts}


def _clock(state: RequestState, name: str, deadline: Deadline) -> Clock:
    start, started_by, earliest = _start(state, deadline)
    end = _end(state, deadline)
    needed = state.newest(deadline.only_after) if deadline.only_after else None
    on = [event for event in (start, end, needed) if event is not None]
    is_sent = _first(state, State.SENT, deadline.part) is not None
    newest = max(on, key=lambda event: event.seq, default=None)
    return Clock(
        draft_id=state.draft_id,
        clock_id=name,
        name=deadline.name,
        part=deadline.part,
        is_red=deadline.is_red,
        certainty=deadline.certainty,
        source=deadline.source,
        length=deadline.length,
        started_at=start.at if start else None,
        started_by=started_by,
        starts_when="" if start else _starts_when(deadline, is_sent=is_sent),
        due_at=deadline.due(start.at) if start else None,
        earliest_at=deadline.due(earliest.at) if earliest else None,
        ended_by=end.event if end else "",
        ended_at=end.at if end else None,
        changed_seq=newest.seq if newest else 0,
        changed_at=newest.recorded_at if newest else None,
        is_sent=is_sent,
    )


def _starts_when(deadline: Deadline, *, is_sent: bool) -> str:
    return _STARTS_WHEN[deadline.counted_from if is_sent else "dispatch"]


def _start(
    state: RequestState, deadline: Deadline
) -> tuple[RequestEvent | None, str, RequestEvent | None]:
    """The event that starts a clock, its name, and the dispatch where that event is not exact."""
    sent = _first(state, State.SENT, deadline.part)
    if deadline.counted_from == "dispatch":
        return sent, "dispatch" if sent else "", None
    exact = _first(state, deadline.counted_from, deadline.part)
    if exact is not None:
        return exact, deadline.counted_from, None
    if deadline.counted_from != "receipt":
        return None, "", None
    told = next(
        (e for e in state.events if e.event == State.ACKNOWLEDGED and sent and e.seq > sent.seq),
        None,
    )
    return told, State.ACKNOWLEDGED.value if told else "", sent


def _first(state: RequestState, name: str, part: str) -> RequestEvent | None:
    """The first event of this name that is about this part; one that names no part is about all."""
    return next((e for e in state.events if e.event == name and _is_about(e, part)), None)


def _is_about(event: RequestEvent, part: str) -> bool:
    named = event.detail.get("parts") or ()
    return not named or part in named or part == "police"


def _end(state: RequestState, deadline: Deadline) -> RequestEvent | None:
    """The newest event that ends a clock; a state that was left again ends none."""
    wanted = {
        name for name in deadline.ended_by if name not in set(State) or name == state.state.value
    }
    found = [e for e in state.events if e.event in wanted and _is_about(e, deadline.part)]
    return found[-1] if found else None


def _promises(state: RequestState) -> Iterator[Clock]:
    """The end of the preservation as the addressee said last."""
    told = [event for event in state.events if event.until is not None]
    if not told:
        return
    event = told[-1]
    end = next(
        (e for e in reversed(state.events) if e.event in {State.COMPLETE, State.REFUSED}), None
    )
    over = end is not None and state.is_closed
    yield Clock(
        draft_id=state.draft_id,
        clock_id=PROMISE,
        name="The addressee keeps the data until",
        part="preservation",
        is_red=True,
        certainty=None,
        source="what the addressee said; recorded by a person",
        started_at=event.at,
        started_by=event.event,
        due_at=event.until,
        ended_by=end.event if end and over else "",
        ended_at=end.at if end and over else None,
        changed_seq=max(event.seq, end.seq if end and over else 0),
        changed_at=event.recorded_at,
    )


def _target(state: RequestState, days: int) -> Clock:
    deadline = Deadline(
        name="The addressee's own target for an answer",
        count=days,
        unit=Unit.DAYS,
        counted_from="dispatch",
        is_red=False,
        certainty=LegalCertainty.GENERAL,
        source="the service directory",
        ended_by=("complete", "refused"),
    )
    return replace(_clock(state, TARGET, deadline), certainty=None)


__all__ = [
    "PROMISE",
    "REMINDERS",
    "TARGET",
    "Clock",
    "Running",
    "choosable_clocks",
    "derive_clocks",
]
