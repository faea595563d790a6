import re

import pytest

from chainlead.web.keys import KEYS, clashes, given_keys, read_keys, write_keys

USUAL = {key.name: key.key for key in KEYS}


def test_no_key_does_two_things_on_one_page():
    assert clashes(USUAL) == ""


def test_changed_keys_are_read_as_they_were_written():
    changed = {**USUAL, "noise": "z", "undo": "."}
    assert read_keys(write_keys(changed)) == changed
    assert read_keys("off") is None
    assert read_keys("") == USUAL


@pytest.mark.parametrize(
    "text", ["noise-", "noise-7", "noise-999", "nothing-97", "%%%", "noise-106", "a-b-c", "noise-٣"]
)
def test_a_cookie_that_nobody_wrote_gives_the_usual_keys(text):
    assert read_keys(text) == USUAL


def test_a_key_for_two_things_or_of_two_letters_is_refused():
    assert given_keys({"noise": "r"})[1] == "r"
    assert given_keys({"noise": "ab"})[1] == "ab"
    assert given_keys({"noise": "å"})[1] == "å"
    assert given_keys({"noise": "z"}) == ({**USUAL, "noise": "z"}, "")


def test_keys_are_switched_off_and_on_for_one_person(desk):
    page = "/cases/practice/findings"
    assert 'data-key="n"' in desk.client.get(page).text
    assert desk.post("/own", {"keys": "off", "back": page}).headers["location"] == page
    text = desk.client.get(page).text
    assert "data-key=" not in text
    assert "aria-keyshortcuts=" not in text.replace('aria-keyshortcuts="Control+Shift+Z"', "")
    desk.post("/own", {"keys": "usual"})
    assert 'data-key="n"' in desk.client.get(page).text


def test_a_key_is_changed_where_it_is_shown(desk):
    answer = desk.post("/own", {"keys": "chosen", "key-noise": "z"})
    assert answer.status_code == 303
    text = desk.client.get("/cases/practice/findings").text
    assert 'data-does="noise" data-key="z"' in text
    assert 'value="noise" aria-keyshortcuts="z"' in text
    assert desk.post("/own", {"keys": "chosen", "key-noise": "r"}).status_code == 400


def test_colours_are_chosen_without_a_script(desk):
    assert "data-theme" not in desk.client.get("/").text
    desk.post("/own", {"theme": "dark"})
    assert '<html lang="en" data-theme="dark">' in desk.client.get("/cases/practice/overview").text
    assert desk.post("/own", {"theme": "pink"}).status_code == 400


def test_times_are_shown_in_utc_for_who_wants_that(desk):
    desk.post("/own", {"times": "utc"})
    text = desk.client.get("/cases/practice/journal").text
    assert "Times: UTC" in text
    assert re.search(r"UTC<span class=.hidden.> \(.{19} \+01:00\)</span></time>", text)


def test_what_was_chosen_outlives_a_bad_cookie(desk):
    for name in ("theme", "times", "keys"):
        desk.client.cookies.set(f"chainlead_{name}", '"><script>')
    text = desk.client.get("/cases/practice/findings").text
    assert "<script>" not in text
    assert 'data-key="n"' in text
