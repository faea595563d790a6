"""Recurring times are read strictly, wrap around midnight and the week, and know their zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.errors import ConfigError
from chainlead.ledger import Times, parse_recurring
from chainlead.ledger.payments.times import DAYS, MINUTES_OF_WEEK, in_spans

MONDAY = datetime(2024, 3, 4, tzinfo=UTC)


def holds(text: str, *hours: float, zone: str = "UTC") -> list[bool]:
    recurring = parse_recurring(text, zone)
    return [recurring.holds(MONDAY + timedelta(hours=hour)) for hour in hours]


def test_the_first_minute_counts_and_the_last_does_not() -> None:
    assert holds("every monday 18:00-20:00", 17.99, 18, 19.99, 20, 42) == [
        False, True, True, False, False,
    ]  # fmt: skip


def test_a_day_without_hours_is_the_whole_day() -> None:
    assert holds("Every Tuesday", 23.9, 24, 47.9, 48) == [False, True, True, False]
    assert parse_recurring("every day 00:00-24:00").minutes == MINUTES_OF_WEEK


def test_a_time_over_midnight_ends_on_the_next_day_and_sunday_wraps_to_monday() -> None:
    assert holds("every friday 22:00-02:00", 4 * 24 + 23, 5 * 24 + 1.9, 5 * 24 + 2) == [
        True, True, False,
    ]  # fmt: skip
    assert holds("every sunday 23:00-01:00", 0.5, 6 * 24 + 23.5, 1) == [True, True, False]


def test_several_days_and_sets_of_days_can_be_named() -> None:
    assert holds("every monday, wednesday and fridays 10:00-11:00", 10, 34, 58, 106) == [
        True, False, True, True,
    ]  # fmt: skip
    assert parse_recurring("every weekday 08:00-09:00").minutes == 5 * 60
    assert parse_recurring("every weekend 08:00-09:00").minutes == 2 * 60


def test_a_zone_has_its_summer_time() -> None:
    try:
        ZoneInfo("Europe/Stockholm")
    except ZoneInfoNotFoundError:
        pytest.skip("this machine has no time zone database (tzdata)")
    stockholm = parse_recurring("every monday 18:00-20:00 Europe/Stockholm")
    assert stockholm.holds(datetime(2024, 3, 4, 17, 30, tzinfo=UTC)), "winter: one hour"
    assert not stockholm.holds(datetime(2024, 3, 4, 19, 30, tzinfo=UTC))
    assert stockholm.holds(datetime(2024, 7, 1, 16, 30, tzinfo=UTC)), "summer: two hours"


@pytest.mark.parametrize(
    "text",
    [
        "", "monday", "every", "every moonday", "every monday 25:00-26:00", "every monday 10:60-11:00",
        "every monday 10:00", "every monday 10-11", "every monday 18:00-20:00 Nowhere/Land",
        "every monday ١٨:٠٠-٢٠:٠٠", "every day; drop", "every monday 18:00-20:00 ../../etc/passwd",
    ],
)  # fmt: skip
def test_what_is_no_time_is_refused_by_name(text: str) -> None:
    with pytest.raises(ConfigError):
        parse_recurring(text)


@given(st.sampled_from(DAYS), st.integers(0, 1439), st.integers(0, 1439), st.integers(-9999, 99999))
def test_moving_a_time_moves_every_minute(day: str, start: int, end: int, shift: int) -> None:
    text = f"every {day} {start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"
    recurring = parse_recurring(text)
    moved = recurring.shifted(shift)
    assert sum(b - a for a, b in moved) == recurring.minutes
    for minute in range(0, MINUTES_OF_WEEK, 173):
        there = (minute + shift) % MINUTES_OF_WEEK
        assert in_spans(minute, recurring.spans) == in_spans(there, moved)


def test_an_unknown_moment_counts_only_where_every_moment_does() -> None:
    assert Times().holds(None)
    assert not Times(since=MONDAY).holds(None)
    assert not Times(recurring=parse_recurring("every day")).holds(None)
    assert Times(since=MONDAY, until=MONDAY).holds(MONDAY)
    assert not Times(until=MONDAY).holds(MONDAY + timedelta(seconds=1))
