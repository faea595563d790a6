"""`chainlead team`: accounts from the command line, passwords from stdin only."""

import json

import pytest
from typer.testing import CliRunner

from chainlead.cli._main import app
from chainlead.errors import PasswordUnfitError, PersonExistsError, PersonNotFoundError, TeamError
from chainlead.store import TeamStore

PASSWORD = "harbour violin seven lantern"


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, tmp_path, monkeypatch):
    """Where the team's tables are, as the environment says it."""
    monkeypatch.setenv("CHAINLEAD_STATE", str(tmp_path))
    monkeypatch.setenv("CHAINLEAD_USER", "operator")
    if request.param == "postgresql":
        return request.getfixturevalue("team_database")
    monkeypatch.delenv("CHAINLEAD_DATABASE", raising=False)
    return tmp_path / "chainlead" / "team.db"


@pytest.fixture
def run(place):
    def call(*arguments, given=""):
        return CliRunner().invoke(app, ["team", *arguments], input=given)

    return call


@pytest.fixture
def team(run, place):
    assert run("init", "Root", "--full-name", "Rita Root", given=f"{PASSWORD}\n").exit_code == 0
    assert run("add", "ada", "--full-name", "Ada Berg", given=f"{PASSWORD}\n").exit_code == 0
    with TeamStore.open(place) as store:
        yield store


def test_the_first_administrator_is_made_once(run, team):
    assert (team.person("root").is_admin, team.person("root").must_change) == (True, False)
    assert isinstance(run("init", "other", given=f"{PASSWORD}\n").exception, PersonExistsError)
    assert team.person("other") is None


def test_a_first_password_must_be_changed(run, team):
    assert team.person("ada").must_change
    assert team.password_hash("ada").startswith("$argon2id$")


def test_a_password_comes_from_stdin_and_from_no_argument(run, team):
    assert run("add", "bo").exit_code == 2
    assert run("add", "bo", "--password", PASSWORD, given=f"{PASSWORD}\n").exit_code == 2
    assert run("add", "bo", PASSWORD, given=f"{PASSWORD}\n").exit_code == 2
    assert isinstance(run("add", "bo", given="short\n").exception, PasswordUnfitError)
    assert team.person("bo") is None


def test_a_code_stands_in_place_of_a_first_password(run, team):
    made = json.loads(run("add", "bo", "--code", "--json").stdout)
    assert not team.person("bo").has_password
    again = json.loads(run("reset", "bo", "--json").stdout)
    assert made["code"] != again["code"]
    assert len(again["code"].replace("-", "")) == 20
    assert "valid for 24 hours" in run("reset", "bo").stdout


def test_a_person_of_the_provider_needs_no_password(run, team):
    assert run("add", "bo", "--no-password").exit_code == 2
    assert run("add", "bo", "--no-password", "--code", "--subject", "s").exit_code == 2
    assert run("add", "bo", "--no-password", "--subject", "s-1").exit_code == 0
    assert team.person_of_subject("s-1").name == "bo"
    assert run("change", "ada", "--subject", "s-2").exit_code == 0
    assert team.person_of_subject("s-2").name == "ada"
    assert isinstance(run("change", "ada", "--subject", "s-1").exception, PersonExistsError)
    assert run("change", "ada", "--subject", "").exit_code == 0
    assert team.person_of_subject("s-2") is None
    assert run("change", "ada").exit_code == 2


def test_an_account_is_made_administrator_and_no_longer(run, team):
    assert run("change", "ada", "--admin").exit_code == 0
    assert team.person("ada").is_admin
    assert run("change", "ada", "--no-admin").exit_code == 0
    assert not team.person("ada").is_admin


def test_closing_an_account_ends_its_sessions(run, team, clock):
    team.add_session(
        "d" * 64, "ada", way="password", at=clock.now(), address="192.0.2.1", agent="x"
    )
    assert json.loads(run("disable", "ada", "--json").stdout) == {"name": "ada", "ended": 1}
    assert team.session("d" * 64) is None
    assert isinstance(run("reset", "ada").exception, TeamError)
    assert run("enable", "ada").exit_code == 0
    assert not team.person("ada").is_disabled


def test_sessions_are_listed_and_ended(run, team, clock):
    for name in ("ada", "root"):
        team.add_session(
            name * 8, name, way="password", at=clock.now(), address="192.0.2.1", agent="x"
        )
    assert [each["name"] for each in json.loads(run("sessions", "ada", "--json").stdout)] == ["ada"]
    assert "192.0.2.1" in run("sessions").stdout
    assert run("end-sessions").exit_code == 2
    assert run("end-sessions", "ada", "--everybody").exit_code == 2
    assert run("end-sessions", "ada").exit_code == 0
    assert [each.name for each in team.sessions()] == ["root"]
    assert json.loads(run("end-sessions", "--everybody", "--json").stdout)["ended"] == 1
    assert team.sessions() == ()


def test_accounts_are_listed_without_what_opens_them(run, team):
    rows = json.loads(run("list", "--json").stdout)
    assert [(row["name"], row["is_admin"], row["must_change"]) for row in rows] == [
        ("ada", False, True), ("root", True, False),
    ]  # fmt: skip
    for text in (run("list", "--json").stdout, run("list").stdout):
        assert "argon2" not in text
        assert "Ada Berg" in text


def test_logins_are_listed(run, team, clock):
    team.add_attempt(
        at=clock.now(), name="", address="192.0.2.9", agent="x", way="password", outcome="wrong"
    )
    assert json.loads(run("logins", "--json").stdout)[0]["outcome"] == "wrong"
    assert "(no such account)" in run("logins").stdout


def test_who_is_not_there_is_a_named_error(run, team):
    for arguments in (("disable", "x"), ("enable", "x"), ("reset", "x"), ("end-sessions", "x")):
        assert isinstance(run(*arguments).exception, PersonNotFoundError)


def test_each_act_is_recorded_under_the_operators_name(run, team):
    run("disable", "ada")
    newest = team.acts()[0]
    assert (newest.by, newest.act, newest.name) == ("operator (command line)", "closed", "ada")


def test_nothing_that_is_printed_holds_the_servers_address(run, team, place):
    for arguments in (("list",), ("sessions",), ("logins",)):
        assert "postgresql://" not in run(*arguments).output
