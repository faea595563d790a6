"""Goes through partitions, encrypted volumes and volume managers down to the file systems.

Found in: disk images.
Proof: the structures that dfVFS's readers check: GPT, MBR, APM, LVM2, BitLocker, LUKS, CoreStorage
(FileVault 2), APFS containers, volume shadow copies.
Limits: passwords are tried as given and never guessed; RAID, Storage Spaces, ZFS, Btrfs, ReFS and
VMFS are searched as bytes; a shadow copy gives only what differs from the volume of today and from
newer copies (path, record, size, times and place on the volume).
"""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any

from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.images.backend import add_root, broken, load, new_spec, reason_of, resolver
from chainlead.evidence.images.deleted import DeletedFiles
from chainlead.evidence.images.file_tree import FileTree
from chainlead.evidence.images.luks2 import MAGIC, Luks2Volume
from chainlead.evidence.images.media import Media
from chainlead.evidence.images.rest import read_rest
from chainlead.evidence.images.spans import Spans
from chainlead.evidence.item import Item, Unread, UnreadReason
from chainlead.evidence.naming import readable_name
from chainlead.evidence.source import Piece, Place
from chainlead.model import Provenance, Step

_DEEPEST = 8
_ALIGNED = 4096
_ENCRYPTED = {"BDE": "BitLocker", "LUKSDE": "LUKS"}
_PARTITIONED = frozenset({"GPT", "TSK_PARTITION", "APM"})
_WHAT_OPENS = {
    "BitLocker": "its password or 48-digit recovery key",
    "LUKS": "one of its passphrases",
    "FileVault": "the password of a user of that Mac, or its recovery key",
}
_TSK_DELETED = frozenset({"NTFS", "FAT", "EXT", "TSK"})
OUTSIDE_FILES = "outside files"
OUTSIDE_PARTITIONS = "outside partitions"
STRUCTURES = "structures"
FREE = "unallocated"


@dataclass(frozen=True, slots=True)
class _Volume:
    """A run of bytes that may hold a volume system or a file system."""

    spec: Any
    outer: tuple[Step, ...]
    depth: int = 0
    known: frozenset[tuple[object, ...]] = frozenset()


