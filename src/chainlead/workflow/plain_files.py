"""A case folder holds plain files and folders, and its journal names nothing outside of it.

Whoever receives a case may have received it from somebody who wants his files changed: a link in the
place of `journal.lock` or of a report is a file elsewhere that the next command would write to, and a
purge that names `../../notes` is one that it would erase. So both are refused before anything is
opened. Limits: the stored files themselves (`blobs/ab/…`) are not looked at, because they are read by
their digest and never written into.
"""

import os
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from chainlead.errors import CaseDamagedError

_STORED = "blobs"
_NEXT_STEP = "Ask who gave you the case for a pack of it, and leave this folder alone."


def require_plain_files(folder: Path) -> None:
    """Refuse a case folder with a link, pipe, socket or device in it.

    Raises:
        CaseDamagedError: it names the first one.
    """
    found = first_special(folder)
    if found:
        raise CaseDamagedError(
            f"{found} in the case folder is a link or no plain file; nothing was opened.",
            next_step=_NEXT_STEP,
        )


def require_inside(files: object, seq: int) -> Mapping[str, str]:
    """The exported files that a journal entry names, each with its SHA-256.

    Args:
        files: what the entry says.
        seq: its number.

    Raises:
        CaseDamagedError: it is no such list, or a name leads out of the case.
    """
    if not isinstance(files, Mapping):
        raise CaseDamagedError(f"Journal entry {seq} does not list its files as names and digests.")
    for name, sha256 in files.items():
        if not isinstance(name, str) or not isinstance(sha256, str) or not _is_inside(name):
            raise CaseDamagedError(
                f"Journal entry {seq} names {name!r}, which is no exported file of a case.",
                next_step=_NEXT_STEP,
            )
    return files


def _is_inside(name: str) -> bool:
    """Whether it is a file in a folder of the case, written as one does."""
    path = PurePosixPath(name)
    plain = "\0" not in name and "\\" not in name and str(path) == name
    return plain and not path.is_absolute() and ".." not in path.parts and len(path.parts) > 1


def first_special(folder: Path) -> str:
    """The first link, pipe, socket or device in the folder, by its name inside; empty if none."""
    waiting = [""]
    while waiting:
        inside = waiting.pop()
        try:
            with os.scandir(folder / inside) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError:
            continue  # whoever needs what lies there says that it cannot be read
        for entry in entries:
            name = f"{inside}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                if inside != f"{_STORED}/":
                    waiting.append(f"{name}/")
            elif not entry.is_file(follow_symlinks=False):
                return name
    return ""
