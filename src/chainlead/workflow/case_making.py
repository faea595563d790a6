"""A case folder is made whole or not at all; its key is read by who may read it."""

import errno
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chainlead.custody import read_entries
from chainlead.errors import CaseDamagedError, CaseError, ChainleadError, DiskFullError
from chainlead.workflow.case_place import DATABASE, STORE

JOURNAL = "journal.jsonl"
KEY = "case.key"
_MADE = (
    KEY, JOURNAL, "journal.lock", STORE,
    *(f"{DATABASE}{end}" for end in ("", "-journal", "-wal", "-shm")),
)  # fmt: skip
"""What the making of a case writes."""


@contextmanager
def nothing_half_made(folder: Path) -> Iterator[None]:
    """Make the folder; after an error it holds nothing, or is not there if it was not.

    A new folder is for its owner alone: what lies in it follows the umask, which may let others read.
    """
    was_there = folder.exists()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            yield
        except (OSError, ChainleadError):
            for name in _MADE:
                (folder / name).unlink(missing_ok=True)
            if not was_there:
                folder.rmdir()
            raise
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise DiskFullError(
                f"No space for a case in {folder}.", safe="Nothing was made."
            ) from error
        raise CaseError(
            f"{folder} cannot be made or written to ({error.strerror}); nothing was made.",
            next_step="Give a place where you may write.",
        ) from error


def write_key(folder: Path, key: bytes) -> None:
    """Keep the key where only its owner may read it."""
    key_file = folder / KEY
    key_file.touch(mode=0o600)
    key_file.write_bytes(key)


def read_key(folder: Path) -> bytes:
    """The case's key, which is the one that journal entry 0 names.

    Raises:
        CaseError: only somebody else may read it.
        CaseDamagedError: it is another key.
    """
    try:
        key = (folder / KEY).read_bytes()
    except OSError as error:
        raise CaseError(
            f"{folder / KEY} cannot be read ({error.strerror}); only its owner may.",
            next_step="Ask whoever made the case for the right to read it, or for a pack of the case.",
        ) from error
    first = next(read_entries(folder / JOURNAL), None)
    if first and first.what.get("key_sha256") != hashlib.sha256(key).hexdigest():
        raise CaseDamagedError(f"{KEY} is not the key that this case was made with.")
    return key
