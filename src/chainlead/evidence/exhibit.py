"""A seized object: one file, or a folder that is walked in sorted order without following links.

Nothing is ever written to it: files are opened read-only, and where the system allows it without
a trace in their access times.
"""

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import dropwhile
from pathlib import Path

from chainlead.errors import ExhibitNotFoundError
from chainlead.evidence.images.segments import SEGMENT_SOURCE, is_later_segment, later_segments
from chainlead.evidence.images.signatures import container_kind
from chainlead.evidence.item import Unread, UnreadReason
from chainlead.evidence.naming import UniqueNames, readable_name
from chainlead.evidence.source import no_sibling
from chainlead.evidence.stream import Stream, open_regular
from chainlead.model import Provenance, Step

_KINDS = (
    (stat.S_ISSOCK, "socket"),
    (stat.S_ISFIFO, "named pipe"),
    (stat.S_ISCHR, "character device"),
    (stat.S_ISBLK, "block device"),
)


@dataclass(frozen=True, slots=True)
class ExhibitFile:
    """One regular file of an exhibit.

    Attributes:
        provenance: the exhibit and the step `file`, with the path inside the exhibit.
        path: the path on this machine, as the system's own bytes.
        name: its own name, readable.
        size_bytes: its size when it was listed.
        sibling: gives the neighbour whose name has this suffix more, or None.
        neighbour: gives the file at this path from its own folder, inside the exhibit, or None.
        within: its path inside the exhibit, as the system's own bytes.
        exhibit_path: where the exhibit lies.
        exhibit_kind: `file` or `folder`.
        modified_ns: when it was written last, as its listing said; 0 if unknown.
        source_name: the source to take it apart with, if its folder tells (a phone backup).
    """

    provenance: Provenance
    path: bytes
    name: str
    size_bytes: int
    sibling: Callable[[str], Stream | None] = no_sibling
    neighbour: Callable[[str], Stream | None] = no_sibling
    source_name: str = ""
    within: bytes = b""
    exhibit_path: bytes = b""
    exhibit_kind: str = "file"
    modified_ns: int = 0


@dataclass(frozen=True, slots=True)
class Exhibit:
    """An opened exhibit.

    Attributes:
        name: its number, for example E1.
        path: where it lies.
        kind: `file` or `folder`.
    """

    name: str
    path: Path
    kind: str

    def files(self) -> Iterator[ExhibitFile | Unread]:
        """Its files in byte order of their paths; what cannot be read comes as `Unread`."""
        names = UniqueNames()
        if self.kind == "folder":
            yield from self._walk(os.fsencode(self.path), b"", names)
            return
        path = os.fsencode(self.path.resolve())
        name = path.rpartition(b"/")[2]
        yield from self._entry(path, name, names)
        for other in _segments_beside(path):
            yield from self._entry(other, other.rpartition(b"/")[2], names)
        if os.path.lexists(path + b"-wal"):
            yield Unread(
                Provenance(self.name, (Step("file", readable_name(os.fsdecode(name)) + "-wal"),)),
                UnreadReason.UNSUPPORTED,
                "lies beside the exhibit and is not part of it; scan the folder to read both",
            )

    def _walk(
        self, folder: bytes, inside: bytes, names: UniqueNames
    ) -> Iterator[ExhibitFile | Unread]:
        try:
            with os.scandir(folder) as listing:
                found = sorted(entry.name for entry in listing)
        except OSError as error:
            provenance = Provenance(
                self.name, (Step("file", readable_name(os.fsdecode(inside)) or "."),)
            )
            yield Unread(provenance, UnreadReason.NO_ACCESS, f"folder: {error.strerror}")
            return
        for name in found:
            path = folder + b"/" + name
            within = inside + b"/" + name if inside else name
            try:
                is_folder = stat.S_ISDIR(os.lstat(path).st_mode)
            except OSError:
                is_folder = False
            if is_folder:
                yield from self._walk(path, within, names)
            else:
                yield from self._entry(path, within, names)

    def _entry(
        self, path: bytes, within: bytes, names: UniqueNames
    ) -> Iterator[ExhibitFile | Unread]:
        shown, _ = names.claim(readable_name(os.fsdecode(within)))
        provenance = Provenance(self.name, (Step("file", shown),))
        try:
            status = os.lstat(path)
        except OSError as error:
            yield Unread(
                provenance, UnreadReason.NO_ACCESS, error.strerror or "cannot be looked at"
            )
            return
        if stat.S_ISLNK(status.st_mode):
            yield Unread(provenance, UnreadReason.LINK, f"points to {_link_target(path)}")
            return
        if not stat.S_ISREG(status.st_mode):
            kind = next((word for test, word in _KINDS if test(status.st_mode)), "unknown kind")
            yield Unread(provenance, UnreadReason.SPECIAL, kind)
            return
        yield self.file_at(provenance, path, within, status.st_size, modified_ns=status.st_mtime_ns)

    def file_at(
        self,
        provenance: Provenance,
        path: bytes,
        within: bytes,
        size_bytes: int,
        *,
        modified_ns: int = 0,
    ) -> ExhibitFile:
        """A listed file, made of what identifies it: also in another process."""
        name = os.fsdecode(within.rpartition(b"/")[2])
        is_folder = self.kind == "folder"
        neighbour = _neighbour_of(path, within) if is_folder else self._segment_of(path)
        return ExhibitFile(
            provenance,
            path,
            name,
            size_bytes,
            _sibling_of(path) if is_folder else no_sibling,
            neighbour,
            SEGMENT_SOURCE if is_later_segment(name, neighbour) else "",
            within,
            os.fsencode(self.path),
            self.kind,
            modified_ns,
        )

    def _segment_of(self, path: bytes) -> Callable[[str], Stream | None]:
        """For an exhibit that is one file: only the files of the same split image are in reach."""
        first = self.path.resolve().name

        def segment(name: str) -> Stream | None:
            if name != first and name not in later_segments(first):
                return None
            try:
                return open_regular(path.rpartition(b"/")[0] + b"/" + os.fsencode(name))
            except OSError:
                return None

        return segment


