"""Clocks as an iCalendar file (RFC 5545), for the calendar that an officer already uses.

The same clocks give the same bytes: a UID is made of the case, the draft and the clock, so that a
newer file moves the old entries, and DTSTAMP is the moment of the act that the clock last depended
on. An ended clock is written as cancelled, so that a calendar takes it away. The text names the
case's reference, the draft's id and the clock, nothing else: calendars are shared.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from chainlead.request.clocks import Clock

if TYPE_CHECKING:
    from icalendar import Alarm, Event

_MADE_BY = "-//chainlead//deadlines//EN"


@dataclass(frozen=True, slots=True)
class CalendarItem:
    """A clock with its case: `case_id` tells cases apart, `reference` is what a person reads."""

    case_id: str
    reference: str
    clock: Clock


def write_calendar(items: Iterable[CalendarItem]) -> bytes:
    """The clocks that have an end, as one VCALENDAR; those that wait for an event are left out."""
    from icalendar import Calendar  # noqa: PLC0415  (slow to load)

    calendar = Calendar()
    calendar.add("prodid", _MADE_BY)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    dated = [item for item in items if item.clock.due_at is not None]
    for item in sorted(dated, key=lambda each: (each.clock.due_at, event_uid(each))):
        calendar.add_component(_event(item))
    made: bytes = calendar.to_ical()
    return made


def event_uid(item: CalendarItem) -> str:
    """The same for the same clock of the same draft, whenever its end moves."""
    told = f"{item.case_id}\n{item.clock.draft_id}\n{item.clock.clock_id}"
    return f"chainlead-{hashlib.sha256(told.encode()).hexdigest()[:32]}"


def _event(item: CalendarItem) -> "Event":
    from icalendar import Event  # noqa: PLC0415

    clock = item.clock
    assert clock.due_at is not None
    event = Event()
    event.add("uid", event_uid(item))
    event.add("dtstamp", clock.changed_at or clock.due_at)
    event.add("dtstart", clock.due_at)
    event.add("sequence", clock.changed_seq)
    event.add("summary", _summary(item))
    event.add("description", _description(clock))
    event.add("status", "CANCELLED" if clock.ended_by else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("class", "CONFIDENTIAL")
    event.add("priority", 1 if clock.is_red else 5)
    if not clock.ended_by:
        for alarm in _alarms(item):
            event.add_component(alarm)
    return event


def _alarms(item: CalendarItem) -> "Iterator[Alarm]":
    from icalendar import Alarm  # noqa: PLC0415

    for percent, at in item.clock.reminders():
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", f"{percent} %: {_summary(item)}")
        alarm.add("trigger", _utc(at), parameters={"VALUE": "DATE-TIME"})
        yield alarm


def _summary(item: CalendarItem) -> str:
    about = f"draft {item.clock.draft_id}: " if item.clock.draft_id else ""
    red = "RED: " if item.clock.is_red else ""
    return f"{red}{_plain(item.reference)}, {about}{_plain(item.clock.name)}"


def _plain(text: str) -> str:
    """One line without control characters: calendars break at them."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _description(clock: Clock) -> str:
    length = f"{clock.length} counted from {clock.started_by}. " if clock.length else ""
    sure = f" ({clock.certainty.words})" if clock.certainty else ""
    return (
        f"{length}Source: {clock.source}{sure}. "
        "Times are UTC; public holidays are not known here. Confirm with the prosecutor."
    )


def _utc(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
