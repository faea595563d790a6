"""The journal: append-only, hash-chained, one JSON line per act. See docs/design/journal.md.

It is the audit log, the recipe for replay and the undo stack. It is not a log for debugging.
"""

import errno
import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from chainlead.custody.audit import UnsoundError, examine, follow
from chainlead.custody.clock import Clock, SystemClock
from chainlead.custody.entry import GENESIS, Entry, make_entry
from chainlead.custody.lock import ExclusiveLock, Holder, running_command
from chainlead.errors import DiskFullError, JournalDamagedError, JournalError

_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Journal:
    """The file, open for appending by exactly one process.

    Attributes:
        path: the file.
        who: the person in whose name entries are written.
        torn: bytes of an unfinished last line. They stay in the file until the next `append`.
    """

    def __init__(self, path: Path, clock: Clock, who: str) -> None:
        """Lock and read the journal; a torn last line (a crash while writing) is set aside.

        Raises:
            CaseBusyError: another process holds it.
            JournalDamagedError: an entry before the last line is not what was written.
        """
        self.path = path
        self.who = who
        self._clock = clock
        self._lock = ExclusiveLock(path.with_suffix(".lock"))
        self._lock.acquire(Holder(who, running_command(), SystemClock().now()))
        try:
            self._entries, self.torn = _load(path)
            self._all: tuple[Entry, ...] | None = None
            self._file = _open_file(path)
            self._end = self._file.seek(0, os.SEEK_END) - len(self.torn)
        except BaseException:
            self._lock.release()
            raise

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries, first to last."""
        if self._all is None:
            self._all = tuple(self._entries)
        return self._all

    @property
    def head(self) -> str:
        """The digest of the last entry; `GENESIS` while there is none."""
        return self._entries[-1].digest if self._entries else GENESIS

    def now(self) -> datetime:
        """What the journal's clock says: for dates that an act keeps."""
        return self._clock.now()

    def append(
        self,
        act: str,
        *,
        why: str = "",
        what: Mapping[str, Any] | None = None,
        blobs: Mapping[str, str] | None = None,
    ) -> Entry:
        """Write one entry durably (fsync) and return it.

        Args:
            act: `<verb>.<step>`.
            why: the person's reason, where one was given.
            what: parameters and results: text, whole numbers, booleans, None, lists, mappings.
            blobs: name -> SHA-256 of the bytes that the act stored.

        Raises:
            DiskFullError: no space; the journal ends with the entry before, whole.
            JournalError: a value that the journal cannot keep exactly, or the disk refused.
        """
        entry = make_entry(
            seq=len(self._entries),
            at=self._clock.now(),
            who=self.who,
            act=act,
            why=why,
            what=what or {},
            blobs=blobs or {},
            previous=self.head,
        )
        line = entry.line()
        try:
            self._file.truncate(self._end)  # a torn tail of an interrupted run goes here
            self._file.seek(self._end)
            _write_all(self._file, line)
            os.fsync(self._file.fileno())
        except OSError as error:
            self._undo_partial_write()
            if error.errno in _NO_SPACE:
                raise DiskFullError(
                    "No space left for the journal; the act was not recorded.",
                    safe="Every act before it is recorded.",
                ) from error
            raise JournalError(
                f"The journal could not be written ({error.strerror}); the act was not recorded.",
                safe="Every act before it is recorded.",
                next_step="Check the disk, then run the command again.",
            ) from error
        self._end += len(line)
        self.torn = b""
        self._entries.append(entry)
        self._all = None
        return entry

    def _undo_partial_write(self) -> None:
        try:
            self._file.truncate(self._end)
        except OSError:
            return  # the torn line is set aside when the journal is next opened

    def close(self) -> None:
        """Close the file and let others write."""
        self._file.close()
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def read_entries(path: Path) -> Iterator[Entry]:
    """The entries of a journal, without locking; stops before a torn last line.

    Raises:
        JournalDamagedError: an entry is not what was written; the sound ones before it come first.
    """
    if not path.exists():
        return
    try:
        with path.open("rb") as file:
            whole = (line[:-1] for line in file if line.endswith(b"\n"))
            yield from follow(whole)
    except UnsoundError as error:
        damage = examine(path.read_bytes()).damage
        sentence = damage.sentence if damage else "The journal changed while it was read."
        raise JournalDamagedError(sentence) from error


def _load(path: Path) -> tuple[list[Entry], bytes]:
    if not path.exists():
        return [], b""
    found = examine(path.read_bytes())
    if found.damage:
        raise JournalDamagedError(found.damage.sentence)
    return found.entries, found.torn


def _open_file(path: Path) -> IO[bytes]:
    new = not path.exists()
    file = path.open("x+b" if new else "r+b", buffering=0)
    if new and os.name == "posix":  # the name itself must survive a crash
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    return file


def _write_all(file: IO[bytes], content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[file.write(rest) :]
