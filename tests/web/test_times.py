import re

import pytest
from fastapi import HTTPException
from starlette.requests import Request

from chainlead.config import case_timezone, checked_settings, country_timezone
from chainlead.errors import ConfigError
from chainlead.web.times import moment_given
from chainlead.web.visit import Visit
from chainlead.web.words import as_moment, words_in
from chainlead.workflow.case import Case, set_setting


def visit_of(desk):
    request = Request({
        "type": "http", "headers": [], "path": "/", "query_string": b"", "app": desk.app,
        "state": {"session": None},
    })  # fmt: skip
    return Visit(request)


def test_a_time_is_told_in_the_zone_with_its_distance_to_utc():
    told = words_in("en").moment("2026-07-01T09:30:00Z", "Europe/Stockholm")
    assert told == "2026-07-01 11:30:00 +02:00"
    assert words_in("sv").moment("2026-01-01T09:30:00.5+00:00", "Europe/Stockholm")[-6:] == "+01:00"
    assert words_in("en").moment("2026-07-01T09:30:00Z", "UTC") == "2026-07-01 09:30:00 UTC"


@pytest.mark.parametrize(
    ("country", "zone"),
    [("SE", "Europe/Stockholm"), ("DE", "Europe/Berlin"), ("US", "UTC"), ("", "UTC")],
)
def test_a_country_with_one_time_gives_its_zone(country, zone):
    assert country_timezone(country) == zone


def test_the_zone_that_the_case_names_goes_before_the_country():
    assert case_timezone({"country": "SE", "timezone": "Asia/Tokyo"}) == "Asia/Tokyo"
    assert case_timezone({"country": "SE"}) == "Europe/Stockholm"


@pytest.mark.parametrize("name", ["Europe/Nowhere", "../etc/passwd", "CEST", " "])
def test_a_zone_that_is_none_is_refused(name):
    with pytest.raises(ConfigError):
        checked_settings({"timezone": name})


def test_pages_show_each_time_in_the_zone_of_the_case_and_in_utc(desk):
    text = desk.client.get("/cases/practice/journal").text
    assert "Times: Europe/Stockholm" in text
    found = re.findall(r'<time datetime="([^"]+)" title="([^"]+ UTC)">([^<]+)<span', text)
    assert found
    for machine, utc, local in found:
        assert local[-6:] in {"+01:00", "+02:00"}
        assert as_moment(machine) == as_moment(utc.removesuffix(" UTC"))
        assert as_moment(machine) == as_moment(local.replace(" +", "+"))


def test_a_form_takes_a_time_in_the_zone_of_the_case(desk):
    visit = visit_of(desk)
    with Case.open_to_read(desk.root / "practice" / "case") as case:
        assert moment_given(visit, case, "") is None
        summer = moment_given(visit, case, "2026-07-01 09:30")
        assert summer == as_moment("2026-07-01T07:30:00Z")
        assert moment_given(visit, case, "2026-07-01T09:30-05:00") == as_moment("2026-07-01T14:30Z")


@pytest.mark.parametrize(
    "text", ["2026-10-25 02:30", "2026-03-29 02:30", "yesterday", "9999-99-99"]
)
def test_a_time_that_is_not_one_moment_is_refused(desk, text):
    visit = visit_of(desk)
    with (
        Case.open_to_read(desk.root / "practice" / "case") as case,
        pytest.raises(HTTPException) as refused,
    ):
        moment_given(visit, case, text)
    assert refused.value.status_code == 400


def test_forms_say_what_the_page_knew(desk):
    text = desk.client.get("/cases/practice/overview").text
    with Case.open_to_read(desk.root / "practice" / "case") as case:
        assert f'name="seen" value="{case.history[-1].seq}"' in text
    assert 'name="seen"' not in desk.client.get("/").text


def test_the_zone_is_changed_like_any_setting(desk):
    with Case.open_to_write(desk.root / "practice" / "case", who="ada") as case:
        set_setting(case, "timezone", "Asia/Tokyo", why="the accounts are there")
    assert "Times: Asia/Tokyo" in desk.client.get("/cases/practice/overview").text
