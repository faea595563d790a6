import errno
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chainlead.custody import GENESIS, Journal, SteppingClock, audit_journal, read_entries
from chainlead.errors import (
    CaseBusyError,
    CaseError,
    DiskFullError,
    JournalDamagedError,
    JournalError,
)


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock(datetime(2024, 3, 1, tzinfo=UTC))


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "journal.jsonl"


class FullDisk:
    """A file on a disk that takes only so many bytes more."""

    def __init__(self, file, room: int, error: int = errno.ENOSPC, truncates: bool = True) -> None:
        self._file = file
        self._room = room
        self._error = error
        self._truncates = truncates
        self._written = False

    def write(self, content) -> int:
        part = bytes(content[: self._room])
        if not part:
            raise OSError(self._error, os.strerror(self._error))
        self._room -= len(part)
        self._written = True
        return self._file.write(part)

    def truncate(self, size: int) -> int:
        if self._written and not self._truncates:
            raise OSError(errno.EIO, "cannot truncate")
        return self._file.truncate(size)

    def __getattr__(self, name: str):
        return getattr(self._file, name)


def test_the_same_acts_under_the_same_clock_give_the_same_bytes(make_journal):
    one, two = make_journal(name="a.jsonl"), make_journal(name="b.jsonl")
    assert one.read_bytes() == two.read_bytes()


def test_entries_are_chained_from_genesis(path, clock):
    with Journal(path, clock, "w") as journal:
        assert journal.head == GENESIS
        first = journal.append("case.new")
        second = journal.append("case.set", why="so", what={"a": 1}, blobs={"b": "c" * 64})
        assert (first.previous, second.previous) == (GENESIS, first.digest)
        assert journal.entries == (first, second)
        assert journal.head == second.digest
    assert tuple(read_entries(path)) == (first, second)


def test_an_append_continues_an_old_journal(path, clock):
    with Journal(path, clock, "w") as journal:
        first = journal.append("case.new")
    with Journal(path, clock, "other") as journal:
        assert journal.entries == (first,)
        journal.append("case.set")
    assert [entry.who for entry in read_entries(path)] == ["w", "other"]
    assert audit_journal(path).damage is None


def test_each_entry_is_synced_before_append_returns(path, clock, monkeypatch):
    synced = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (synced.append(handle), real(handle)))
    with Journal(path, clock, "w") as journal:
        synced.clear()
        journal.append("case.new")
        assert len(synced) == 1


def test_a_refused_value_leaves_no_trace_in_the_file(path, clock):
    with Journal(path, clock, "w") as journal:
        journal.append("case.new")
        before = path.read_bytes()
        with pytest.raises(JournalError, match=r"what\.rate"):
            journal.append("case.set", what={"rate": 0.5})
        assert path.read_bytes() == before
        journal.append("case.set")
    assert audit_journal(path).sound_entries == 2


def test_a_second_writer_in_this_process_is_refused(path, clock):
    with Journal(path, clock, "w"), pytest.raises(CaseBusyError):
        Journal(path, clock, "w")
    Journal(path, clock, "w").close()


def test_a_second_writer_in_another_process_is_refused(path, clock):
    code = (
        "import sys\nfrom pathlib import Path\nfrom chainlead.custody import Journal, SystemClock\n"
        "Journal(Path(sys.argv[1]), SystemClock(), 'second')\n"
    )
    with Journal(path, clock, "w") as journal:
        journal.append("case.new")
        second = subprocess.run(
            [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False
        )
        assert "CaseBusyError" in second.stderr
        journal.append("case.set")
    third = subprocess.run([sys.executable, "-c", code, str(path)], check=False)
    assert third.returncode == 0
    assert audit_journal(path).sound_entries == 2


def test_readers_need_no_lock(path, clock):
    with Journal(path, clock, "w") as journal:
        journal.append("case.new")
        assert len(list(read_entries(path))) == 1


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path, clock):
    with pytest.raises(CaseError, match="cannot be written"):
        Journal(tmp_path / "no-such-folder" / "journal.jsonl", clock, "w")


