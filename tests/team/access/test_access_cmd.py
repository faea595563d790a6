"""`chainlead access`: the same on the server's command line."""

import json
import sqlite3

import pytest
from typer.testing import CliRunner

from chainlead.cli.access_cmd import app
from chainlead.errors import AccessError, CaseNotFoundError, ConfigError, JournalDamagedError
from chainlead.store import TeamStore
from chainlead.workflow.access import case_key
from chainlead.workflow.case import Case


@pytest.fixture
def tables(tmp_path, monkeypatch, hands):
    monkeypatch.setenv("CHAINLEAD_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("CHAINLEAD_USER", "keeper")
    monkeypatch.delenv("CHAINLEAD_DATABASE", raising=False)
    place = tmp_path / "state" / "chainlead" / "team.db"
    with TeamStore.open(place) as store:
        for name in ("anna", "bo"):
            store.add_person(name, name.title(), None, None, at=hands.now())
        store.place = place
        yield store


@pytest.fixture
def folder(tmp_path):
    Case.create(tmp_path / "case", key=bytes(range(32)), who="keeper").close()
    return tmp_path / "case"


def run(*arguments):
    answer = CliRunner().invoke(app, [str(each) for each in arguments])
    if answer.exception is not None and not isinstance(answer.exception, SystemExit):
        raise answer.exception
    return answer.stdout


def test_a_copied_case_gets_its_first_owner_and_further_people(tables, folder):
    assert "Nobody has a role" in run("list", folder)
    assert run("grant", folder, "anna", "owner", "--why", "first") == "anna is owner now.\n"
    run("grant", folder, "bo", "reader")
    rows = json.loads(run("list", folder, "--json"))
    assert [(row["person"], row["role"]) for row in rows] == [("anna", "owner"), ("bo", "reader")]
    assert "investigator" not in run("list", folder)
    run("withdraw", folder, "bo", "--json")
    assert tables.role_of(case_key(folder), "bo") is None
    with Case.open_to_read(folder) as case:
        acts = [(e.act, e.who, e.why) for e in case.history if e.act.startswith("access.")]
    assert acts[0] == ("access.grant", "keeper", "first")
    assert [act for act, _, _ in acts] == ["access.grant", "access.grant", "access.withdraw"]


def test_what_cannot_be_is_refused_in_words(tables, folder, tmp_path):
    with pytest.raises(AccessError, match="no role"):
        run("grant", folder, "anna", "king")
    with pytest.raises(AccessError, match="account"):
        run("grant", folder, "nobody", "reader")
    run("grant", folder, "anna", "owner")
    with pytest.raises(AccessError, match="owner"):
        run("withdraw", folder, "anna")
    with pytest.raises(CaseNotFoundError):
        run("list", tmp_path / "nothing")
    with pytest.raises(ConfigError):
        run("looks", folder, "--form", "pdf")


def test_the_log_of_looks_is_listed_saved_and_verified(tables, folder, hands):
    key = case_key(folder)
    for page in ("findings", "graph", "leads"):
        tables.add_view(key, "anna", hands.now(), page, "why\nnot")
    assert len(run("looks", folder).splitlines()) == 3
    assert run("looks", folder, "--form", "csv").splitlines()[0].startswith("number,at,name")
    assert [json.loads(line)["page"] for line in run("looks", folder, "--json").splitlines()] == [
        "findings", "graph", "leads"
    ]  # fmt: skip
    assert run("verify", folder) == "3 lines, each as it was written.\n"
    with sqlite3.connect(tables.place) as opened:
        opened.execute("update views set page = 'journal' where number = 2")
    opened.close()
    with pytest.raises(JournalDamagedError, match="Line 2 "):
        run("verify", folder)
