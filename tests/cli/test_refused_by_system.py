"""A disk, folder or file that the system refuses is named, with what to do: no fault of the program."""

import errno
import json
import sys
from pathlib import Path

import pytest

from chainlead.cli import _main, main
from chainlead.errors import CaseError, DiskFullError
from chainlead.workflow import case_making
from chainlead.workflow.case import Case
from chainlead.workflow.pack import pack_case
from chainlead.workflow.verify import verify


def run(monkeypatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["chainlead", *words])
    with pytest.raises(SystemExit) as left:
        main()
    return int(str(left.value.code))


def refuse(monkeypatch, owner: object, name: str, number: int, about: Path) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(
            number, {errno.ENOSPC: "No space left on device"}.get(number, "refused"), about
        )

    monkeypatch.setattr(owner, name, refused)


@pytest.fixture
def closed(case: Case) -> Path:
    case.close()
    return case.folder


def test_a_case_that_cannot_be_made_says_where_and_leaves_nothing(monkeypatch, capsys, tmp_path):
    (tmp_path / "file").write_text("x")
    assert run(monkeypatch, "case", "new", str(tmp_path / "file" / "case")) == CaseError.exit_code
    told = capsys.readouterr().err
    assert f"{tmp_path / 'file' / 'case'} cannot be made or written to" in told
    assert "nothing was made" in told
    assert "Give a place where you may write." in told


@pytest.mark.parametrize("existed", [True, False])
def test_a_disk_that_fills_while_a_case_is_made_leaves_nothing(monkeypatch, tmp_path, existed):
    folder = tmp_path / "case"
    if existed:
        folder.mkdir()
    with monkeypatch.context() as patch:
        refuse(patch, Case, "act", errno.ENOSPC, folder)
        with pytest.raises(DiskFullError, match="No space for a case"):
            Case.create(folder, key=bytes(32))
    assert folder.exists() == existed
    Case.create(folder, key=bytes(32)).close()
    assert verify(folder).problems == []


def test_a_key_that_only_its_owner_may_read_is_named(monkeypatch, capsys, closed):
    real = Path.read_bytes

    def read(path: Path) -> bytes:
        if path.name == case_making.KEY:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", read)
    assert run(monkeypatch, "findings", str(closed)) == CaseError.exit_code
    told = capsys.readouterr().err
    assert "case.key cannot be read (Permission denied); only its owner may." in told
    assert "a pack of the case" in told


def test_verify_names_the_file_that_cannot_be_read(monkeypatch, capsys, closed):
    from chainlead.workflow import verify as module

    refuse(monkeypatch, module, "_sha256", errno.EACCES, closed / "case.key")
    assert run(monkeypatch, "verify", str(closed), "--json") == 91
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert [p["place"] for p in problems] == ["case.key"]
    assert "cannot be read (refused)" in problems[0]["sentence"]


def test_a_case_that_nobody_may_write_to_is_packed_all_the_same(monkeypatch, closed, tmp_path):
    first = pack_case(closed, tmp_path / "one.zip")
    monkeypatch.setattr("os.access", lambda *_: False)
    monkeypatch.setattr("chainlead.workflow.pack.Journal", None)
    assert pack_case(closed, tmp_path / "two.zip").sha256 == first.sha256


@pytest.mark.parametrize(
    ("number", "code", "words"),
    [(errno.EROFS, 10, "journal.jsonl cannot be read or written (refused)."),
     (errno.ENOSPC, 26, "No space left on the disk.")],
)  # fmt: skip
def test_what_the_system_refuses_elsewhere_is_no_internal_error(
    monkeypatch, capsys, closed, *, number, code, words
):
    refuse(monkeypatch, _main, "_commands", number, closed / "journal.jsonl")
    assert run(monkeypatch, "next", str(closed)) == code
    told = capsys.readouterr().err
    assert words in told
    assert "Internal" not in told
    assert "Traceback" not in told


def test_a_new_case_is_for_its_owner_alone(monkeypatch, tmp_path):
    assert run(monkeypatch, "case", "new", str(tmp_path / "case")) == 0
    assert (tmp_path / "case").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("words", [("scan", "CASE", ""), ("scan", "", "x"), ("next", " ")])
def test_an_empty_path_never_means_the_folder_where_one_stands(
    monkeypatch, capsys, tmp_path, words
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret.txt").write_text("x")
    assert run(monkeypatch, *words) == 2
    told = capsys.readouterr()
    assert "the path is empty; nothing was done" in told.err
    assert "secret" not in told.out + told.err
