"""Clocks are data; their ends are computed in UTC."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from chainlead.request import deadlines, due_dates
from chainlead.request.deadlines import Unit

START = datetime(2024, 3, 1, 9, 0, tzinfo=UTC)  # a Friday


@pytest.mark.parametrize(
    ("name", "end"),
    [
        ("epoc", "2024-03-11T09:00:00+00:00"),
        ("epoc_emergency", "2024-03-01T17:00:00+00:00"),
        ("epoc_pr", "2024-04-30T09:00:00+00:00"),
        ("epoc_pr_extended", "2024-05-30T09:00:00+00:00"),
        ("validation", "2024-03-03T09:00:00+00:00"),
        ("eio_decision", "2024-03-31T09:00:00+00:00"),
        ("eio_decision_extended", "2024-04-30T09:00:00+00:00"),
        ("eio_execution", "2024-05-30T09:00:00+00:00"),
        ("freeze_recognition", "2024-03-03T09:00:00+00:00"),
        ("spoc_urgent_direct", "2024-03-01T17:00:00+00:00"),
        ("spoc_urgent_indirect", "2024-03-04T09:00:00+00:00"),
        ("spoc_other", "2024-03-08T09:00:00+00:00"),
        ("us_preservation", "2024-05-30T09:00:00+00:00"),
        ("us_preservation_renewal", "2024-05-15T09:00:00+00:00"),
    ],
)
def test_a_clock_ends_where_its_law_says(name: str, end: str) -> None:
    assert deadlines()[name].due(START).isoformat() == end


def test_other_zones_are_turned_into_utc() -> None:
    local = datetime(2024, 3, 1, 11, 0, tzinfo=timezone(timedelta(hours=2)))
    assert deadlines()["epoc"].due(local) == deadlines()["epoc"].due(START)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        deadlines()["epoc"].due(datetime(2024, 3, 1))


def test_working_days_leave_out_the_weekend() -> None:
    import msgspec

    three = msgspec.structs.replace(deadlines()["epoc"], count=3, unit=Unit.WORKING_DAYS)
    assert three.due(START) == datetime(2024, 3, 6, 9, 0, tzinfo=UTC)


def test_every_clock_has_source_flag_and_starting_event() -> None:
    events = {"receipt", "dispatch", "decision", "certificate", "order"}
    for deadline in deadlines().values():
        assert deadline.source
        assert deadline.certainty.words
        assert deadline.counted_from in events


def test_clocks_come_earliest_first_and_once() -> None:
    due = due_dates(["epoc", "epoc_emergency", "epoc"], START)
    assert [each.deadline_id for each in due] == ["epoc_emergency", "epoc"]
