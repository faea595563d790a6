import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from chainlead.cli.scan_cmd import app
from chainlead.workflow.case import Case

ADDRESS = "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Case.create(tmp_path / "case", key=bytes(32), who="tester").close()
    (tmp_path / "note.txt").write_text(f"pay {ADDRESS}")
    (tmp_path / "empty").touch()
    return tmp_path


def test_a_clean_scan_ends_with_0_and_says_what_was_found(folder):
    done = CliRunner().invoke(app, [str(folder / "case"), str(folder / "note.txt")])
    assert done.exit_code == 0, done.output
    assert "checked    address  1" in done.stdout
    assert "1 files" in done.stdout


def test_anything_unread_ends_with_1_and_is_counted(folder):
    done = CliRunner().invoke(app, [str(folder / "case"), str(folder / "empty"), "--json"])
    assert done.exit_code == 1
    (exhibit,) = json.loads(done.stdout)["exhibits"]
    assert exhibit["unread"] == {"empty": 1}
    assert exhibit["exhibit"] == "E1"
    assert exhibit["state"] == "scanned"


def test_a_name_and_a_limit_are_taken(folder):
    arguments = [str(folder / "case"), str(folder / "note.txt")]
    options = ["--name", "B-17", "--limit", "seconds=5", "--json"]
    done = CliRunner().invoke(app, [*arguments, *options])
    assert json.loads(done.stdout)["exhibits"][0]["exhibit"] == "B-17"
    again = CliRunner().invoke(app, arguments)
    assert "scanned before" in again.stdout


@pytest.mark.parametrize("option", [["--limit", "speed=1"], ["--limit", "depth=x"], ["--name", ""]])
def test_a_wrong_option_is_a_usage_error(folder, option):
    done = CliRunner().invoke(app, [str(folder / "case"), str(folder / "note.txt"), *option])
    assert done.exit_code == 2
