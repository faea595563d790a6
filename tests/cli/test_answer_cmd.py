"""`chainlead answer`: look and profiles without a case; errors with their number."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from chainlead.cli._main import app
from chainlead.errors import AnswerFileError, AnswerMappingError, AnswerNotFoundError
from chainlead.workflow.case import Case

ROWS = "Date (UTC),Coin,Amount,Address,TxHash\n2024-02-02 06:00:00,BTC,0.024,x,y\n"


@pytest.fixture(autouse=True)
def unit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "unit"
    monkeypatch.setenv("CHAINLEAD_UNIT", str(folder))
    return folder


@pytest.fixture
def rows(tmp_path: Path) -> str:
    path = tmp_path / "withdrawals.csv"
    path.write_text(ROWS)
    return str(path)


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["answer", *words])


def test_look_shows_files_and_the_proposed_meaning(rows: str) -> None:
    text = run("look", rows).stdout
    assert "withdrawals.csv  csv read  sha256 " in text
    assert "'TxHash' means txid" in text
    document = json.loads(run("look", rows, "--json").stdout)
    assert document["files"][0]["sheets"][0]["rows"] == 2
    assert document["profile"]["sheets"][0]["direction"] == "out"


def test_a_proposal_is_mended_added_listed_and_used(rows: str, tmp_path: Path, unit: Path) -> None:
    proposed = run("profile", "propose", rows, "--name", "my-exchange").stdout
    file = tmp_path / "my.yaml"
    file.write_text(proposed.replace("txid: TxHash", "internal_id: TxHash"))
    assert (
        str(unit / "answer-profiles" / "my-exchange.yaml")
        in run("profile", "add", str(file)).stdout
    )
    assert "my-exchange" in run("profile", "list").stdout
    told = json.loads(run("profile", "show", "my-exchange", "--json").stdout)
    assert told["sheets"][0]["columns"]["internal_id"] == "TxHash"
    assert "'TxHash' means internal_id" in run("look", rows, "--profile", "my-exchange").stdout


def test_a_proposal_can_be_saved_at_once(rows: str, unit: Path) -> None:
    run("profile", "propose", rows, "--name", "mine", "--save")
    assert (unit / "answer-profiles" / "mine.yaml").is_file()


def test_a_machine_without_a_unit_folder_says_so(
    rows: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHAINLEAD_UNIT", "none")
    assert "unit folder" in str(run("profile", "propose", rows, "--save").exception)


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("look", "nowhere.csv"), AnswerFileError),
        (("look", "{rows}", "--profile", "odd"), AnswerMappingError),
        (("profile", "show", "odd"), AnswerMappingError),
        (("show", "{case}", "ffff"), AnswerNotFoundError),
        (("resume", "{case}", "ffff", "1"), AnswerNotFoundError),
        (("follow-up", "{case}", "ffff"), AnswerNotFoundError),
        (("export", "{case}", "ffff", "--to", "x.csv"), AnswerNotFoundError),
    ],
)
def test_what_is_not_there_is_a_named_error(
    case: Case, rows: str, words: tuple[str, ...], error: type[Exception]
) -> None:
    case.close()
    done = run(*(word.format(rows=rows, case=case.folder) for word in words))
    assert isinstance(done.exception, error)


def test_a_case_without_answers_says_so(case: Case) -> None:
    case.close()
    assert run("list", str(case.folder)).stdout == "No answer was imported yet.\n"
    assert json.loads(run("list", str(case.folder), "--json").stdout) == {"answers": []}
