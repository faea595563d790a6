"""The door: who comes in, who does not, and what nobody can learn there."""

import re

import pytest
from argon2 import Parameters
from argon2.low_level import Type

from chainlead.web.entrance import Entrance
from chainlead.web.team.passwords import Passwords

on_both = pytest.mark.parametrize("team", ["sqlite", "postgresql"], indirect=True)
PASSWORD = "harbour violin seven lantern"
SESSION, DOOR = "__Host-chainlead_session", "__Host-chainlead_door"
BROWSER = "__Host-chainlead_browser"


def cookie_lines(answer, name):
    return [each for each in answer.headers.get_list("set-cookie") if each.startswith(f"{name}=")]


@on_both
def test_a_person_logs_in_and_leaves(desk):
    browser = desk.browser()
    first = browser.get("/")
    assert (first.status_code, first.headers["location"]) == (303, "/login?back=%2F")
    answer = desk.log_in(browser, "ada")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    page = browser.get("/")
    assert page.status_code == 200
    left = desk.send(browser, "/leave", page.text)
    assert left.headers["location"] == "/login?left=yes"
    assert browser.get("/").status_code == 303
    assert desk.store.sessions_of("ada") == ()


def test_the_cookies_go_to_this_server_only_and_to_no_script(desk):
    browser = desk.browser()
    answer = desk.log_in(browser, "ada")
    (session,) = cookie_lines(answer, SESSION)
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=strict"} <= set(session.split("; "))
    assert "Max-Age" not in session
    (mark,) = cookie_lines(answer, BROWSER)
    assert {"Secure", "HttpOnly", "SameSite=strict"} <= set(mark.split("; "))
    assert "max-age=" in browser.get("/").headers["strict-transport-security"]


def test_a_trial_without_tls_works_with_plain_cookies(make_desk):
    trial = make_desk(Entrance.on_this_machine({"127.0.0.1:8765"}, is_team=True))
    kept = trial.identity.passwords.hash(PASSWORD)
    trial.store.add_person("ada", "Ada", kept, at=trial.clock.now())
    browser = trial.inside()
    assert browser.get("/").status_code == 200
    assert "strict-transport-security" not in browser.get("/").headers


def test_a_name_may_be_typed_with_capitals_and_spaces(desk):
    assert desk.log_in(desk.browser(), "  ADA ").status_code == 303


@pytest.mark.parametrize(
    ("name", "password"),
    [("ada", "wrong"), ("nobody", PASSWORD), ("closed", PASSWORD), ("", ""), ("ada", ""), ("å" * 90, "x")],
)  # fmt: skip
def test_to_each_refusal_there_is_one_answer(desk, name, password):
    usual = desk.browser()
    expected = desk.log_in(usual, "bo", "wrong")
    browser = desk.browser()
    answer = desk.log_in(browser, name, password)
    assert answer.status_code == expected.status_code == 401
    assert cookie_lines(answer, SESSION) == []

    def without_token(page, typed):
        page = re.sub(r'name="form_token" value="[^"]+"', "", page)
        return page.replace(f'value="{typed}"', 'value=""')

    assert without_token(answer.text, name) == without_token(expected.text, "bo")


@on_both
def test_to_each_refusal_there_is_one_way(desk, monkeypatch):
    """Judged by what is done, not by a clock: one check of a hash and the same questions."""
    steps = []

    hasher = type(desk.identity.passwords._hasher)
    monkeypatch.setattr(hasher, "verify", watched_method(hasher, "verify", steps))
    for name in ("person", "password_hash", "add_attempt", "begin_attempt"):
        monkeypatch.setattr(type(desk.store), name, watched_method(type(desk.store), name, steps))
    taken = {}
    for name, password in (("ada", "wrong"), ("nobody", "wrong"), ("closed", PASSWORD)):
        steps.clear()
        assert desk.log_in(desk.browser(), name, password).status_code == 401
        taken[name] = list(steps)
    assert taken["ada"] == ["begin_attempt", "person", "password_hash", "verify", "add_attempt"]
    assert taken["nobody"] == taken["closed"] == taken["ada"]


def watched_method(kind, name, steps):
    real = getattr(kind, name)

    def stand_in(self, *given, **more):
        steps.append(name)
        return real(self, *given, **more)

    return stand_in


def test_a_session_that_a_stranger_planted_is_never_taken_over(desk):
    browser = desk.browser()
    browser.cookies.set(SESSION, "planted", domain=desk.host)
    desk.log_in(browser, "ada")
    assert browser.cookies.get(SESSION, domain=desk.host) != "planted"
    thief = desk.browser()
    thief.cookies.set(SESSION, "planted")
    assert thief.get("/").status_code == 303


