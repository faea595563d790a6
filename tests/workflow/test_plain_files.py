"""A case that somebody else made cannot make a command write to, or erase, a file elsewhere."""

import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chainlead.custody import Journal, SteppingClock
from chainlead.errors import CaseDamagedError
from chainlead.workflow.case import Case
from chainlead.workflow.pack import pack_case
from chainlead.workflow.verify import verify

DAY = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path, clock):
    with Case.create(tmp_path / "case", key=bytes(range(32)), clock=clock, who="tester") as made:
        made.act("case.set", what={"name": "title", "text": "A case"}, blobs={"answer": b"bytes"})
    return tmp_path / "case"


@pytest.fixture
def precious(tmp_path):
    path = tmp_path / "precious.txt"
    path.write_text("precious")
    return path


def purged_of(folder: Path, name: str) -> None:
    """Somebody writes a journal whose purge names a file."""
    with Journal(folder / "journal.jsonl", SteppingClock(DAY), "mallory") as journal:
        journal.append("report.export", what={"files": {name: "0" * 64}})
        what = {"order_seq": 0, "ordered_by": "a", "blob_count": 0, "file_count": 1, "settings": {}}
        journal.append("purge.done", why="time", what=what)


@pytest.mark.parametrize("name", ["../precious.txt", "reports/../../precious.txt", "ABSOLUTE"])
def test_a_purge_erases_nothing_outside_the_case(folder, precious, name):
    purged_of(folder, str(precious) if name == "ABSOLUTE" else name)
    for opening in (Case.open_to_read, Case.open_to_write, pack_case):
        with pytest.raises(CaseDamagedError, match=r"precious\.txt.*no exported file"):
            opening(folder)
    assert precious.read_text() == "precious"


def test_verify_tells_of_a_name_that_leads_out(folder, precious):
    purged_of(folder, "../precious.txt")
    problems = verify(folder).problems
    assert [p.place for p in problems] == ["journal.jsonl"]
    assert "'../precious.txt', which is no exported file of a case" in problems[0].sentence


@pytest.mark.parametrize(
    "files", [["reports/a"], {"reports/a": 3}, {"a": "0"}, {"reports//a": "0"}]
)
def test_a_list_of_files_of_another_form_is_refused(folder, files):
    with Journal(folder / "journal.jsonl", SteppingClock(DAY), "mallory") as journal:
        journal.append("report.export", what={"files": files})
    assert [p.place for p in verify(folder).problems] == ["journal.jsonl"]


@pytest.mark.parametrize(
    "name",
    [
        "journal.lock",
        "case.db",
        "case.db-wal",
        "case.store",
        "reports/report.pdf",
        "reports",
        "blobs/ab",
    ],
)
def test_a_link_in_a_case_is_refused_before_anything_is_written(folder, precious, name):
    link = folder / name
    link.unlink(missing_ok=True)
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(precious)
    for opening in (Case.open_to_read, Case.open_to_write, pack_case):
        with pytest.raises(CaseDamagedError, match=f"{name} in the case folder is a link"):
            opening(folder)
    assert any(p.place == name for p in verify(folder).problems)
    assert precious.read_text() == "precious"


def test_a_pipe_in_a_case_keeps_nobody_waiting(folder):
    (folder / "case.store").unlink(missing_ok=True)
    os.mkfifo(folder / "case.store")
    with pytest.raises(
        CaseDamagedError, match=r"case\.store in the case folder is a link or no plain"
    ):
        Case.open_to_read(folder)
    assert any(p.place == "case.store" for p in verify(folder).problems)


def test_a_case_behind_a_link_opens(folder, tmp_path):
    """Only what lies inside has to be plain."""
    (tmp_path / "link").symlink_to(folder)
    with Case.open_to_read(tmp_path / "link") as case:
        assert case.settings["title"] == "A case"
    assert hashlib.sha256(b"bytes").hexdigest() in set(case.blobs.names())
