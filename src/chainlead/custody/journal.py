"""The journal: append-only, hash-chained, one JSON line per act. See docs/design/journal.md.

It is the audit log, the recipe for replay and the undo stack. It is not a log for debugging.
"""

import errno
import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from chainlead.custody.clock import Clock
from chainlead.custody.lock import ExclusiveLock
from chainlead.errors import DiskFullError, JournalDamagedError
from chainlead.model import moment_from_text, moment_to_text

FORMAT = 1
GENESIS = "0" * 64
_DOMAIN = b"chainlead journal entry v1\n"
_ENCODER = msgspec.json.Encoder(order="sorted")


@dataclass(frozen=True, slots=True)
class Entry:
    """One act: who did what, when and why, with the digests of what it stored."""

    seq: int
    at: datetime
    who: str
    act: str
    why: str
    what: Mapping[str, Any]
    blobs: Mapping[str, str]
    previous: str
    digest: str

    def line(self) -> bytes:
        """The entry's exact bytes in the file, with the line end."""
        return _ENCODER.encode({**_body(self), "digest": self.digest}) + b"\n"


def _body(entry: Entry) -> dict[str, Any]:
    return {
        "v": FORMAT,
        "seq": entry.seq,
        "at": moment_to_text(entry.at),
        "who": entry.who,
        "act": entry.act,
        "why": entry.why,
        "what": entry.what,
        "blobs": entry.blobs,
        "previous": entry.previous,
    }


def digest_of(entry: Entry) -> str:
    """SHA-256 over the domain line and the canonical JSON of everything but the digest."""
    return hashlib.sha256(_DOMAIN + _ENCODER.encode(_body(entry))).hexdigest()


def parse_line(line: bytes) -> Entry:
    """Read one line.

    Raises:
        ValueError: not JSON, a field is missing or has the wrong type.
    """
    try:
        fields = msgspec.json.decode(line)
        if not isinstance(fields, dict) or fields.get("v") != FORMAT:
            raise ValueError("not a journal entry of format 1")
        entry = Entry(
            seq=fields["seq"],
            at=moment_from_text(fields["at"]),
            who=fields["who"],
            act=fields["act"],
            why=fields["why"],
            what=fields["what"],
            blobs=fields["blobs"],
            previous=fields["previous"],
            digest=fields["digest"],
        )
    except (msgspec.DecodeError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a journal entry: {error}") from error
    if (
        type(entry.seq) is not int
        or not isinstance(entry.what, dict)
        or not isinstance(entry.blobs, dict)
    ):
        raise ValueError("a field has the wrong type")
    return entry


class Journal:
    """The file, open for appending by exactly one process."""

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
        self._lock.acquire()
        try:
            self._entries, self.torn = _load(path)
            self._file = path.open("r+b" if path.exists() else "w+b")
            self._file.seek(sum(len(entry.line()) for entry in self._entries))
            self._file.truncate()
        except BaseException:
            self._lock.release()
            raise

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries, first to last."""
        return tuple(self._entries)

    @property
    def head(self) -> str:
        """The digest of the last entry; `GENESIS` while there is none."""
        return self._entries[-1].digest if self._entries else GENESIS

    def append(
        self,
        act: str,
        *,
        why: str = "",
        what: Mapping[str, Any] | None = None,
        blobs: Mapping[str, str] | None = None,
    ) -> Entry:
        """Write one entry durably (fsync) and return it.

        Raises:
            DiskFullError: no space; the journal ends with the entry before, whole.
        """
        bare = Entry(
            seq=len(self._entries),
            at=self._clock.now(),
            who=self.who,
            act=act,
            why=why,
            what=dict(what or {}),
            blobs=dict(blobs or {}),
            previous=self.head,
            digest="",
        )
        entry = parse_line(
            Entry(**{**_fields(bare), "digest": digest_of(bare)}).line()
        )  # what is kept is what a reader will read back
        start = self._file.tell()
        try:
            self._file.write(entry.line())
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            self._undo_partial_write(start)
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise DiskFullError(
                    "No space left for the journal; the act was not recorded."
                ) from error
            raise
        self._entries.append(entry)
        return entry

    def _undo_partial_write(self, start: int) -> None:
        try:
            os.ftruncate(self._file.fileno(), start)
        except OSError:
            return  # the torn line is set aside when the journal is next opened
        self._file.close()
        self._file = self.path.open("r+b")
        self._file.seek(start)

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


def _fields(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in Entry.__dataclass_fields__}


def read_entries(path: Path) -> Iterator[Entry]:
    """The entries of a journal, without locking; stops before a torn last line.

    Raises:
        JournalDamagedError: an entry is not what was written.
    """
    yield from _load(path)[0]


def _load(path: Path) -> tuple[list[Entry], bytes]:
    if not path.exists():
        return [], b""
    content = path.read_bytes()
    entries: list[Entry] = []
    previous = GENESIS
    lines = content.split(b"\n")
    torn = lines.pop()
    for number, line in enumerate(lines):
        try:
            entry = parse_line(line)
        except ValueError as error:
            raise JournalDamagedError(
                f"Journal line {number + 1} cannot be read: {error}."
            ) from error
        sound = (
            entry.seq == number
            and entry.previous == previous
            and entry.line() == line + b"\n"
            and digest_of(entry) == entry.digest
        )
        if not sound:
            raise JournalDamagedError(f"Journal entry {number} is not what was written.")
        entries.append(entry)
        previous = entry.digest
    return entries, torn
