"""`chainlead leads` and `chainlead request`, from the practice case."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from chainlead.cli.leads_cmd import app as leads_app
from chainlead.cli.request_cmd import app as request_app
from chainlead.workflow.case import Case
from chainlead.workflow.demo import run_demo


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_demo(tmp_path_factory.mktemp("request-cmd") / "run").case


def test_leads_then_a_draft_then_the_list(practice: Path) -> None:
    run = CliRunner()
    leads = json.loads(run.invoke(leads_app, [str(practice), "--json"]).stdout)["leads"]
    assert leads[0]["deposits"][0]["amount_units"].isdigit()
    lead = leads[0]["lead_id"]
    asked = ["draft", str(practice), lead, "--date", "2024-05-06", "--also", "13", "--json"]
    made = json.loads(run.invoke(request_app, asked).stdout)
    assert made["confirm"].startswith("Confirm")
    assert made["alternatives"]
    assert all(Path(file).is_file() for file in made["files"])
    listed = json.loads(run.invoke(request_app, ["list", str(practice), "--json"]).stdout)
    assert made["draft_id"] in [row["draft_id"] for row in listed["drafts"]]


def test_text_says_that_nothing_was_sent(practice: Path) -> None:
    run = CliRunner()
    shown = run.invoke(leads_app, [str(practice)]).stdout
    assert "Next: chainlead request draft" in shown
    told = json.loads(run.invoke(leads_app, [str(practice), "--json"]).stdout)
    lead = told["leads"][0]["lead_id"]
    text = run.invoke(request_app, ["draft", str(practice), lead, "--date", "2024-05-07"]).stdout
    assert "Nothing was sent." in text
    assert "fields are open" in text


def test_a_case_without_leads_says_what_to_do(tmp_path: Path) -> None:
    Case.create(tmp_path / "case", key=bytes(32)).close()
    shown = CliRunner().invoke(leads_app, [str(tmp_path / "case")])
    assert shown.exit_code == 0
    assert "No lead yet" in shown.stdout
    listed = CliRunner().invoke(request_app, ["list", str(tmp_path / "case")])
    assert "No request was drafted yet" in listed.stdout
