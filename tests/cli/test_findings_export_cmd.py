"""`chainlead findings export` and `findings artefacts` on the command line."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from chainlead.cli import main
from chainlead.workflow.case import Case
from chainlead.workflow.scan import scan

SOLO = "1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3"


@pytest.fixture
def run(monkeypatch, capfdbinary) -> Callable[..., tuple[int, str, str]]:
    """Run a command line as a user would; gives exit code, stdout and stderr."""

    def run_(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["chainlead", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            main()
        sys.stdout.flush()
        seen = capfdbinary.readouterr()
        return int(left.value.code or 0), seen.out.decode(), seen.err.decode()

    return run_


@pytest.fixture
def folder(case: Case, tmp_path: Path) -> Path:
    (tmp_path / "e").mkdir()
    (tmp_path / "e" / "a.txt").write_text(f"to {SOLO}\n")
    scan(case, [tmp_path / "e"], workers=0)
    case.close()
    return case.folder


def test_text_forms_are_printed(run, folder) -> None:
    code, out, _ = run("findings", "export", folder, "--format", "jsonl")
    assert code == 0
    assert [json.loads(line)["value"] for line in out.splitlines()] == [SOLO]


def test_a_workbook_needs_a_place(run, folder, tmp_path) -> None:
    assert run("findings", "export", folder, "--format", "xlsx")[0] == 2
    code, out, _ = run(
        "findings", "export", folder, "--format", "xlsx", "--out", tmp_path / "f.xlsx", "--json"
    )
    document = json.loads(out)
    assert code == 0
    assert document["findings"] == 1
    assert list(document["files"]) == ["findings.xlsx"]
    assert (tmp_path / "f.xlsx").read_bytes().startswith(b"PK")


def test_an_unknown_form_is_an_error_with_a_next_step(run, folder) -> None:
    code, _, err = run("findings", "export", folder, "--format", "doc")
    assert code == 4
    assert "timesketch" in err


def test_wallet_places_need_no_case(run, tmp_path) -> None:
    code, out, _ = run("findings", "artefacts")
    assert code == 0
    assert len(list(yaml.safe_load_all(out))) > 20
    code, out, _ = run("findings", "artefacts", "--format", "kape", "--out", tmp_path / "w.tkape")
    assert code == 0
    assert "wallets written" in out
    assert yaml.safe_load((tmp_path / "w.tkape").read_text())["Targets"]
