"""`chainlead case new --database`, `case move-store`, and every other command on such a case."""

import json
import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from chainlead.cli.case_cmd import app
from chainlead.errors import CaseError, ChainleadError, ConfigError, StoreError

PROGRAM = [sys.executable, "-m", "chainlead"]


def run(*words: object):
    done = CliRunner().invoke(app, [str(word) for word in words])
    if isinstance(done.exception, Exception) and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def test_a_case_is_made_on_the_server_and_moved_both_ways(tmp_path, team_database):
    folder = tmp_path / "case"
    assert "Case made" in run("new", folder, "--database", "--set", "title=x").stdout
    assert (folder / "case.store").exists()
    back = json.loads(run("move-store", folder, "--to", "folder", "--json").stdout)
    assert back["place"] == "case.db"
    assert "same rows" in run("move-store", folder, "--to", "postgresql").stdout
    assert not (folder / "case.db").exists()


def test_without_an_address_nothing_is_made(tmp_path, monkeypatch):
    monkeypatch.delenv("CHAINLEAD_DATABASE", raising=False)
    with pytest.raises(ConfigError, match="names no database server"):
        run("new", tmp_path / "case", "--database")
    assert not (tmp_path / "case").exists()
    run("new", tmp_path / "case")
    with pytest.raises(ConfigError, match="names no database server"):
        run("move-store", tmp_path / "case", "--to", "postgresql")


def test_the_program_says_what_to_do_when_the_server_is_away(tmp_path, team_database):
    folder = tmp_path / "case"
    run("new", folder, "--database")
    away = f"postgresql://someone:hunter2@/nothing?host={tmp_path / 'nothing-here'}"
    done = subprocess.run(
        [*PROGRAM, "case", "set", str(folder), "title=y"],
        env={**os.environ, "CHAINLEAD_DATABASE": away}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 28
    assert "nothing listens" in done.stderr
    assert "run the command again" in done.stderr
    assert "hunter2" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_every_kind_of_command_works_on_such_a_case(tmp_path, team_database):
    from chainlead.cli._main import app as program

    folder = tmp_path / "case"
    run("new", folder, "--database")
    for words in (
        ("next",), ("journal", "verify"), ("journal", "list"), ("findings",), ("leads",), ("stats",),
 ("case", "set"), ("deadlines",), ("pack",), ("report",), ("verify",),
    ):  # fmt: skip
        more = ["title=z"] if words == ("case", "set") else []
        done = CliRunner().invoke(program, [*words, str(folder), *more])
        refused = done.exception if not isinstance(done.exception, SystemExit) else None
        assert refused is None or isinstance(refused, ChainleadError), words
        assert not isinstance(refused, StoreError | CaseError), words
        assert done.exit_code != 2, (words, done.output)