class VolumeWalk:
    """One journey through one disk."""

    def __init__(self, place: Place, context: Any, image_step: Step) -> None:
        """Prepare; `image_step` names the container."""
        self._place = place
        self._context = context
        self._image = image_step
        self._scanner = load("dfvfs.helpers.source_scanner").SourceScanner(resolver_context=context)
        self._resolver = resolver()
        self._broken = broken()
        self._unlocked: list[Any] = []
        self._at_the_end: list[Callable[[], Iterator[Piece]]] = []
        self._sha256 = place.stream.sha256()

    def pieces(self, root: Any) -> Iterator[Piece]:
        """Everything on the disk; deleted files last, as their reader is the first to stumble."""
        yield from self._visit(_Volume(root, (self._image,)))
        for read in self._at_the_end:
            yield from read()

    def _visit(self, volume: _Volume) -> Iterator[Piece]:
        if volume.depth > _DEEPEST:
            yield self._unread(volume.outer, UnreadReason.TOO_DEEP, "volumes in volumes")
            return
        if self._begins_with(volume.spec, MAGIC):
            yield from self._luks2(volume)
            return
        try:
            system = self._scanner.ScanForVolumeSystem(volume.spec)
        except self._broken as error:
            yield self._damaged(volume.outer, "looking for partitions", error)
            system = None
        kind = system.type_indicator if system is not None else ""
        if kind in _PARTITIONED:
            yield from self._partitions(volume, system)
        elif kind in _ENCRYPTED:
            yield from self._encrypted(volume, system, _ENCRYPTED[kind])
        elif kind == "VSHADOW":
            yield from self._shadows(volume, system)
        elif kind in {"LVM", "CS"}:
            yield from self._managed(volume, system, kind)
        elif kind == "APFS_CONTAINER":
            yield from self._apfs(volume, system)
        else:
            yield from self._plain(volume)

    def _open(self, spec: Any) -> Any:
        return self._resolver.OpenFileObject(spec, resolver_context=self._context)

    def _entries(self, system: Any) -> list[Any]:
        """The volumes of a volume system: those that have a name."""
        entry = self._resolver.OpenFileEntry(system, resolver_context=self._context)
        if entry is None:
            return []
        return [sub for sub in entry.sub_file_entries if getattr(sub.path_spec, "location", None)]

    def _partitions(self, volume: _Volume, system: Any) -> Iterator[Piece]:
        taken = Spans()
        found: list[tuple[int, str, Any]] = []
        try:
            for sub in self._entries(system):
                offset = self._partition_offset(sub)
                found.append((offset, sub.path_spec.location.strip("/"), sub.path_spec))
        except self._broken as error:
            yield self._damaged(volume.outer, "partition table", error)
        seen: set[tuple[int, int]] = set()
        for offset, name, spec in sorted(found, key=lambda part: (part[0], part[1])):
            outer = (*volume.outer, Step("partition", f"{name} offset {offset}"))
            try:
                size = self._open(spec).get_size()
            except self._broken as error:
                yield self._damaged(outer, "partition", error)
                continue
            if (offset, size) in seen:
                continue
            seen.add((offset, size))
            taken.add(offset, offset + size)
            yield from self._visit(_Volume(spec, outer, volume.depth + 1))
        yield from self._rest(volume, taken, FREE, OUTSIDE_PARTITIONS)

    def _partition_offset(self, entry: Any) -> int:
        offset = getattr(entry.path_spec, "start_offset", None)
        if offset is None:
            system = entry.GetFileSystem()
            kind = "GPT" if system.type_indicator == "GPT" else "APM"
            offset = getattr(system, f"Get{kind}PartitionByPathSpec")(entry.path_spec).volume_offset
        return int(offset)

    def _encrypted(self, volume: _Volume, system: Any, name: str) -> Iterator[Piece]:
        outer = (*volume.outer, Step("volume", name))
        try:
            is_open = self._unlock(system)
        except self._broken as error:
            yield self._damaged(outer, name, error)
            is_open = False
        if is_open:
            try:
                inner = self._aligned(system, str(Provenance("", outer)))
            except self._broken as error:
                yield self._damaged(outer, name, error)
                return
            yield from self._visit(_Volume(inner, outer, volume.depth + 1))
            return
        yield self._locked(outer, name)
        yield from self._rest(volume, Spans(), FREE, f"{name} volume, still encrypted")

    def _begins_with(self, spec: Any, magic: bytes) -> bool:
        try:
            source = self._open(spec)
            source.seek(0)
            return bool(source.read(len(magic)) == magic)
        except self._broken:
            return False

    def _luks2(self, volume: _Volume) -> Iterator[Piece]:
        outer = (*volume.outer, Step("volume", "LUKS"))
        clear: Media | None = None
        try:
            locked = Luks2Volume(self._as_media(self._open(volume.spec)))
            for word in self._place.passwords:
                clear = locked.open(word, self._place.budget.check_time)
                if clear is not None:
                    break
        except self._broken as error:
            yield self._damaged(outer, "LUKS", error)
        except StopReadingError as error:
            if error.everything:
                raise
            yield self._unread(outer, error.reason, error.detail)
        if clear is None:
            yield self._locked(outer, "LUKS")
            yield from self._rest(volume, Spans(), FREE, "LUKS volume, still encrypted")
            return
        self._unlocked.append(clear)
        inner = add_root(clear, f"{len(self._unlocked)} {Provenance('', outer)}", self._context)
        yield from self._visit(_Volume(inner, outer, volume.depth + 1))

    def _as_media(self, source: Any) -> Media:
        def read_at(offset: int, length: int) -> bytes:
            source.seek(offset)
            content: bytes = source.read(length)
            return content

        return Media(read_at, source.get_size(), source)

    def _aligned(self, spec: Any, name: str) -> Any:
        """The volume, read in whole blocks only: libluksde gives wrong bytes for anything else."""
        source = self._open(spec)

        def read_at(offset: int, length: int) -> bytes:
            start = offset // _ALIGNED * _ALIGNED
            end = min(-(-(offset + length) // _ALIGNED) * _ALIGNED, media.size_bytes)
            source.seek(start)
            content: bytes = source.read(end - start)
            return content[offset - start : offset - start + length]

        media = Media(read_at, source.get_size(), source)
        self._unlocked.append(media)
        return add_root(media, f"{len(self._unlocked)} {name}", self._context)

    def _unlock(self, spec: Any) -> bool:
        """Whether the volume opens, without a password or with one that was given."""
        if self._opens(spec, "", ""):
            return True
        for word in self._place.passwords:
            self._place.budget.check_time()
            for kind in self._credentials(spec):
                if self._opens(spec, kind, word):
                    return True
        return False

    def _opens(self, spec: Any, kind: str, word: str) -> bool:
        """One attempt on a fresh volume object: libluksde takes no second one on the same.

        What opened it stays with dfVFS, which opens it again, until the image is done.
        """
        if kind:
            self._resolver.key_chain.SetCredential(spec, kind, word)
        try:
            entry = self._resolver.OpenFileEntry(spec, resolver_context=self._context)
            if entry is None or (entry.IsLocked() and not entry.Unlock()):
                return False
        except self._broken:
            if not kind:
                raise
            return False  # not its form of password
        self._unlocked.append(entry)
        return True

    def _credentials(self, spec: Any) -> tuple[str, ...]:
        manager = load("dfvfs.credentials.manager").CredentialsManager
        known = manager.GetCredentials(spec).CREDENTIALS
        return tuple(kind for kind in ("password", "recovery_password") if kind in known)

    def _locked(self, outer: tuple[Step, ...], name: str) -> Unread:
        count = len(self._place.passwords)
        tried = f"none of the {count} given passwords opens it; " if count else ""
        return self._unread(
            outer,
            UnreadReason.ENCRYPTED,
            f"{name} volume: {tried}{_WHAT_OPENS[name]} opens it: scan again with it in the file of passwords",
        )

    def _managed(self, volume: _Volume, system: Any, kind: str) -> Iterator[Piece]:
        """LVM and CoreStorage: volumes whose pieces are scattered over a partition."""
        opened = 0
        try:
            subs = self._entries(system)
        except self._broken as error:
            yield self._damaged(volume.outer, kind, error)
            subs = []
        for sub in sorted(subs, key=lambda entry: str(entry.path_spec.location)):
            name = readable_name(sub.path_spec.location.strip("/"))
            word = "LVM" if kind == "LVM" else "CoreStorage"
            outer = (*volume.outer, Step("volume", f"{word} {name}"))
            try:
                is_open = not sub.IsLocked() or self._unlock(sub.path_spec)
            except self._broken as error:
                yield self._damaged(outer, word, error)
                continue
            if not is_open:
                yield self._locked(outer, "FileVault")
                continue
            opened += 1
            yield from self._visit(_Volume(sub.path_spec, outer, volume.depth + 1))
        yield from self._rest(volume, Spans(), STRUCTURES if opened else FREE, "whole volume group")

    def _apfs(self, volume: _Volume, system: Any) -> Iterator[Piece]:
        taken = Spans()
        is_mapped = True
        try:
            subs = self._entries(system)
        except self._broken as error:
            yield self._damaged(volume.outer, "APFS container", error)
            subs = []
        for sub in sorted(subs, key=lambda entry: str(entry.path_spec.location)):
            try:
                name = sub.GetAPFSVolume().name or ""
            except self._broken:
                name = ""
            label = readable_name(f"{sub.path_spec.location.strip('/')} {name}".strip())
            outer = (*volume.outer, Step("volume", f"APFS {label}"))
            try:
                is_open = not sub.IsLocked() or self._unlock(sub.path_spec)
            except self._broken as error:
                yield self._damaged(outer, "APFS volume", error)
                continue
            if not is_open:
                yield self._locked(outer, "FileVault")
                continue
            spec = new_spec("APFS", location="/", parent=sub.path_spec)
            tree = yield from self._files(spec, outer, volume.known, volume.spec)
            if tree is not None:
                is_mapped = is_mapped and tree.state.is_mapped
                for start, end in tree.state.taken.merged():
                    taken.add(start, end)
        yield from self._rest(volume, taken, FREE if is_mapped else STRUCTURES, OUTSIDE_FILES)

    def _shadows(self, volume: _Volume, system: Any) -> Iterator[Piece]:
        known = set(volume.known)
        yield from self._plain(volume, known)
        try:
            subs = self._entries(system)
        except self._broken as error:
            yield self._damaged(volume.outer, "volume shadow copies", error)
            return
        for sub in reversed(subs):  # newest first, so that each older one gives only what differs
            outer = (*volume.outer, Step("shadow", sub.path_spec.location.strip("/")))
            try:
                spec = self._scanner.ScanForFileSystem(sub.path_spec)
            except self._broken as error:
                yield self._damaged(outer, "shadow copy", error)
                continue
            if spec is None:
                yield self._unread(outer, UnreadReason.DAMAGED, "shadow copy: no file system")
                continue
            tree = yield from self._files(spec, outer, frozenset(known), sub.path_spec)
            if tree is not None:
                known |= tree.state.known

    def _plain(
        self, volume: _Volume, known: set[tuple[object, ...]] | None = None
    ) -> Iterator[Piece]:
        """A file system, or nothing that has a name."""
        try:
            spec = self._scanner.ScanForFileSystem(volume.spec)
        except self._broken as error:
            yield self._damaged(volume.outer, "looking for a file system", error)
            spec = None
        if spec is None:
            yield from self._rest(volume, Spans(), FREE, "no file system found")
            return
        outer = (*volume.outer, Step("volume", self._name_of(spec)))
        inner = _Volume(volume.spec, outer, volume.depth)
        tree = yield from self._files(spec, outer, volume.known, volume.spec)
        if tree is None:
            yield from self._rest(inner, Spans(), FREE, "file system that cannot be read")
            return
        state = tree.state
        if known is not None:
            known |= state.known
        taken = Spans(state.taken.merged())
        if spec.type_indicator in _TSK_DELETED:
            self._at_the_end.append(lambda: self._deleted(volume.spec, outer, taken))
        if not state.is_mapped:
            yield from self._rest(inner, taken, STRUCTURES, OUTSIDE_FILES)
            return
        own = Spans(state.own.merged())
        free = Spans((*taken.merged(), *own.merged()))
        yield from self._rest(inner, free, FREE, OUTSIDE_FILES)
        if own.merged():
            size = self._open(volume.spec).get_size()
            others = Spans((*taken.merged(), *own.gaps(0, size)))
            yield from self._rest(inner, others, STRUCTURES, "file system's own files")

    def _name_of(self, spec: Any) -> str:
        name: str = spec.type_indicator
        if name != "TSK":
            return {"EXT": "ext", "HFS": "HFS+"}.get(name, name)
        try:
            system = self._resolver.OpenFileSystem(spec, resolver_context=self._context)
            kind = int(system.GetFsInfo().info.ftype)
        except self._broken:
            return "TSK"
        names = {"ISO9660": "ISO 9660", "EXFAT": "exFAT", "UFS": "UFS"}
        tsk = load("pytsk3")
        return next(
            (
                shown
                for known, shown in names.items()
                if kind & int(getattr(tsk, f"TSK_FS_TYPE_{known}", 0))
            ),
            "TSK",
        )

    def _files(
        self,
        spec: Any,
        outer: tuple[Step, ...],
        known: frozenset[tuple[object, ...]],
        volume: Any,
    ) -> Generator[Piece, None, FileTree | None]:
        """The files of a file system; gives its tree, or None if it cannot be opened."""
        try:
            read_volume = self._as_media(self._open(volume)).read_at
            system = self._resolver.OpenFileSystem(spec, resolver_context=self._context)
            tree = FileTree(system, self._place, outer, read_volume)
            yield from tree.files(known=known)
        except self._broken as error:
            yield self._damaged(outer, "file system", error)
            return None
        except StopReadingError as error:
            if error.everything:
                raise
            yield self._unread(outer, error.reason, error.detail)
            return None
        return tree

    def _deleted(self, spec: Any, outer: tuple[Step, ...], alive: Spans) -> Iterator[Piece]:
        """The deleted files; their bytes were searched as free space already."""
        try:
            tsk = new_spec("TSK", location="/", parent=spec)
            system = self._resolver.OpenFileSystem(tsk, resolver_context=self._context)
            yield from DeletedFiles(system.GetFsInfo(), self._place, outer, alive).files()
        except self._broken as error:
            yield self._damaged(outer, "list of deleted files", error)

    def _rest(self, volume: _Volume, taken: Spans, kind: str, name: str) -> Iterator[Item | Unread]:
        provenance = self._provenance((*volume.outer, Step(kind, name)))
        if not self._place.is_wanted(provenance.steps):
            return
        try:
            source = self._open(volume.spec)
            size = source.get_size()
        except self._broken as error:
            yield self._damaged(volume.outer, "volume", error)
            return
        lost: list[str] = []

        def read_at(offset: int, length: int) -> bytes:
            try:
                source.seek(offset)
                content: bytes = source.read(length)
            except self._broken as error:
                lost.append(readable_name(reason_of(error)))
                raise OSError from error
            return content

        media = Media(read_at, size, source)
        yield from read_rest(
            media.read_at, size, taken, provenance,
            image_sha256=self._sha256, budget=self._place.budget,
        )  # fmt: skip
        if lost:
            yield Unread(
                provenance, UnreadReason.DAMAGED, f"{len(lost)} blocks cannot be read: {lost[0]}"
            )

    def _provenance(self, steps: tuple[Step, ...]) -> Provenance:
        own = self._place.provenance
        return Provenance(own.exhibit, (*own.steps, *steps))

    def _unread(self, steps: tuple[Step, ...], reason: UnreadReason, detail: str) -> Unread:
        return Unread(self._provenance(steps), reason, detail)

    def _damaged(self, steps: tuple[Step, ...], what: str, error: BaseException) -> Unread:
        detail = f"{what}: {readable_name(reason_of(error))}"
        return self._unread(steps, UnreadReason.DAMAGED, detail)
