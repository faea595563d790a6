"""Every file of one file system in order of path, and where on the volume its bytes lie.

Found in: partitions and volumes of disk images.
Proof: dfVFS's readers (libfsntfs, libfsext, libfsfat, libfshfs, libfsapfs, libfsxfs, The Sleuth Kit).
Limits: links are listed and not followed; a folder that occurs twice is read once; the file
system's own files (NTFS `$MFT`, `$LogFile` …) are not files here but *structures*, searched as bytes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.images.backend import broken, reason_of
from chainlead.evidence.images.ntfs_records import NtfsRecords
from chainlead.evidence.images.spans import Span, Spans
from chainlead.evidence.item import Unread, UnreadReason
from chainlead.evidence.naming import UniqueNames, readable_name
from chainlead.evidence.source import Member, Place
from chainlead.evidence.stream import Stream
from chainlead.model import Provenance, Step

_CHUNK = 1 << 20
_BLOCK = 1 << 16
_SAMPLE = 64
_INLINE = 60
_DEEPEST = 256
_NTFS_OWN = 24
_SPARSE = "sparse"
_INLINE_DETAIL = (
    "a file inside its own record: from byte 60 on it is read wrongly; "
    "its true bytes are among those outside files"
)
_ADDRESSES = ("mft_entry", "inode", "identifier")


@dataclass(slots=True)
class TreeState:
    """What the walk through one file system found out beside its files.

    Attributes:
        taken: where the bytes of files lie.
        own: where the file system's own files lie.
        is_mapped: False as soon as one file's place is unknown.
        known: digest-free identity of each file, to compare shadow copies with.
    """

    taken: Spans = field(default_factory=Spans)
    own: Spans = field(default_factory=Spans)
    is_mapped: bool = True
    known: set[tuple[object, ...]] = field(default_factory=set)


class FileTree:
    """One file system of an image."""

    def __init__(
        self,
        file_system: Any,
        place: Place,
        outer: tuple[Step, ...],
        read_volume: Callable[[int, int], bytes],
    ) -> None:
        """Look at a file system that dfVFS opened.

        Args:
            file_system: dfVFS's own object.
            place: the image file.
            outer: the steps that lead to the file system.
            read_volume: the bytes of the volume that maps of files count on.
        """
        self._system = file_system
        self._place = place
        self._outer = outer
        self._names = UniqueNames()
        self._read_volume = read_volume
        self._kind = str(file_system.type_indicator)
        self._to_volume = group_places(read_volume(0, 128)) if self._kind == "XFS" else int
        self._broken = broken()
        self._records = NtfsRecords(read_volume) if self._kind == "NTFS" else None
        self.state = TreeState()

    def files(
        self, *, known: frozenset[tuple[object, ...]] = frozenset()
    ) -> Iterator[Member | Unread]:
        """Each file and named stream; one whose identity is `known` is left out.

        Raises:
            StopReadingError: the root cannot be read.
        """
        try:
            root = self._system.GetRootFileEntry()
        except self._broken as error:
            raise StopReadingError(
                UnreadReason.DAMAGED, f"root folder: {readable_name(reason_of(error))}"
            ) from error
        if root is None:
            raise StopReadingError(UnreadReason.DAMAGED, "the file system has no root folder")
        yield from self._folder(root, known)

    def _folder(self, root: Any, known: frozenset[tuple[object, ...]]) -> Iterator[Member | Unread]:
        seen = {_address(root)}
        waiting: list[tuple[str, Any, int, bool]] = [("", root, 0, False)]
        while waiting:
            path, entry, depth, is_own = waiting.pop()
            self._place.budget.check_time()
            if not _quiet(entry.IsDirectory, self._broken):
                yield from self._entry(path, entry, known, is_own=is_own)
                continue
            yield from self._entry(path, entry, known, is_own=is_own, is_folder=True)
            if depth > _DEEPEST:
                yield self._unread(path, UnreadReason.TOO_DEEP, f"folders more than {depth} deep")
                continue
            children, problem = self._children(entry)
            if problem:
                yield self._unread(path or "/", UnreadReason.DAMAGED, f"folder: {problem}")
            inner: list[tuple[str, Any, int, bool]] = []
            for name, child in children:
                address = _address(child)
                if _quiet(child.IsDirectory, self._broken):
                    if address in seen:
                        continue
                    seen.add(address)
                below = f"{path}/{name}" if path else name
                own = is_own or self._is_own(child, name, depth)
                inner.append((below, child, depth + 1, own))
            waiting.extend(reversed(inner))

    def _children(self, entry: Any) -> tuple[list[tuple[str, Any]], str]:
        found: list[tuple[str, Any]] = []
        problem = ""
        try:
            for child in entry.sub_file_entries:
                name = child.name
                if name and name not in {".", ".."} and child.IsAllocated():
                    found.append((readable_name(name), child))
        except self._broken as error:
            problem = readable_name(reason_of(error))
        return sorted(found, key=lambda pair: (pair[0], str(_address(pair[1])))), problem

    def _is_own(self, entry: Any, name: str, depth: int) -> bool:
        """Whether it belongs to the file system itself: NTFS keeps its records in files."""
        if depth or not name.startswith("$"):
            return False
        mft_entry = getattr(entry.path_spec, "mft_entry", None)
        if mft_entry is not None:
            return int(mft_entry) < _NTFS_OWN
        return self._kind == "TSK"

    def _entry(
        self,
        path: str,
        entry: Any,
        known: frozenset[tuple[object, ...]],
        *,
        is_own: bool,
        is_folder: bool = False,
    ) -> Iterator[Member | Unread]:
        if not is_folder and not _quiet(entry.IsFile, self._broken):
            if is_own:  # a folder that The Sleuth Kit made up
                return
            yield from self._special(path, entry)
            return
        try:
            streams = list(entry.data_streams)
        except self._broken as error:
            yield self._unread(path, UnreadReason.DAMAGED, readable_name(reason_of(error)))
            return
        for stream in streams:
            name = stream.name or ""
            if is_folder and not name:
                continue
            shown = f"{path}:{readable_name(name)}" if name else path
            size = self._size(entry, stream)
            spans = self._map(entry, stream, size)
            if is_own:
                if path == "$MFT" and self._records is not None:
                    self._records.learn(spans)
                for start, end in spans:
                    self.state.own.add(start, end)
                continue
            identity = (shown, _address(entry), size, _times(entry), tuple(spans))
            if identity in known:
                continue
            self.state.known.add(identity)
            if self._kind == "EXT" and size > _INLINE and not spans:
                yield self._unread(shown, UnreadReason.UNSUPPORTED, _INLINE_DETAIL)
            for start, end in spans:
                self.state.taken.add(start, end)
            yield self._member(shown, entry, name, size)

    def _special(self, path: str, entry: Any) -> Iterator[Unread]:
        if _quiet(entry.IsLink, self._broken):
            target = _quiet(lambda: entry.link, self._broken) or "an unknown place"
            yield self._unread(path, UnreadReason.LINK, f"points to {readable_name(str(target))}")
            return
        kinds = (("IsSocket", "socket"), ("IsPipe", "named pipe"), ("IsDevice", "device"))
        word = next(
            (w for test, w in kinds if _quiet(getattr(entry, test), self._broken)), "unknown kind"
        )
        yield self._unread(path, UnreadReason.SPECIAL, word)

    def _size(self, entry: Any, stream: Any) -> int:
        size = _quiet(lambda: stream.size if stream.name else entry.size, self._broken)
        if not isinstance(size, int):
            opened = _quiet(
                lambda: entry.GetFileObject(data_stream_name=stream.name or ""), self._broken
            )
            size = _quiet(opened.get_size, self._broken) if opened is not None else None
        return size if isinstance(size, int) and size > 0 else 0

    def _map(self, entry: Any, stream: Any, size: int) -> list[Span]:
        """Where the stream's bytes lie on the volume, as far as the limit lets them be read."""
        try:
            extents = [(e.extent_type, e.offset, e.size) for e in stream.GetExtents()]
        except self._broken:
            extents = []
        placed: list[tuple[int, Span]] = []
        position, last = 0, min(size, self._place.budget.limits.member_bytes)
        for kind, offset, length in extents:
            if position >= last or not isinstance(length, int) or length <= 0:
                break
            if kind != _SPARSE and isinstance(offset, int) and offset >= 0:
                start = self._to_volume(offset)
                placed.append((position, (start, start + min(length, last - position))))
            position += length
        if not placed and size and self._records is not None:
            number = getattr(entry.path_spec, "mft_entry", None)
            resident = self._records.place(number, stream.name or "", size) if number else []
            placed = [(0, span) for span in resident]
        if placed and self._is_there(entry, stream.name or "", placed):
            return [span for _, span in placed]
        if size and self._kind != "NTFS":
            self.state.is_mapped = (
                False  # its bytes lie among the file system's records, or anywhere
            )
        return []

    def _is_there(self, entry: Any, name: str, placed: list[tuple[int, Span]]) -> bool:
        """Whether the volume has the file's bytes at the first and the last of these places.

        A map is believed only then: bytes that it claims are searched nowhere else.
        """
        try:
            file = entry.GetFileObject(data_stream_name=name)
            for position, (start, end) in {placed[0], placed[-1]}:
                length = min(end - start, _SAMPLE)
                file.seek(position)
                if file.read(length) != self._read_volume(start, length):
                    return False
        except self._broken:
            return False
        return True

    def _member(self, shown: str, entry: Any, stream_name: str, size: int) -> Member:
        unique, _ = self._names.claim(shown)
        return Member(
            step=Step("file", unique),
            name=shown.rpartition("/")[2],
            chunks=lambda: read_chunks(
                lambda: entry.GetFileObject(data_stream_name=stream_name), size, self._place
            ),
            stored_bytes=size,
            outer=self._outer,
            sibling=lambda suffix: self._open_beside(shown.rpartition("/")[2] + suffix, shown),
            neighbour=lambda relative: self._open_beside(relative, shown),
        )

    def _open_beside(self, relative: str, path: str) -> Stream | None:
        """A file by its path from the folder of another one; it is read into memory."""
        parts = path.split("/")[:-1]
        for part in relative.split("/"):
            if part == "..":
                if not parts:
                    return None
                parts.pop()
            elif part:
                parts.append(part)
        try:
            entry = self._system.GetRootFileEntry()
            for part in parts:
                entry = entry.GetSubFileEntryByName(part) if entry is not None else None
            if entry is None or not entry.IsFile():
                return None
            file = entry.GetFileObject()
            size = file.get_size()
            if size > self._place.budget.limits.database_bytes:
                return None
            content = b"".join(read_chunks(lambda: file, size, self._place))
        except StopReadingError:
            return None
        except self._broken:
            return None
        return Stream.of_bytes(content)

    def _unread(self, path: str, reason: UnreadReason, detail: str) -> Unread:
        outer = Provenance(
            self._place.provenance.exhibit, (*self._place.provenance.steps, *self._outer)
        )
        return Unread(outer.inside("file", path), reason, detail)


