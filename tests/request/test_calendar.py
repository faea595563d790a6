"""The calendar file: read back by the library, the same each time, and with nothing about persons."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from chainlead.request import CalendarItem, Clock, LegalCertainty, write_calendar

START = datetime(2024, 12, 30, 9, 0, tzinfo=UTC)


def item(clock_id="epoc", **fields) -> CalendarItem:
    told = {
        "draft_id": "0123456789abcdef",
        "clock_id": clock_id,
        "name": "Preservation ends; with, commas and a\nline break",
        "part": "preservation",
        "is_red": True,
        "certainty": LegalCertainty.GENERAL,
        "source": "a source",
        "length": "10 days",
        "started_at": START,
        "started_by": "receipt",
        "due_at": START + timedelta(days=10),
        "changed_seq": 7,
        "changed_at": START,
        **fields,
    }
    return CalendarItem("feedface", "K 123-24", Clock(**told))


def read_back(content: bytes):
    calendar = Calendar.from_ical(content)
    assert not calendar.errors
    assert calendar["VERSION"] == "2.0"
    assert calendar["PRODID"]
    return list(calendar.walk("VEVENT"))


def test_an_end_is_read_back_with_its_moment_and_three_alarms() -> None:
    [event] = read_back(write_calendar([item()]))
    assert event.decoded("DTSTART") == START + timedelta(days=10)
    assert event.decoded("DTSTAMP") == START
    assert event["STATUS"] == "CONFIRMED"
    assert event["SUMMARY"].startswith("RED: K 123-24, draft 0123456789abcdef: Preservation ends")
    alarms = [alarm.decoded("TRIGGER") for alarm in event.walk("VALARM")]
    assert {alarm["TRIGGER"].params["VALUE"] for alarm in event.walk("VALARM")} == {"DATE-TIME"}
    assert alarms == [START + timedelta(days=days) for days in (5, 8, 10)]


def test_lines_are_short_and_end_as_the_standard_says() -> None:
    content = write_calendar([item(name="x" * 300)])
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(len(line) for line in content.split(b"\r\n")) <= 75


def test_every_event_has_what_the_standard_requires_and_its_own_uid() -> None:
    events = read_back(write_calendar([item(), item("eio"), item(draft_id="ffff")]))
    assert len({str(event["UID"]) for event in events}) == 3
    for event in events:
        assert {"UID", "DTSTAMP", "DTSTART"} <= {*event}


def test_the_same_clocks_give_the_same_bytes_in_any_order() -> None:
    items = [item(), item("eio"), item("other", due_at=START)]
    assert write_calendar(items) == write_calendar(reversed(items))


def test_a_moved_end_keeps_its_uid_and_counts_up() -> None:
    [old] = read_back(write_calendar([item()]))
    [new] = read_back(write_calendar([item(due_at=START + timedelta(days=20), changed_seq=9)]))
    assert old["UID"] == new["UID"]
    assert int(new["SEQUENCE"]) > int(old["SEQUENCE"])


def test_an_ended_clock_is_cancelled_and_rings_no_more() -> None:
    [event] = read_back(write_calendar([item(ended_by="complete")]))
    assert event["STATUS"] == "CANCELLED"
    assert not event.walk("VALARM")


def test_a_clock_that_waits_is_left_out() -> None:
    assert read_back(write_calendar([item(due_at=None, started_at=None)])) == []


@given(st.text(max_size=120))
def test_any_reference_is_read_back_on_one_line(reference) -> None:
    content = write_calendar([replace(item(name="Preservation"), reference=reference)])
    [event] = read_back(content)
    shown = str(event["SUMMARY"])
    assert shown.startswith("RED: ")
    assert shown.endswith("draft 0123456789abcdef: Preservation")
    words = "".join(c if c.isprintable() else " " for c in reference).split()
    assert shown.removeprefix("RED: ").startswith(" ".join(words))
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    assert not any(ord(c) < 32 for c in content.decode().replace("\r\n", ""))


@pytest.mark.parametrize("length", ["", "10 days"])
def test_the_text_says_that_it_is_no_legal_advice(length: str) -> None:
    [event] = read_back(write_calendar([item(length=length)]))
    assert "Confirm with the prosecutor" in event["DESCRIPTION"]
