"""One writer at a time: an advisory lock that dies with its process.

While it is held, the file holds one line that says by whom; that of a process that was killed stays
until the next one.
"""

import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import msgspec

from chainlead.errors import CaseBusyError, CaseError

LONGEST_NOTE = 1_000


class Holder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who writes.

    Attributes:
        who: the person.
        command: the first word after `chainlead`; empty where something else runs.
        since: the moment.
    """

    who: str
    command: str
    since: datetime

    def sentence(self) -> str:
        """Who it is, what runs, and since when."""
        what = {"": "a run", "serve": "the workbench page"}.get(
            self.command, f"`chainlead {self.command}`"
        )
        return f"{self.who} ({what}, since {self.since:%Y-%m-%d %H:%M:%S} UTC)"


def read_holder(path: Path) -> Holder | None:
    """Who holds the lock in this file, or held it last and was killed; None where it does not say."""
    try:
        with path.open("rb") as file:
            return msgspec.json.decode(file.read(LONGEST_NOTE + 1), type=Holder)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def running_command() -> str:
    """The command of chainlead that this process runs; empty where it runs something else."""
    if Path(sys.argv[0]).stem not in {"chainlead", "__main__"}:
        return ""
    first = next(iter(sys.argv[1:]), "")
    return first if first.replace("-", "").isalpha() and len(first) <= 40 else ""


class ExclusiveLock:
    """A lock on a side file."""

    def __init__(self, path: Path) -> None:
        """Lock this file; it is made if needed and stays."""
        self.path = path
        self._file: IO[Any] | None = None

    def acquire(self, holder: Holder | None = None) -> None:
        """Take the lock at once, and say in it who holds it.

        Raises:
            CaseBusyError: another process has it.
            CaseError: the folder cannot be written to.
        """
        try:
            file = self.path.open("ab", buffering=0)
        except OSError as error:
            raise CaseError(
                f"{self.path.parent} cannot be written to ({error.strerror}).",
                next_step="Copy the case to a disk where you may write, and open the copy.",
            ) from error
        try:
            _lock(file)
        except OSError as error:
            file.close()
            other = read_holder(self.path)
            told = f": {other.sentence()}" if other else ""
            raise CaseBusyError(f"Another run writes to {self.path.parent}{told}.") from error
        self._file = file
        self._note(msgspec.json.encode(holder, order="sorted") if holder else b"")

    def release(self) -> None:
        """Give the lock back; does nothing if it is not held."""
        if self._file is not None:
            self._note(b"")
            self._file.close()
            self._file = None

    def _note(self, line: bytes) -> None:
        """Write who holds the lock; a disk that is full keeps nobody from holding it."""
        assert self._file is not None
        with suppress(OSError):
            self._file.truncate(0)
            self._file.write(line[:LONGEST_NOTE])


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[Any]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: IO[Any]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
