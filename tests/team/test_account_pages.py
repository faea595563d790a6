import re

import pytest

on_both = pytest.mark.parametrize("team", ["sqlite", "postgresql"], indirect=True)
PASSWORD, NEW = "harbour violin seven lantern", "copper ladder summer melon"
SESSION = "__Host-chainlead_session"


def change(desk, browser, **fields):
    page = browser.get("/account/password").text
    return desk.send(browser, "/account/password", page, **fields)


@on_both
def test_a_password_is_changed_and_every_other_session_ends(desk):
    browser, other = desk.inside(), desk.inside()
    before = browser.cookies[SESSION]
    answer = change(desk, browser, current=PASSWORD, wanted=NEW, again=NEW)
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert browser.get("/").status_code == 200
    assert other.get("/").status_code == 303
    thief = desk.browser()
    thief.cookies.set(SESSION, before)
    assert thief.get("/").status_code == 303
    assert desk.log_in(desk.browser(), "ada").status_code == 401
    assert desk.log_in(desk.browser(), "ada", NEW).status_code == 303


@pytest.mark.parametrize(
    ("current", "wanted", "again", "status"),
    [
        ("wrong", NEW, NEW, 403),
        ("", NEW, NEW, 403),
        (PASSWORD, NEW, NEW + "x", 400),
        (PASSWORD, "short", "short", 400),
        (PASSWORD, "password1234", "password1234", 400),
        (PASSWORD, "Ada Person ada", "Ada Person ada", 400),
        (PASSWORD, PASSWORD, PASSWORD, 400),
        (PASSWORD, "", "", 400),
    ],
)
def test_a_change_that_does_not_fit_changes_nothing(desk, current, wanted, again, status):
    browser = desk.inside()
    kept = desk.store.password_hash("ada")
    answer = change(desk, browser, current=current, wanted=wanted, again=again)
    assert answer.status_code == status
    assert 'role="alert" id="problem"' in answer.text
    assert desk.store.password_hash("ada") == kept
    assert browser.get("/").status_code == 200
    for typed in (current, wanted):
        assert len(typed) < 6 or typed not in answer.text


def test_the_old_password_is_not_guessed_in_an_open_session(desk):
    browser = desk.inside()
    found = [
        change(desk, browser, current=f"guess {n}", wanted=NEW, again=NEW).status_code
        for n in range(7)
    ]
    assert found == [403] * 5 + [429] * 2
    assert change(desk, browser, current=PASSWORD, wanted=NEW, again=NEW).status_code == 429
    assert desk.log_in(desk.browser(), "ada").status_code == 303


@on_both
def test_a_first_password_must_be_changed_before_anything_else(desk):
    desk.store.add_person(
        "new", "New Person", desk.identity.passwords.hash(PASSWORD), at=desk.clock.now(),
        must_change=True,
    )  # fmt: skip
    browser = desk.inside("new")
    for path in ("/", "/account", "/people", "/cases/x/overview", "/accountant"):
        answer = browser.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/account/password"), path
    page = browser.get("/account/password").text
    refused = desk.send(browser, "/account/sessions", page, others="yes")
    assert refused.headers["location"] == "/account/password"
    assert (
        change(desk, browser, current=PASSWORD, wanted=PASSWORD, again=PASSWORD).status_code == 400
    )
    assert browser.get("/").status_code == 303
    assert change(desk, browser, current=PASSWORD, wanted=NEW, again=NEW).headers["location"] == "/"
    assert browser.get("/").status_code == 200


@on_both
def test_a_person_sees_where_the_account_is_open_and_ends_what_is_not_theirs(desk):
    own = desk.inside(address="192.0.2.10", agent="Mozilla/5.0 (Windows NT 10.0) Firefox/140.0")
    strange = desk.inside(address="203.0.113.66", agent="Strange/1")
    desk.clock.move(minutes=5)
    page = own.get("/account").text
    assert "192.0.2.10" in page
    assert "Firefox 140, Windows" in page
    assert "203.0.113.66" in page
    assert "Strange/1" in page
    assert page.count('name="digest"') == 1
    digest = re.search(r'name="digest" value="(\w+)"', page)[1]
    assert (
        desk.send(own, "/account/sessions", page, digest=digest).headers["location"] == "/account"
    )
    assert strange.get("/").status_code == 303
    assert own.get("/").status_code == 200


def test_a_person_ends_all_other_sessions(desk):
    own, others = desk.inside(), [desk.inside() for _ in range(3)]
    colleague = desk.inside("bo")
    assert (
        desk.send(own, "/account/sessions", own.get("/account").text, others="yes").status_code
        == 303
    )
    assert [each.get("/").status_code for each in others] == [303, 303, 303]
    assert own.get("/").status_code == 200
    assert colleague.get("/").status_code == 200


def test_nobody_ends_or_sees_a_colleagues_session(desk):
    colleague, own = desk.inside("bo", address="198.51.100.44"), desk.inside("ada")
    digest = desk.store.sessions_of("bo")[0].digest
    page = own.get("/account").text
    assert digest not in page
    assert "198.51.100.44" not in page
    assert desk.send(own, "/account/sessions", page, digest=digest).status_code == 404
    assert colleague.get("/").status_code == 200


def test_a_person_sees_the_last_logins_of_the_own_account_only(desk):
    desk.log_in(desk.browser(address="203.0.113.7"), "ada", "wrong")
    desk.log_in(desk.browser(address="203.0.113.8"), "bo", "wrong")
    page = desk.inside().get("/account").text
    assert "203.0.113.7" in page
    assert "203.0.113.8" not in page


def test_what_a_browser_calls_itself_is_shown_as_text_only(desk):
    browser = desk.inside(agent='<script>alert(1)</script>" onload="x')
    page = browser.get("/account").text
    assert "<script>alert" not in page
    assert '" onload="' not in page