def open_exhibit(path: Path, name: str) -> Exhibit:
    """Look at an exhibit.

    Args:
        path: a file or a folder.
        name: the exhibit's number or name, for example E1.

    Raises:
        ExhibitNotFoundError: nothing is there.
    """
    try:
        is_folder = stat.S_ISDIR(path.stat().st_mode)
    except OSError as error:
        raise ExhibitNotFoundError(f"There is no exhibit at {path}: {error.strerror}.") from error
    except ValueError as error:
        raise ExhibitNotFoundError(f"{str(path)!r} is not a path.") from error
    return Exhibit(name, path, "folder" if is_folder else "file")


def _link_target(path: bytes) -> str:
    try:
        return readable_name(str(Path(os.fsdecode(path)).readlink()))
    except OSError:
        return "an unknown place"


def _sibling_of(path: bytes) -> Callable[[str], Stream | None]:
    def sibling(suffix: str) -> Stream | None:
        try:
            return open_regular(path + os.fsencode(suffix))
        except OSError:
            return None

    return sibling


def _neighbour_of(path: bytes, within: bytes) -> Callable[[str], Stream | None]:
    levels = within.count(b"/")

    def neighbour(relative: str) -> Stream | None:
        steps = relative.split("/")
        up = len(steps) - len(list(dropwhile(lambda step: step == "..", steps)))
        if up > levels or not all(steps) or ".." in steps[up:] or "\0" in relative:
            return None
        folder = path.rsplit(b"/", up + 1)[0]
        inner = [os.fsencode(step) for step in steps[up:]]
        try:
            for step in inner[:-1]:
                folder += b"/" + step
                if not stat.S_ISDIR(os.lstat(folder).st_mode):
                    return None
            return open_regular(folder + b"/" + inner[-1])
        except (OSError, IndexError):
            return None

    return neighbour


def _segments_beside(path: bytes) -> list[bytes]:
    """The further files of a split image, which belong to the exhibit that its first file is."""
    folder, _, name = path.rpartition(b"/")
    found: list[bytes] = []
    try:
        stream = open_regular(path)
    except OSError:
        return found
    is_image = bool(container_kind(stream.read_at(0, 4096), stream, os.fsdecode(name)))
    stream.close()
    if not is_image:
        return found
    for later in later_segments(os.fsdecode(name)):
        other = folder + b"/" + os.fsencode(later)
        if not os.path.isfile(other):  # noqa: PTH113  (bytes path)
            break
        found.append(other)
    return found


def has_changed(file: ExhibitFile) -> bool:
    """Whether the file is gone, or was written to, since it was listed."""
    try:
        status = os.lstat(file.path)
    except OSError:
        return True
    is_as_listed = not file.modified_ns or status.st_mtime_ns == file.modified_ns
    return status.st_size != file.size_bytes or not is_as_listed


def changed_note(provenance: Provenance) -> Unread:
    """What is said of a file that changed: its digest and its findings may be of different bytes."""
    return Unread(provenance, UnreadReason.DAMAGED, "the file changed while it was read")


def hash_file(file: ExhibitFile, advance: Callable[[int], None] | None = None) -> str:
    """SHA-256 of the file's bytes as they are now, in hex; empty if it cannot be opened.

    Args:
        file: the file.
        advance: called with the bytes that were hashed so far.
    """
    try:
        stream = open_regular(file.path)
    except OSError:
        return ""
    try:
        return stream.sha256(advance)
    except OSError:
        return ""
    finally:
        stream.close()
