"""A path that a person wrote into a form: a file or folder of this machine, and nothing else.

A web address, a relative path, a device, a pipe and the windows into the running system under
`/proc` and `/sys` are refused by name: to read from some of them never ends, or changes them.
"""

import stat
from pathlib import Path

from chainlead.errors import ExhibitNotFoundError

_NOT_FILES = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
_WINDOWS = (Path("/proc"), Path("/sys"), Path("/dev"))
_IMAGE_FIRST = "Make an image of a device first, and give the path of the image."


def named_path(given: str, *, may_be_folder: bool) -> Path:
    """The file or folder with this path, links followed; nothing of it is read.

    Args:
        given: what the person wrote.
        may_be_folder: whether a folder will do.

    Raises:
        ExhibitNotFoundError: there is no such thing, or it is none that can be read to its end.
    """
    path = Path(given.strip())
    if not path.is_absolute():
        raise ExhibitNotFoundError(
            "That is no whole path of this machine.",
            next_step="Write the whole path; it begins with /.",
        )
    try:
        found = path.resolve(strict=True)
        mode = found.stat().st_mode
    except (OSError, RuntimeError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is no path"
        raise ExhibitNotFoundError(
            f"There is no such file or folder on this machine ({why}).",
            next_step="Look whether the path is whole and the disk is connected.",
        ) from error
    kind = next((word for test, word in _NOT_FILES if test(mode)), "")
    if kind:
        raise ExhibitNotFoundError(f"That is {kind}, no file.", next_step=_IMAGE_FIRST)
    if any(found == window or window in found.parents for window in _WINDOWS):
        raise ExhibitNotFoundError(
            "That shows the running system; it is no file of a disk.", next_step=_IMAGE_FIRST
        )
    if stat.S_ISDIR(mode) and not may_be_folder:
        raise ExhibitNotFoundError(
            "That is a folder; one file is wanted.", next_step="Give the path of the file."
        )
    return path