def test_logging_in_again_ends_the_session_before(desk):
    browser = desk.inside()
    before = browser.cookies[SESSION]
    page = desk.browser().get("/login")
    browser.cookies.set(
        DOOR, cookie_lines(page, DOOR)[0].split(";")[0].partition("=")[2], domain=desk.host
    )
    desk.send(browser, "/login", page.text, name="bo", password=PASSWORD)
    thief = desk.browser()
    thief.cookies.set(SESSION, before)
    assert thief.get("/").status_code == 303
    assert desk.store.sessions_of("ada") == ()


@on_both
def test_a_stolen_cookie_opens_until_it_is_taken_back(desk):
    browser = desk.inside()
    thief = desk.browser(address="203.0.113.66")
    thief.cookies.set(SESSION, browser.cookies[SESSION])
    assert thief.get("/").status_code == 200
    other = desk.inside()
    page = other.get("/account")
    stolen = next(each.digest for each in desk.store.sessions_of("ada") if each.digest in page.text)
    assert desk.send(other, "/account/sessions", page.text, digest=stolen).status_code == 303
    assert thief.get("/").status_code == 303
    assert browser.get("/").status_code == 303
    assert other.get("/").status_code == 200


def test_nobody_is_logged_in_by_a_form_that_another_page_sent(desk):
    """Login CSRF: with the origin of the other page, without one, and with a made-up token."""
    fields = {"name": "ada", "password": PASSWORD, "form_token": "x"}
    for headers in ({"origin": "https://evil.example"}, {}, {"origin": desk.origin}):
        answer = desk.browser().post("/login", data=fields, headers=headers)
        assert answer.status_code == 403, headers
        assert cookie_lines(answer, SESSION) == []


def test_the_token_of_one_browser_is_none_of_another(desk):
    strangers_page = desk.browser().get("/login").text
    browser = desk.browser()
    browser.get("/login")
    answer = desk.send(browser, "/login", strangers_page, name="ada", password=PASSWORD)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
        "/\t/evil.example", "/\n/evil.example", "evil.example", "", "https:/evil.example", " //evil.example",
    ],
)  # fmt: skip
def test_after_the_login_nobody_is_led_elsewhere(desk, back):
    answer = desk.log_in(desk.browser(), "ada", back=back)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    inside = desk.inside("bo")
    assert inside.get("/login", params={"back": back}).headers["location"] == "/"


def test_after_the_login_the_page_opens_that_was_asked_for(desk):
    browser = desk.browser()
    first = browser.get("/cases/x/findings?coin=btc")
    assert first.headers["location"] == "/login?back=%2Fcases%2Fx%2Ffindings%3Fcoin%3Dbtc"
    answer = desk.log_in(browser, "ada", back="/cases/x/findings?coin=btc")
    assert answer.headers["location"] == "/cases/x/findings?coin=btc"


def test_whoever_is_no_browser_is_told_in_words(desk):
    stranger = desk.browser()
    answer = stranger.get("/", headers={"accept": "text/event-stream"})
    assert answer.status_code == 401
    answer = stranger.post("/language", data={}, headers={"origin": desk.origin})
    assert answer.status_code == 401


@on_both
def test_failures_are_slowed_down_and_the_page_says_for_how_long(desk):
    browser = desk.browser()
    for _ in range(5):
        assert desk.log_in(browser, "ada", "wrong").status_code == 401
    answer = desk.log_in(browser, "ada")
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "1"
    assert "judged: 1." in answer.text
    assert desk.store.sessions_of("ada") == ()
    desk.clock.move(seconds=1)
    assert desk.log_in(browser, "ada").status_code == 303


def test_while_an_attempt_waits_the_password_is_not_even_checked(desk, monkeypatch):
    browser = desk.browser()
    for _ in range(6):
        desk.log_in(browser, "ada", "wrong")
    monkeypatch.setattr(desk.identity.passwords, "_hasher", None)
    assert desk.log_in(browser, "ada").status_code == 429


@on_both
def test_an_outsider_cannot_keep_a_colleague_out(desk):
    own = desk.inside("ada", address="192.0.2.10")
    desk.send(own, "/leave", own.get("/").text)
    for n in range(40):
        desk.log_in(desk.browser(address=f"203.0.113.{n}"), "ada", "wrong")
    assert desk.log_in(desk.browser(address="203.0.113.99"), "ada").status_code == 429
    assert desk.log_in(own, "ada").status_code == 303
    desk.clock.move(minutes=1)
    assert desk.log_in(desk.browser(address="192.0.2.11"), "ada").status_code == 303


