"""What a person who types something wrong, or stops a run, is told."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from chainlead.cli import consent_cmd, findings_cmd, main, tags_cmd
from chainlead.errors import OriginNotFoundError, TraceError
from chainlead.model import Chain
from chainlead.trace import parse_origin
from chainlead.workflow.case import Case
from chainlead.workflow.crossings import find_crossings

_STOPPED = """
import sys, typer
from chainlead.cli import _main
@_main.app.command("wait")
def wait() -> None:
    import os, signal
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
    os.kill(os.getpid(), signal.SIGINT)
sys.argv = ["chainlead", "wait"]
_main._Commands.get_command = lambda self, ctx, name: super(_main._Commands, self).get_command(ctx, name)
_main.main()
"""


def test_ctrl_c_says_that_the_work_is_kept_and_leaves_with_130() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _STOPPED], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 128 + signal.SIGINT
    assert "Interrupted. What was finished is kept; the same command goes on." in done.stderr
    assert "Traceback" not in done.stderr


def test_no_error_has_the_exit_code_of_ctrl_c(monkeypatch, capsys, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "argv", ["chainlead", "leads", str(tmp_path / "none")])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 11
    assert "Interrupted" not in capsys.readouterr().err


@pytest.mark.parametrize("text", ["nonsense", "aa" * 32 + ":x", "aa" * 32 + ":"])
def test_a_wrong_origin_is_not_taken_for_an_address(text: str) -> None:
    with pytest.raises(OriginNotFoundError, match="What was given is no address") as refused:
        parse_origin(text)
    assert text not in refused.value.message


def test_a_crossing_without_its_ledgers_says_how_to_add_one(case: Case) -> None:
    with pytest.raises(TraceError) as refused:
        find_crossings(case, Chain.BITCOIN, Chain.LITECOIN)
    assert "chainlead ledger add" in " ".join(refused.value.sentences())


def test_a_case_may_stand_where_the_command_list_is_meant(case: Case) -> None:
    case.close()
    for module in (tags_cmd, consent_cmd):
        short = CliRunner().invoke(module.app, [str(case.folder)])
        assert short.exit_code == 0
        assert short.stdout == CliRunner().invoke(module.app, ["list", str(case.folder)]).stdout


def test_a_folder_without_tags_is_not_passed_over_in_silence(case: Case, tmp_path: Path) -> None:
    case.close()
    packs = tmp_path / "packs"
    packs.mkdir()
    (packs / "pools.json").write_text("{}")
    done = CliRunner().invoke(tags_cmd.app, ["import", str(case.folder), str(packs)])
    assert done.exit_code == 1
    assert "Nothing was imported" in done.stdout


def test_an_unknown_ledger_is_refused_where_an_address_is_asked_about(case: Case) -> None:
    case.close()
    done = CliRunner().invoke(tags_cmd.app, ["about", str(case.folder), "x", "--chain", "gold"])
    assert done.exit_code == 2


def test_a_kind_that_no_finding_has_is_answered_with_those_that_there_are(
    case: Case, tmp_path: Path
) -> None:
    from chainlead.workflow.scan import scan

    (tmp_path / "note.txt").write_text("pay 12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S\n")
    scan(case, [tmp_path / "note.txt"], workers=0)
    case.close()
    told = CliRunner().invoke(findings_cmd.app, [str(case.folder), "--kind", "addres5"]).stdout
    assert "The case has these kinds: address." in told