def test_a_torn_tail_stays_until_the_next_entry_replaces_it(path, clock):
    with Journal(path, clock, "w") as journal:
        journal.append("case.new")
        journal.append("case.set")
    content = path.read_bytes()
    path.write_bytes(content[:-7])
    assert len(list(read_entries(path))) == 1
    with Journal(path, clock, "w") as journal:
        assert len(journal.entries) == 1
        assert content.endswith(journal.torn + content[-7:])
    assert path.read_bytes() == content[:-7]
    with Journal(path, clock, "w") as journal:
        journal.append("case.recover", what={"torn_bytes": len(journal.torn)})
        assert journal.torn == b""
    assert audit_journal(path).damage is None
    assert [entry.act for entry in read_entries(path)] == ["case.new", "case.recover"]


def test_a_long_torn_tail_leaves_no_rest_behind_a_short_entry(path, clock):
    with Journal(path, clock, "w") as journal:
        journal.append("case.new")
    with path.open("ab") as file:
        file.write(b"x" * 5000)
    with Journal(path, clock, "w") as journal:
        journal.append("case.set")
    assert audit_journal(path).damage is None


def test_a_damaged_journal_is_not_opened(path, clock):
    with Journal(path, clock, "w") as journal:
        journal.append("case.new")
        journal.append("case.set")
    path.write_bytes(path.read_bytes().replace(b"case.new", b"case.old", 1))
    with pytest.raises(JournalDamagedError, match="entry 0"):
        Journal(path, clock, "w")
    with pytest.raises(JournalDamagedError):  # and the lock was given back
        Journal(path, clock, "w")


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
@pytest.mark.parametrize("room", [0, 1, 100])
def test_a_full_disk_leaves_the_journal_whole(path, clock, room, error):
    with Journal(path, clock, "w") as journal:
        journal.append("case.new")
        before = path.read_bytes()
        real = journal._file
        journal._file = FullDisk(real, room, error)
        with pytest.raises(DiskFullError) as refused:
            journal.append("case.set")
        assert refused.value.exit_code == 26
        assert path.read_bytes() == before
        assert len(journal.entries) == 1
        journal._file = real  # somebody made room
        journal.append("case.set", why="again")
    assert audit_journal(path).sound_entries == 2


def test_a_full_disk_that_cannot_even_cut_leaves_a_torn_tail_only(path, clock):
    with Journal(path, clock, "w") as journal:
        journal.append("case.new")
        journal._file = FullDisk(journal._file, 50, truncates=False)
        with pytest.raises(DiskFullError):
            journal.append("case.set")
    assert audit_journal(path).sound_entries == 1
    with Journal(path, clock, "w") as journal:
        assert len(journal.torn) == 50
        journal.append("case.set")
    assert audit_journal(path).damage is None


def test_a_broken_disk_is_named(path, clock):
    with Journal(path, clock, "w") as journal:
        journal.append("case.new")
        journal._file = FullDisk(journal._file, 10, errno.EIO)
        with pytest.raises(JournalError, match="could not be written"):
            journal.append("case.set")
    assert audit_journal(path).sound_entries == 1


def test_a_file_size_limit_of_the_system_leaves_the_journal_whole(path):
    code = """
import resource, sys
from pathlib import Path
from chainlead.custody import Journal, SystemClock
from chainlead.errors import DiskFullError
resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))
with Journal(Path(sys.argv[1]), SystemClock(), "w") as journal:
    done = 0
    try:
        while True:
            journal.append("case.set", what={"n": done})
            done += 1
    except DiskFullError:
        print(done)
"""
    run = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    done = int(run.stdout)
    assert done > 5
    assert audit_journal(path).damage is None
    assert [entry.what["n"] for entry in read_entries(path)] == list(range(done))


def test_twenty_thousand_entries_open_in_reasonable_time(path, clock, monkeypatch):
    import time

    monkeypatch.setattr(os, "fsync", lambda _handle: None)
    with Journal(path, clock, "w") as journal:
        for number in range(20_000):
            journal.append("scan.batch", what={"n": number}, blobs={"found": "a" * 64})
    start = time.process_time()
    Journal(path, clock, "w").close()
    assert time.process_time() - start < 4.0  # measured: 0.3 s, and 1.4 s for 100,000
