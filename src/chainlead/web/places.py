"""Where a page may take files from: allowed folders to look through, and paths that a person wrote.

One person at their own machine may give any path of it and looks through the usual folders. On a
team server a path counts only inside the folders that its keeper named (`CHAINLEAD_EXHIBITS`), the
case's own inbox and a practice world. No look leads into a case, through a link out of an allowed
folder, or to a thing that is no plain file.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from chainlead.config import exhibit_folders, home_folder
from chainlead.errors import ExhibitNotFoundError
from chainlead.web.named_path import named_path
from chainlead.web.visit import Visit
from chainlead.web.workbench import PRACTICE_MARK
from chainlead.workflow.case import JOURNAL
from chainlead.workflow.purged import INBOX

PRACTICE_WORLD = "world"
__all__ = ["INBOX", "Found", "Place", "Places", "is_case", "places_of"]
MOST_SHOWN = 1_000
_USUAL = (Path("/media"), Path("/mnt"), Path("/run/media"), Path("/Volumes"))
_NOT_HERE = "No page of this server takes files from there."
_ASK = "Choose a file from the folders that the page shows, or upload it."


@dataclass(frozen=True, slots=True)
class Place:
    """A folder that may be looked through, with its name for the page."""

    name: str
    folder: Path


@dataclass(frozen=True, slots=True)
class Found:
    """A file or folder in a place; `size_bytes` is None for a folder."""

    name: str
    path: Path
    size_bytes: int | None


@dataclass(frozen=True, slots=True)
class Places:
    """What one person may take for one case.

    Attributes:
        places: the folders, the likeliest first.
        is_limited: a path outside of them is refused.
    """

    places: tuple[Place, ...]
    is_limited: bool

    def take(self, given: str, *, may_be_folder: bool) -> Path:
        """The file or folder with this path.

        Raises:
            ExhibitNotFoundError: there is none, or it lies where nothing may be taken from.
        """
        if self.is_limited and not self._allows(given):
            raise ExhibitNotFoundError(_NOT_HERE, next_step=_ASK)
        return named_path(given, may_be_folder=may_be_folder)

    def take_all(self, given: str, *, may_be_folder: bool) -> list[Path]:
        """The files or folders with these paths, one on each line.

        Raises:
            ExhibitNotFoundError: as `take`, or nothing was given.
        """
        lines = [line for line in given.splitlines() if line.strip()]
        return [self.take(line, may_be_folder=may_be_folder) for line in lines or [""]]

    def look(self, folder: Path) -> tuple[list[Found], bool]:
        """What lies in a folder, folders first, and whether that is all of it.

        Raises:
            ExhibitNotFoundError: the folder may not be looked into, or cannot be.
        """
        home = self.place_of(folder)
        if home is None:
            raise ExhibitNotFoundError(_NOT_HERE, next_step=_ASK)
        try:
            with os.scandir(folder) as entries:
                found = sorted(_entries(entries, home.folder), key=_folders_first)
        except OSError as error:
            raise ExhibitNotFoundError(
                f"That folder cannot be looked into ({error.strerror}).", next_step=_ASK
            ) from error
        return found[:MOST_SHOWN], len(found) <= MOST_SHOWN

    def place_of(self, path: Path) -> Place | None:
        """The place that a path lies in, links followed, and in no case; None: in none."""
        try:
            real = path.resolve(strict=True)
        except (OSError, RuntimeError, ValueError):
            return None
        for place in self.places:
            root = place.folder.resolve()
            if real == root or root in real.parents:
                between = [real, *real.parents][: len(real.parts) - len(root.parts)]
                return None if any(is_case(each) for each in between) else place
        return None

    def _allows(self, given: str) -> bool:
        path = Path(given.strip())
        return path.is_absolute() and "\x00" not in given and self.place_of(path) is not None


def places_of(visit: Visit, case_name: str) -> Places:
    """What this person may take for a case."""
    case = visit.workbench.folder(case_name)
    is_limited = bool(visit.request.app.state.entrance.is_team)
    named = [Place("Practice world", case.parent / PRACTICE_WORLD)]
    places = named if (case.parent / PRACTICE_MARK).is_file() else []
    places += [Place("Uploaded to this case", case / INBOX)]
    places += [Place(folder.name or "/", folder) for folder in exhibit_folders()]
    if not is_limited:
        home = home_folder()
        places += [Place("Home folder", home)] if home else []
        places += [Place("Folder of the cases", visit.workbench.root)]
        places += [Place(str(folder), folder) for folder in _USUAL]
    return Places(tuple(place for place in places if place.folder.is_dir()), is_limited)


def is_case(folder: Path) -> bool:
    """Whether the folder is a case: it holds a journal and a key, and nobody looks into it here."""
    return (folder / JOURNAL).is_file()


def _entries(entries: Iterator["os.DirEntry[str]"], root: Path) -> Iterator[Found]:
    """What of a folder may be shown: no case, no hidden file, no link that leads out of the place."""
    real_root = root.resolve()
    for entry in entries:
        path = Path(entry.path)
        try:
            real = path.resolve(strict=True) if entry.is_symlink() else path
            status = real.stat()
        except (OSError, RuntimeError):
            continue
        is_inside = not entry.is_symlink() or real_root in real.parents
        if entry.name.startswith(".") or not is_inside or not _is_text(entry.name):
            continue
        if stat.S_ISDIR(status.st_mode) and not is_case(real):
            yield Found(entry.name, path, None)
        elif stat.S_ISREG(status.st_mode):
            yield Found(entry.name, path, status.st_size)


def _is_text(name: str) -> bool:
    """Whether a name can be written into an address at all."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _folders_first(found: Found) -> tuple[bool, str, str]:
    return found.size_bytes is not None, found.name.casefold(), found.name
