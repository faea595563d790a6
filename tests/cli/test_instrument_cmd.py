"""`chainlead instrument`: explains, asks for confirmation, sends nothing; `request template`."""

import io
import json
from pathlib import Path

import pytest
from docx import Document
from typer.testing import CliRunner

from chainlead.cli.instrument_cmd import app
from chainlead.cli.request_cmd import app as request_app
from chainlead.request import default_template


@pytest.fixture(autouse=True)
def _no_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAINLEAD_UNIT", "none")


def test_the_choice_is_explained_with_what_was_not_chosen() -> None:
    said = CliRunner().invoke(app, ["--from", "SE", "--to", "kastell", "--on", "2024-01-02"])
    assert said.exit_code == 0
    for words in ("European Investigation Order", "Why not another instrument", "[verified]"):
        assert words in said.stdout
    assert "disputed" in said.stdout
    assert said.stdout.rstrip().endswith("before you use it.")


def test_the_answer_is_json_on_request() -> None:
    asked = ["--from", "SE", "--to", "briefpost", "--emergency", "--json", "--on", "2026-11-23"]
    told = json.loads(CliRunner().invoke(app, asked).stdout)
    assert told["choice"]["chosen_id"] == "epoc"
    assert told["service"]["service_id"] == "briefpost"
    assert {clock["clock"] for clock in told["clocks"]} >= {"epoc", "epoc_emergency"}
    assert told["confirm"].startswith("Confirm")


def test_an_unknown_service_ends_with_a_warning() -> None:
    said = CliRunner().invoke(app, ["--from", "SE", "--to", "no such service"])
    assert said.exit_code == 1
    assert "treated as unknown" in said.stdout


def test_the_shipped_word_template_can_be_taken_and_is_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "request.docx"
    said = CliRunner().invoke(request_app, ["template", str(file)])
    assert said.exit_code == 0
    assert file.read_bytes() == default_template()
    assert "{%p for block in blocks %}" in [
        p.text for p in Document(io.BytesIO(default_template())).paragraphs
    ]
    assert CliRunner().invoke(request_app, ["template", str(file)]).exit_code != 0
