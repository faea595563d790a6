"""Notes and marks from the command line."""

import json

import pytest
from typer.testing import CliRunner

from chainlead.cli._main import app
from chainlead.workflow.case import Case

MOMENT = "time:2024-03-01T09:00:00Z"


@pytest.fixture
def folder(tmp_path):
    Case.create(tmp_path / "case", key=bytes(32), who="anna").close()
    return str(tmp_path / "case")


def run(*arguments):
    return CliRunner().invoke(app, list(arguments))


def told(*arguments):
    found = run(*arguments, "--json")
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def test_a_note_is_written_listed_and_taken_away(folder):
    (note,) = told("note", folder, MOMENT, "He was at work.", "--for-report")["notes"]
    assert (note["subject"], note["text"], note["for_report"]) == (MOMENT, "He was at work.", True)
    told("note", folder, MOMENT, "Ask again.")
    listed = run("note", folder)
    assert "for the report" in listed.output
    assert "internal" in listed.output
    assert len(told("note", folder, MOMENT)["notes"]) == 2
    told("note", folder, "--remove", note["note_id"])
    assert [each["text"] for each in told("note", folder)["notes"]] == ["Ask again."]


def test_a_mark_is_made_listed_and_taken_away(folder):
    assert told("mark", folder, MOMENT)["changed"]
    assert not told("mark", folder, MOMENT)["changed"]
    assert told("mark", folder) == {"marked": [MOMENT]}
    assert told("mark", folder, MOMENT, "--off")["changed"]
    assert run("mark", folder).output.strip() == "Nothing is marked."


def test_what_the_case_does_not_hold_is_refused(folder):
    for command in (("note", folder, "finding:nothing", "x"), ("mark", folder, "node:a:b")):
        assert run(*command).exit_code != 0