def read_chunks(open_file: Callable[[], Any], size: int, place: Place) -> Iterator[bytes]:
    """A file's bytes; where a block cannot be read, zeros stand for it.

    Raises:
        StopReadingError: at the end, if anything was unreadable.
    """
    failures = broken()
    try:
        file = open_file()
    except failures as error:
        raise StopReadingError(UnreadReason.DAMAGED, readable_name(reason_of(error))) from error
    if file is None:
        raise StopReadingError(UnreadReason.DAMAGED, "the file cannot be opened")
    position = lost = 0
    why = ""
    while position < size:
        place.budget.check_time()
        wanted = min(_CHUNK, size - position)
        try:
            file.seek(position)
            content = file.read(wanted)
        except failures as error:
            why = why or readable_name(reason_of(error))
            content, gone = _by_blocks(file, position, wanted, failures)
            lost += gone
        if not content:
            raise StopReadingError(
                UnreadReason.DAMAGED, f"cut short: {size - position} of {size} bytes are missing"
            )
        yield content
        position += len(content)
    if lost:
        raise StopReadingError(
            UnreadReason.DAMAGED,
            f"{lost} of {size} bytes cannot be read, zeros stand for them: {why}",
        )


def _by_blocks(
    file: Any, position: int, wanted: int, failures: tuple[type[BaseException], ...]
) -> tuple[bytes, int]:
    pieces: list[bytes] = []
    gone = 0
    for offset in range(0, wanted, _BLOCK):
        length = min(_BLOCK, wanted - offset)
        try:
            file.seek(position + offset)
            content = file.read(length)
        except failures:
            content = b""
        pieces.append(content.ljust(length, b"\0"))
        gone += length - len(content)
    return b"".join(pieces), gone


