import json
import zipfile

import pytest
from typer.testing import CliRunner

from chainlead.cli._main import app
from chainlead.workflow.case import Case


@pytest.fixture
def run():
    def run(*words):
        return CliRunner().invoke(app, [str(word) for word in words])

    return run


@pytest.fixture
def folder(tmp_path, clock):
    with Case.create(tmp_path / "case", key=bytes(range(32)), clock=clock, who="tester"):
        pass
    return tmp_path / "case"


def test_report_says_where_it_is_and_its_digests(run, folder):
    done = run("report", folder)
    assert done.exit_code == 0, done.output
    assert str(folder / "reports" / "report.pdf") in done.stdout
    assert f"chainlead verify {folder}" in done.stdout
    printed = json.loads(run("report", folder, "--json").stdout)
    for name, sha256 in printed["files"].items():
        assert (folder / name).is_file()
        assert sha256 in done.stdout


def test_report_ends_as_a_warning_when_something_could_not_be_read(run, folder, tmp_path):
    (tmp_path / "seized").mkdir()
    (tmp_path / "seized" / "empty.bin").touch()
    run("scan", folder, tmp_path / "seized")
    done = run("report", folder, "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["unread"] == 1


def test_next_prints_steps_with_their_commands_and_ids(run, folder):
    done = run("next", folder)
    assert done.exit_code == 0
    assert f"$ chainlead scan {folder} EXHIBIT" in done.stdout
    steps = json.loads(run("next", folder, "--json").stdout)["steps"]
    assert [(step["step_id"], step["urgency"]) for step in steps] == [("exhibits", "next")]


def test_next_sets_a_step_aside_with_a_reason(run, folder):
    assert run("next", folder, "--dismiss", "exhibits").exit_code != 0
    done = run("next", folder, "--dismiss", "exhibits", "--why", "paper case")
    assert done.exit_code == 0
    assert json.loads(run("next", folder, "--json").stdout)["steps"] == []
    assert "Nothing is left to do" in run("next", folder).stdout


def test_pack_prints_the_digest_of_the_zip(run, folder, tmp_path):
    done = run("pack", folder, "--out", tmp_path / "k.zip", "--json")
    assert done.exit_code == 0
    printed = json.loads(done.stdout)
    assert zipfile.is_zipfile(printed["path"])
    assert printed["sha256"] in run("pack", folder, "--out", tmp_path / "k.zip").stdout


@pytest.mark.parametrize("command", ["report", "next", "pack"])
def test_no_case_is_a_named_error(run, tmp_path, command):
    from chainlead.errors import CaseNotFoundError

    assert isinstance(run(command, tmp_path / "none").exception, CaseNotFoundError)
