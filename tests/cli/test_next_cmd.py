import json

from typer.testing import CliRunner

from chainlead.cli._main import app
from chainlead.workflow.case import Case


def run(*arguments):
    return CliRunner().invoke(app, [*arguments])


def test_next_says_what_could_be_asked(tmp_path):
    Case.create(tmp_path / "case", key=bytes(32)).close()
    said = run("next", str(tmp_path / "case"), "--ask")
    assert said.exit_code == 0, said.output
    assert "Ask the forensic examiner: Which devices" in said.stdout
    assert "It takes: the same day" in said.stdout
    assert "Law is touched: confirm it with the prosecutor before you ask." in said.stdout


def test_questions_are_json_for_programs(tmp_path):
    Case.create(tmp_path / "case", key=bytes(32)).close()
    told = json.loads(run("next", str(tmp_path / "case"), "--ask", "--json").stdout)
    first = told["asks"][0]
    assert first["ask_id"] == "all-devices"
    assert first["certainty"] == "inference"
    assert first["is_law"] is False
    assert set(first) >= {"question", "brings", "cost", "time", "source", "whom", "panels"}


def test_steps_stay_plain_json(tmp_path):
    Case.create(tmp_path / "case", key=bytes(32)).close()
    (step,) = json.loads(run("next", str(tmp_path / "case"), "--json").stdout)["steps"]
    assert step["step_id"] == "exhibits"
    assert step["title"] == "Scan the first exhibit"
    assert step["place"]["panel"] == "evidence"
