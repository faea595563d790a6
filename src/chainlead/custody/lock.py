"""One writer at a time: an advisory lock that dies with its process."""

import sys
from pathlib import Path
from typing import IO, Any

from chainlead.errors import CaseBusyError, CaseError


class ExclusiveLock:
    """A lock on an empty side file."""

    def __init__(self, path: Path) -> None:
        """Lock this file; it is made if needed and stays."""
        self.path = path
        self._file: IO[Any] | None = None

    def acquire(self) -> None:
        """Take the lock at once.

        Raises:
            CaseBusyError: another process has it.
            CaseError: the folder cannot be written to.
        """
        try:
            file = self.path.open("ab")
        except OSError as error:
            raise CaseError(
                f"{self.path.parent} cannot be written to ({error.strerror}).",
                next_step="Copy the case to a disk where you may write, and open the copy.",
            ) from error
        try:
            _lock(file)
        except OSError as error:
            file.close()
            raise CaseBusyError(f"Another run writes to {self.path.parent}.") from error
        self._file = file

    def release(self) -> None:
        """Give the lock back; does nothing if it is not held."""
        if self._file is not None:
            self._file.close()
            self._file = None


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[Any]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: IO[Any]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
