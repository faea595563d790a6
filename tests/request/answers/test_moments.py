"""Times: the zone is said by somebody, never guessed; each doubt has a name."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.errors import AnswerMappingError
from chainlead.model import moment_from_text
from chainlead.request.answers.moments import (
    checked_zone,
    header_zone,
    is_day_first,
    read_day,
    read_moment,
)

STOCKHOLM = "Europe/Stockholm"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-02-02 03:01:52", "2024-02-02T02:01:52Z"),
        ("2024-07-02T03:01:52", "2024-07-02T01:01:52Z"),
        ("2024/02/02 03:01", "2024-02-02T02:01:00Z"),
        ("2024.02.02 03.01", "2024-02-02T02:01:00Z"),
        ("2024-02-02T03:01:52.123456789", "2024-02-02T02:01:52.123456Z"),
        ("02.02.2024 03:01:52", "2024-02-02T02:01:52Z"),
        ("31/12/2023 03:01", "2023-12-31T02:01:00Z"),
        ("12/31/2023 03:01 PM", "2023-12-31T14:01:00Z"),
        ("2 februari 2024 03:01", "2024-02-02T02:01:00Z"),
        ("Feb 2, 2024 3:01:52 AM", "2024-02-02T02:01:52Z"),
        ("2. März 2024 03:01", "2024-03-02T02:01:00Z"),
        ("2024-02-02 03:01:52 UTC", "2024-02-02T03:01:52Z"),
        ("2024-02-02T03:01:52Z", "2024-02-02T03:01:52Z"),
        ("2024-02-02T03:01:52+05:30", "2024-02-01T21:31:52Z"),
        ("2024-02-02 03:01 -0800", "2024-02-02T11:01:00Z"),
        ("2024-02-02 03:01 CEST", "2024-02-02T01:01:00Z"),
        ("2024-02-02 03:01 UTC+3", "2024-02-02T00:01:00Z"),
        ("1706839312", "2024-02-02T02:01:52Z"),
        ("1706839312000", "2024-02-02T02:01:52Z"),
        ("1706839312000000", "2024-02-02T02:01:52Z"),
        ("2024-02-02", "2024-02-02"),
    ],
)
def test_a_time_in_a_usual_form_is_read(text: str, moment: str) -> None:
    assert read_moment(text, chosen=STOCKHOLM).moment == moment


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("yesterday", "time"),
        ("2024-13-45 10:00", "time"),
        ("99999999999999999999", "time"),
        ("03/04/2024 10:00", "date order"),
        ("2024-02-02 10:00 EST", "zone"),
        ("2024-02-02 10:00 IST", "zone"),
        ("0001-01-01 00:00", "time"),
        ("", "time"),
    ],
)
def test_a_time_that_cannot_be_told_has_a_named_doubt_and_no_moment(text: str, kind: str) -> None:
    read = read_moment(text, chosen=STOCKHOLM)
    assert read.moment is None
    assert [name for name, _ in read.problems] == [kind]


def test_the_hour_that_came_twice_is_given_both_ways() -> None:
    read = read_moment("2023-10-29 02:30:00", chosen=STOCKHOLM)
    assert (read.moment, read.latest) == ("2023-10-29T00:30:00Z", "2023-10-29T01:30:00Z")
    assert read.problems[0][0] == "ambiguous time"


def test_the_hour_that_never_was_is_given_both_ways() -> None:
    read = read_moment("2024-03-31 02:30:00", chosen=STOCKHOLM)
    assert (read.moment, read.latest) == ("2024-03-31T00:30:00Z", "2024-03-31T01:30:00Z")
    assert read.problems[0][0] == "impossible time"


def test_the_cell_goes_before_the_column_and_the_column_before_the_choice() -> None:
    told = {"chosen": STOCKHOLM, "column": "UTC"}
    assert read_moment("2024-02-02 10:00", **told).moment == "2024-02-02T10:00:00Z"
    assert read_moment("2024-02-02 10:00 +03:00", **told).moment == "2024-02-02T07:00:00Z"


@pytest.mark.parametrize(
    ("text", "column", "is_mixed"),
    [
        ("2024-02-02 10:00 Z", "", True),
        ("2024-02-02 10:00 +01:00", "", False),
        ("2024-02-02 10:00", "UTC", True),
        ("2024-02-02 10:00", "Europe/Berlin", False),
    ],
)
def test_another_zone_than_the_chosen_one_is_said_where_it_makes_a_difference(
    text: str, column: str, *, is_mixed: bool
) -> None:
    problems = read_moment(text, chosen=STOCKHOLM, column=column).problems
    assert [kind for kind, _ in problems] == (["mixed zones"] if is_mixed else [])


@pytest.mark.parametrize(
    ("header", "zone"),
    [
        ("Time (UTC)", "UTC"),
        ("Tidpunkt [Europe/Stockholm]", "Europe/Stockholm"),
        ("Date UTC", "UTC"),
        ("Time (GMT+8)", "GMT+8"),
        ("Amount (BTC)", ""),
        ("Tid", ""),
        ("UTC", ""),
        ("Time (EST)", ""),
    ],
)
def test_a_header_says_its_zone(header: str, zone: str) -> None:
    assert header_zone(header) == zone


def test_one_day_above_twelve_settles_the_order_of_a_column() -> None:
    assert is_day_first(["03/04/2024", "25/04/2024"]) is True
    assert is_day_first(["03/04/2024", "04/25/2024"]) is False
    assert is_day_first(["03/04/2024"]) is None
    assert is_day_first(["03.04.2024"]) is True
    assert (
        read_moment("03/04/2024 10:00", chosen="UTC", day_first=True).moment
        == "2024-04-03T10:00:00Z"
    )


@pytest.mark.parametrize(
    "name", ["", "  ", "Mars/Base", "+25:00", "../etc/passwd", "/etc/localtime"]
)
def test_a_zone_must_be_chosen_and_exist(name: str) -> None:
    with pytest.raises(AnswerMappingError):
        checked_zone(name)


@pytest.mark.parametrize("name", ["UTC", "Europe/Stockholm", "+02:00", "CET", "GMT-5"])
def test_zones_are_named_in_the_usual_ways(name: str) -> None:
    assert checked_zone(name) == name


def test_a_form_of_the_profile_goes_first() -> None:
    read = read_moment("20240203 1015", chosen="UTC", formats=["%Y%d%m %H%M"])
    assert read.moment == "2024-03-02T10:15:00Z"


def test_a_birthday_is_a_day() -> None:
    assert str(read_day("31.01.1990")) == "1990-01-31"
    assert read_day("soon") is None


@given(
    st.datetimes(min_value=datetime(2009, 1, 3), max_value=datetime(2037, 12, 31)),
    st.sampled_from(["UTC", STOCKHOLM, "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]),
)
def test_every_local_time_is_read_back_to_one_of_its_moments(local: datetime, zone: str) -> None:
    local = local.replace(microsecond=0)
    read = read_moment(f"{local:%Y-%m-%d %H:%M:%S}", chosen=zone)
    assert read.moment
    first = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    second = local.replace(tzinfo=ZoneInfo(zone), fold=1).astimezone(UTC)
    told = {moment_from_text(text) for text in (read.moment, read.latest) if text}
    assert told == {first, second}
    assert (read.latest is None) == (first == second)
    assert max(told) - min(told) <= timedelta(hours=1)


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader(text: str) -> None:
    read = read_moment(text, chosen=STOCKHOLM)
    assert read.moment is not None or read.problems
