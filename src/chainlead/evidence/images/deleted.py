"""Files that were deleted and whose records The Sleuth Kit still lists.

Found in: NTFS, FAT, exFAT, ext2-4, HFS+, UFS volumes.
Proof: the record is there and says where the bytes were; whether they are still the same bytes
nobody can say, so the step is `deleted` and not `file`.
Limits: ext3 and ext4 erase the places on deletion; a file whose every cluster belongs to another
file by now is left out; FAT's clusters are guessed to lie in one run.
"""

from collections.abc import Iterator
from typing import Any

from chainlead.evidence.images.backend import broken, load
from chainlead.evidence.images.file_tree import read_chunks
from chainlead.evidence.images.spans import Span, Spans
from chainlead.evidence.naming import UniqueNames, readable_name
from chainlead.evidence.source import Member, Place
from chainlead.model import Step

_DEEPEST = 128


class DeletedFiles:
    """The deleted files of one volume."""

    def __init__(self, info: Any, place: Place, outer: tuple[Step, ...], alive: Spans) -> None:
        """Look at a volume that pytsk3 opened; `alive` is where the files that exist lie."""
        self._info = info
        self._place = place
        self._outer = outer
        self._alive = alive
        self._names = UniqueNames()
        self._tsk = load("pytsk3")
        self._broken = broken()

    def files(self) -> Iterator[Member]:
        """Each deleted file that still has bytes of its own, in order of path."""
        root = int(self._info.info.root_inum)
        seen, read = {root}, set[tuple[int, int]]()
        waiting: list[tuple[str, int, int]] = [("", root, 0)]
        while waiting:
            path, inode, depth = waiting.pop()
            self._place.budget.check_time()
            inner: list[tuple[str, int, int]] = []
            for name, listed in self._entries(inode):
                entry = self._with_record(listed)
                if entry is None:
                    continue
                meta = entry.info.meta
                below = f"{path}/{name}" if path else name
                address = int(meta.addr)
                if int(meta.type) == int(self._tsk.TSK_FS_META_TYPE_DIR) or name == "$OrphanFiles":
                    if address not in seen and depth < _DEEPEST:
                        seen.add(address)
                        inner.append((below, address, depth + 1))
                elif self._is_deleted(entry) and (address, int(meta.seq)) not in read:
                    read.add((address, int(meta.seq)))
                    yield from self._streams(below, entry)
            waiting.extend(reversed(inner))

    def _entries(self, inode: int) -> list[tuple[str, Any]]:
        found: list[tuple[str, Any]] = []
        try:
            for entry in self._info.open_dir(inode=inode):
                if entry.info.name is None:
                    continue
                name = readable_name(entry.info.name.name.decode("utf-8", "surrogateescape"))
                if name not in {".", ".."}:
                    found.append((name, entry))
        except self._broken:
            pass  # what was listed before the damage counts
        return sorted(found, key=lambda pair: (pair[0], int(pair[1].info.name.meta_addr)))

    def _with_record(self, entry: Any) -> Any:
        """The entry with its record, which NTFS folders leave out for what was deleted."""
        if entry.info.meta is not None:
            return entry
        try:
            opened = self._info.open_meta(inode=int(entry.info.name.meta_addr))
        except self._broken:
            return None
        return opened if opened.info.meta is not None else None

    def _is_deleted(self, entry: Any) -> bool:
        flags = int(entry.info.meta.flags)
        return bool(flags & int(self._tsk.TSK_FS_META_FLAG_UNALLOC)) and int(
            entry.info.meta.type
        ) == int(self._tsk.TSK_FS_META_TYPE_REG)

    def _streams(self, path: str, entry: Any) -> Iterator[Member]:
        kinds = {
            int(getattr(self._tsk, f"TSK_FS_ATTR_TYPE_{name}"))
            for name in ("DEFAULT", "NTFS_DATA", "HFS_DATA", "HFS_RSRC")
        }
        try:
            attributes = [a for a in entry if int(a.info.type) in kinds and int(a.info.size) > 0]
        except self._broken:
            return
        for attribute in attributes:
            size = int(attribute.info.size)
            spans = self._spans(attribute, size)
            if spans and all(self._alive.covers(start, end) for start, end in spans):
                continue
            name = attribute.info.name
            stream = readable_name(name.decode("utf-8", "surrogateescape")) if name else ""
            shown, _ = self._names.claim(f"{path}:{stream}" if stream else path)
            yield Member(
                step=Step("deleted", shown),
                name=shown.rpartition("/")[2],
                chunks=lambda a=attribute, n=size: read_chunks(  # type: ignore[misc]  # bound now
                    lambda: _Attribute(entry, a, n), n, self._place
                ),
                stored_bytes=size,
                outer=self._outer,
            )

    def _spans(self, attribute: Any, size: int) -> list[Span]:
        """Where the stream's bytes lay."""
        block = int(self._info.info.block_size)
        skipped = int(self._tsk.TSK_FS_ATTR_RUN_FLAG_SPARSE) | int(
            self._tsk.TSK_FS_ATTR_RUN_FLAG_FILLER
        )
        left = min(size, self._place.budget.limits.member_bytes)
        spans: list[Span] = []
        try:
            for run in attribute:
                length = int(run.len) * block
                if left > 0 and not int(run.flags) & skipped:
                    start = int(run.addr) * block
                    spans.append((start, start + min(length, left)))
                left -= length
        except self._broken:
            pass  # the runs before the damage count
        return spans


class _Attribute:
    """A deleted file's stream with the face of a file."""

    def __init__(self, entry: Any, attribute: Any, size: int) -> None:
        self._entry = entry
        self._attribute = attribute
        self._size = size
        self._position = 0

    def seek(self, offset: int) -> None:
        self._position = offset

    def read(self, length: int) -> bytes:
        length = min(length, self._size - self._position)
        if length <= 0:
            return b""
        content: bytes = self._entry.read_random(
            self._position, length, self._attribute.info.type, self._attribute.info.id
        )
        return content
