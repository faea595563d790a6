"""`chainlead person`, `journal access`, and `case retention|disclose|purge`."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from chainlead.cli.case_cmd import app as case_app
from chainlead.cli.journal_cmd import app as journal_app
from chainlead.cli.pack_cmd import app as pack_app
from chainlead.cli.person_cmd import app as person_app
from chainlead.cli.report_cmd import app as report_app
from chainlead.custody import SteppingClock
from chainlead.errors import CaseError, ChainleadError, ReasonMissingError, SecondPersonError
from chainlead.workflow.case import Case


@pytest.fixture
def folder(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.delenv("CHAINLEAD_WHY", raising=False)
    day = datetime(2024, 3, 1, 9, 0, tzinfo=UTC)
    Case.create(tmp_path / "case", key=bytes(32), who="ann", clock=SteppingClock(day)).close()
    return tmp_path / "case"


def run(app, *words, who="ann", **env):
    told = [str(word) for word in words]
    done = CliRunner().invoke(app, told, env={"CHAINLEAD_USER": who, **env})
    if isinstance(done.exception, ChainleadError):
        raise done.exception
    return done


def access(folder, *more):
    lines = run(journal_app, "access", folder, "--json", *more).stdout.splitlines()
    return [json.loads(line) for line in lines]


def test_persons_and_roles(folder) -> None:
    assert "No person" in run(person_app, folder).stdout
    assert "p1 P1: unknown" in run(person_app, "add", folder, "P1").stdout
    with pytest.raises(ReasonMissingError):
        run(person_app, "role", folder, "p1", "suspect")
    with pytest.raises(CaseError):
        run(person_app, "role", folder, "p1", "boss", "--why", "x")
    run(person_app, "role", folder, "p1", "victim", "--why", "was deceived")
    told = json.loads(run(person_app, "list", folder, "--json").stdout)
    assert told["persons"][0]["role"] == "victim"
    assert "was deceived" in run(person_app, folder).stdout
    assert [line["duty"] for line in access(folder)] == ["collection", "alteration"]


def test_looks_are_logged_where_the_case_wants_it(folder) -> None:
    run(person_app, "add", folder, "P1")
    run(case_app, "set", folder, "log_views=yes")
    run(case_app, "set", folder, "reasons=required")
    with pytest.raises(ReasonMissingError):
        run(person_app, folder)
    run(person_app, "list", folder, "--why", "prepare the hearing")
    run(person_app, "list", folder, CHAINLEAD_WHY="weekly review")
    looks = access(folder, "--duty", "consultation")
    assert [(look["about"], look["why"]) for look in looks] == [
        ("persons", "prepare the hearing"), ("persons", "weekly review"),
    ]  # fmt: skip


def test_reports_packs_and_words_are_disclosures_with_recipients(folder, tmp_path) -> None:
    run(person_app, "add", folder, "P1")
    run(report_app, folder, "--to", "prosecutor", "--why", "indictment")
    run(pack_app, folder, "--out", tmp_path / "c.zip", "--to", "defence", "--why", "court order 7")
    run(
        case_app, "disclose", folder, "a list of addresses", "--to", "FIU", "--why", "their request"
    )
    told = [(line["about"], line["recipients"]) for line in access(folder, "--duty", "disclosure")]
    assert told == [
        ("report", ["prosecutor"]), ("report", []), ("pack", ["defence"]),
        ("a list of addresses", ["FIU"]),
    ]  # fmt: skip
    first = (tmp_path / "c.zip").read_bytes()
    again = ("--out", tmp_path / "c.zip", "--replace", "--to", "defence", "--why", "court order 7")
    run(pack_app, folder, *again)
    run(pack_app, folder, *again)
    assert (tmp_path / "c.zip").read_bytes() != first, "the case went on in between"


def test_the_same_disclosure_gives_the_same_pack(folder, tmp_path) -> None:
    run(person_app, "add", folder, "P1")
    words = ("--out", tmp_path / "c.zip", "--to", "defence", "--why", "court order 7")
    run(pack_app, folder, *words)
    first = (tmp_path / "c.zip").read_bytes()
    run(pack_app, folder, *words)
    assert (tmp_path / "c.zip").read_bytes() == first


def test_a_case_that_asks_for_reasons_hands_out_nothing_without(folder, tmp_path) -> None:
    run(person_app, "add", folder, "P1")
    run(case_app, "set", folder, "reasons=required")
    for app, words in ((pack_app, ["--out", tmp_path / "c.zip"]), (report_app, [])):
        with pytest.raises(ReasonMissingError):
            run(app, folder, *words)
    assert not (tmp_path / "c.zip").exists()
    assert not (folder / "reports").exists()
    with pytest.raises(ReasonMissingError):
        run(pack_app, folder, "--why", "expert", "--to", "expert", "--to-country", "AE")


def test_how_long_a_case_is_kept(folder) -> None:
    assert "Nobody decided" in run(case_app, "retention", folder).stdout
    with pytest.raises(ReasonMissingError):
        run(case_app, "retention", folder, "--review", "2027-01-01")
    run(case_app, "retention", folder, "--review", "2027-01-01", "--why", "unit's rule 4")
    told = json.loads(run(case_app, "retention", folder, "--json").stdout)
    assert (told["review_on"], told["erase_on"], told["who"]) == ("2027-01-01", None, "ann")


def test_a_purge_in_two_steps_by_two_persons(folder) -> None:
    run(person_app, "add", folder, "P1")
    order = json.loads(run(case_app, "purge", folder, "--why", "time is over", "--json").stdout)
    with pytest.raises(SecondPersonError):
        run(case_app, "purge", folder, "--confirm", order["code"])
    done = run(case_app, "purge", folder, "--confirm", order["code"].lower(), who="bo")
    assert "Not erased: the exhibits" in done.stdout
    assert "No person" in run(person_app, folder).stdout
    verified = run(journal_app, "verify", folder)
    assert "Purged: Act" in verified.stdout
    assert "Reason given: 'time is over'" in verified.stdout
    assert [line["duty"] for line in access(folder)] == ["collection", "erasure"]


def test_an_unknown_class_is_a_wrong_use(folder) -> None:
    assert run(journal_app, "access", folder, "--duty", "gossip").exit_code == 2
    assert run(journal_app, "access", folder).exit_code == 0