@on_both
def test_each_attempt_is_recorded_and_no_word_typed_for_a_name_that_nobody_has(desk):
    desk.log_in(desk.browser(address="203.0.113.5", agent="Stranger/1"), "ada", "wrong")
    desk.log_in(desk.browser(), "my password by mistake", "x")
    desk.log_in(desk.browser(), "closed")
    desk.log_in(desk.browser(), "ada")
    found = desk.store.attempts()
    assert [(each.name, each.outcome) for each in found] == [
        ("ada", "let in"), ("closed", "account is closed"), ("", "wrong"), ("ada", "wrong"),
    ]  # fmt: skip
    assert (found[3].address, found[3].agent) == ("203.0.113.5", "Stranger/1")
    assert "by mistake" not in str(found)


@on_both
def test_a_password_is_hashed_anew_when_the_strength_was_raised(desk, make_desk):
    before = desk.store.password_hash("ada")
    stronger = Parameters(Type.ID, 19, 16, 32, time_cost=2, memory_cost=16, parallelism=1)
    later = make_desk(passwords=Passwords(stronger))
    assert later.log_in(later.browser(), "ada", "wrong").status_code == 401
    assert desk.store.password_hash("ada") == before
    later.inside()
    after = desk.store.password_hash("ada")
    assert after != before
    assert not later.identity.passwords.is_weaker(after)
    later.inside()
    assert desk.store.password_hash("ada") == after


@on_both
def test_a_person_who_is_disabled_is_out_at_once(desk):
    browser = desk.inside()
    desk.store.disable("ada")
    assert browser.get("/").status_code == 303
    assert desk.log_in(desk.browser(), "ada").status_code == 401


@on_both
def test_a_restart_keeps_sessions_and_waits(desk, make_desk):
    browser = desk.inside()
    for _ in range(6):
        desk.log_in(desk.browser(address="203.0.113.5"), "bo", "wrong")
    after = make_desk()
    again = after.browser()
    again.cookies = browser.cookies
    assert again.get("/").status_code == 200
    assert after.log_in(after.browser(address="203.0.113.5"), "bo").status_code == 429


def test_the_door_speaks_the_language_that_is_chosen_there(desk):
    browser = desk.browser()
    answer = browser.get("/login", params={"language": "sv", "back": "/people"})
    assert answer.headers["location"] == "/login?back=%2Fpeople"
    assert '<html lang="sv">' in browser.get("/login").text
    assert "Logga in" in browser.get("/login").text


def test_a_link_elsewhere_does_not_make_a_person_log_in_again(desk):
    """The session's cookie is kept back there; the door leads on from a page of its own."""
    browser = desk.browser()
    headers = {"sec-fetch-site": "cross-site"}
    step = browser.get("/login", params={"back": "/people"}, headers=headers)
    assert (step.status_code, cookie_lines(step, DOOR)) == (200, [])
    assert 'content="0; url=/login?back=%2Fpeople"' in step.text
    inside = desk.inside()
    assert inside.get("/login?back=%2Fpeople").headers["location"] == "/people"


def test_what_is_typed_at_the_door_is_shown_as_text_only(desk):
    answer = desk.log_in(desk.browser(), '"><script>alert(1)</script>', "x")
    assert "<script>" not in answer.text


@on_both
def test_a_code_opens_an_account_once_and_leads_to_a_password(desk):
    from chainlead.web.team import Accounts

    accounts = Accounts(desk.store, desk.clock, desk.identity.make_secret, "root")
    code = accounts.give_code("bo")
    browser = desk.browser()
    page = browser.get("/login/code").text
    answer = desk.send(browser, "/login/code", page, code=f" {code.upper()} ")
    assert answer.headers["location"] == "/account/password"
    assert browser.get("/").headers["location"] == "/account/password"
    page = browser.get("/account/password").text
    assert "current" not in re.findall(r'name="(\w+)"', page)
    new = "copper ladder summer melon"
    answer = desk.send(browser, "/account/password", page, wanted=new, again=new)
    assert answer.headers["location"] == "/"
    assert browser.get("/").status_code == 200
    assert desk.log_in(desk.browser(), "bo").status_code == 401
    assert desk.log_in(desk.browser(), "bo", new).status_code == 303
    second = desk.browser()
    page = second.get("/login/code").text
    assert desk.send(second, "/login/code", page, code=code).status_code == 401


def test_codes_are_not_guessed_quickly(desk):
    browser = desk.browser()
    page = browser.get("/login/code").text
    found = [desk.send(browser, "/login/code", page, code=f"x{n}").status_code for n in range(25)]
    assert found[:20] == [401] * 20
    assert 429 in found
