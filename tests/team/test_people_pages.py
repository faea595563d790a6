import re

import pytest

on_both = pytest.mark.parametrize("team", ["sqlite", "postgresql"], indirect=True)
PASSWORD, NEW = "harbour violin seven lantern", "copper ladder summer melon"


def act(desk, browser, name, what, **fields):
    page = browser.get("/people").text
    return desk.send(browser, f"/people/{name}/{what}", page, **fields)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/people"), ("POST", "/people"), ("POST", "/people/bo/disable"), ("POST", "/people/ada/code")],
)  # fmt: skip
def test_accounts_are_managed_by_administrators_only(desk, method, path):
    browser = desk.inside()
    page = browser.get("/account").text
    if method == "GET":
        assert browser.get(path).status_code == 403
    else:
        answer = desk.send(browser, path, page, name="mallory")
        assert answer.status_code == 403
        assert 'class="code"' not in answer.text
    assert desk.store.person("mallory") is None
    assert not desk.store.person("bo").is_disabled


@on_both
def test_an_administrator_makes_an_account_that_a_code_opens(desk):
    root = desk.inside("root")
    page = desk.send(
        root, "/people", root.get("/people").text, name="Evi", full_name="Evi Berg"
    ).text
    code = re.search(r'<code class="code">([^<]+)</code>', page)[1]
    assert desk.store.person("evi").full_name == "Evi Berg"
    assert code not in root.get("/people").text
    browser = desk.browser()
    desk.send(browser, "/login/code", browser.get("/login/code").text, code=code)
    form = browser.get("/account/password").text
    desk.send(browser, "/account/password", form, wanted=NEW, again=NEW)
    assert browser.get("/").status_code == 200
    assert desk.log_in(desk.browser(), "evi", NEW).status_code == 303


def test_a_name_that_is_taken_or_none_is_refused_in_words(desk):
    root = desk.inside("root")
    for name in ("ada", "closed", "", "two words"):
        answer = desk.send(root, "/people", root.get("/people").text, name=name)
        assert answer.status_code in {400, 409}, name


@on_both
def test_an_administrator_ends_anybodys_sessions(desk):
    root, first, second = desk.inside("root"), desk.inside(), desk.inside()
    digest = desk.store.sessions_of("ada")[0].digest
    assert act(desk, root, "ada", "end-session", digest=digest).status_code == 303
    assert sorted([first.get("/").status_code, second.get("/").status_code]) == [200, 303]
    assert act(desk, root, "ada", "end-sessions").status_code == 303
    assert (first.get("/").status_code, second.get("/").status_code) == (303, 303)
    assert root.get("/people").status_code == 200


def test_a_session_is_ended_under_its_own_name_only(desk):
    root = desk.inside("root")
    desk.inside("ada")
    digest = desk.store.sessions_of("ada")[0].digest
    assert act(desk, root, "bo", "end-session", digest=digest).status_code == 400
    assert len(desk.store.sessions_of("ada")) == 1


@on_both
def test_closing_an_account_puts_its_person_out_at_once(desk):
    root, browser = desk.inside("root"), desk.inside()
    assert act(desk, root, "ada", "disable").status_code == 303
    assert browser.get("/").status_code == 303
    assert act(desk, root, "ada", "code").status_code == 400
    assert act(desk, root, "ada", "enable").status_code == 303
    assert browser.get("/").status_code == 303
    assert desk.log_in(desk.browser(), "ada").status_code == 303


def test_an_administrator_does_not_close_the_own_account(desk):
    root = desk.inside("root")
    assert act(desk, root, "root", "disable").status_code == 400
    assert not desk.store.person("root").is_disabled


def test_what_is_no_act_and_nobody_changes_nothing(desk):
    root = desk.inside("root")
    assert act(desk, root, "ada", "promote").status_code == 404
    assert act(desk, root, "nobody", "enable").status_code == 400


def test_an_administrator_who_is_none_any_more_is_none_at_once(desk):
    root = desk.inside("root")
    assert root.get("/people").status_code == 200
    desk.store.set_admin("root", is_admin=False)
    assert root.get("/people").status_code == 403


def test_each_act_is_recorded_with_who_did_it(desk):
    root = desk.inside("root")
    act(desk, root, "ada", "disable")
    act(desk, root, "ada", "enable")
    act(desk, root, "bo", "code")
    found = [(each.by, each.act, each.name) for each in desk.store.acts()]
    assert found == [
        ("root", "given a one-time code", "bo"), ("root", "opened again", "ada"), ("root", "closed", "ada"),
    ]  # fmt: skip
    assert "opened again" in root.get("/people").text


def test_a_name_of_a_person_is_shown_as_text_only(desk):
    desk.store.add_person("evi", "<script>alert(1)</script>", None, at=desk.clock.now())
    assert "<script>alert" not in desk.inside("root").get("/people").text
