"""`verify` passes on the demo, and names the place of any single changed byte."""

import shutil
from pathlib import Path

import pytest

from chainlead.workflow.demo import Demo
from chainlead.workflow.verify import verify


@pytest.fixture
def copy(demo: Demo, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demo.case, tmp_path / "case"))


def _files(case: Path) -> list[str]:
    return sorted(p.relative_to(case).as_posix() for p in case.rglob("*") if p.is_file())


def test_the_demo_verifies(demo: Demo) -> None:
    done = verify(demo.case)
    assert done.problems == []
    assert done.report_files >= 3
    assert done.reperformed >= 3
    assert not done.notes


def test_a_changed_byte_in_any_file_is_located(copy: Path) -> None:
    """First, last and three bytes between, in every file of the folder."""
    for name in _files(copy):
        path = copy / name
        content = path.read_bytes()
        size = len(content)
        for place in sorted({0, size // 4, size // 2, 3 * size // 4, size - 1} if size else set()):
            changed = bytearray(content)
            changed[place] ^= 0x01
            path.write_bytes(changed)
            problems = verify(copy).problems
            assert problems, f"{name} byte {place}: not noticed"
            assert any(p.place.startswith(name) for p in problems), (name, place, problems)
        path.write_bytes(content)
    assert verify(copy).problems == []


def test_every_byte_of_the_journal_counts(copy: Path) -> None:
    path = copy / "journal.jsonl"
    content = path.read_bytes()
    for place in range(0, len(content), 97):
        changed = bytearray(content)
        changed[place] ^= 0x04
        path.write_bytes(changed)
        problems = verify(copy).problems
        assert problems
        assert problems[0].place.startswith("journal.jsonl, line ")


def test_a_missing_or_extra_file_is_named(copy: Path) -> None:
    for name in _files(copy):
        if name == "journal.jsonl":
            continue
        content = (copy / name).read_bytes()
        (copy / name).unlink()
        assert any(p.place == name for p in verify(copy).problems), name
        (copy / name).write_bytes(content)
    (copy / "blobs" / "note.txt").write_text("x")
    assert [p.place for p in verify(copy).problems] == ["blobs/note.txt"]


def test_a_journal_cut_at_any_entry_is_noticed(copy: Path) -> None:
    path = copy / "journal.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    for kept in range(1, len(lines)):
        path.write_bytes(b"".join(lines[:kept]))
        assert verify(copy).problems, f"cut after {kept} entries: not noticed"


def test_a_lock_file_that_is_not_empty_is_noticed(copy: Path) -> None:
    (copy / "journal.lock").write_bytes(b"x")
    assert [p.place for p in verify(copy).problems] == ["journal.lock"]