def _address(entry: Any) -> tuple[object, ...]:
    """What a folder is known by: its record's number, or its path."""
    spec = entry.path_spec
    for name in _ADDRESSES:
        number = getattr(spec, name, None)
        if number is not None:
            return (name, number)
    return ("location", getattr(spec, "location", None))


def _times(entry: Any) -> tuple[str, ...]:
    failures = broken()
    found = (
        _quiet(partial(getattr, entry, name), failures)
        for name in ("modification_time", "change_time", "creation_time")
    )
    return tuple(str(getattr(time, "timestamp", None)) for time in found)


def _quiet(ask: Callable[[], Any], failures: tuple[type[BaseException], ...]) -> Any:
    """The answer, or None where the library cannot give one."""
    try:
        return ask()
    except failures:
        return None


def group_places(superblock: bytes) -> Callable[[int], int]:
    """From the places that libfsxfs names to bytes of the volume.

    A block number of XFS has the allocation group in its high bits; libfsxfs (20260901) multiplies
    it by the block size as if groups were as long as those bits allow.
    """
    block = int.from_bytes(superblock[4:8], "big") or 1
    group_blocks = int.from_bytes(superblock[84:88], "big")
    shift = superblock[124] if len(superblock) > 124 else 0

    def place(offset: int) -> int:
        number, inside = divmod(offset, block)
        group, within = number >> shift, number & ((1 << shift) - 1)
        return (group * group_blocks + within) * block + inside

    return place
