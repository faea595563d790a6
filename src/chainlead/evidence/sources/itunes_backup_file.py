"""Files of an iTunes or Finder backup under their own names, decrypted where a password fits.

Found in: `ab/ab…` (40 hex digits) beside the `Manifest.db` of a backup folder.
Proof: the index names the file; an encrypted file's key unwraps.
Limits: the backup must lie in a folder, not inside an archive; backups of iOS 9 and before
(`Manifest.mbdb`) are read under their hashed names. See `itunes_backup`.
Spec: see `itunes_backup`.
"""

import re
from collections.abc import Iterator

from chainlead.evidence.android_backup import decrypt_cbc
from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.item import UnreadReason
from chainlead.evidence.itunes_backup import (
    BackupFile,
    BackupLockedError,
    Keys,
    decrypt_index,
    open_keys,
    parse_index,
)
from chainlead.evidence.naming import readable_name
from chainlead.evidence.passwords import Passwords
from chainlead.evidence.source import KeepRaw, Member, Piece, Place, Source
from chainlead.evidence.stream import Stream
from chainlead.model import Step

_HASHED = re.compile(r"[0-9a-f]{40}")
_SQLITE = b"SQLite format 3\0"
_PLIST_BYTES = 16 << 20
_END_BYTES = 4096

_Index = dict[str, BackupFile]
_KEPT: dict[
    tuple[str | int | bytes | Passwords, ...],
    tuple[_Index, Keys | None] | BackupLockedError | ValueError,
] = {}
"""An index is read once for all the files of its backup; so is the failure to open it."""
_MOST_KEPT = 2


class ItunesBackupFile(Source):
    """A file of a backup, by its hashed name."""

    name = "itunes_file"
    media_type = "application/x-itunes-backup-file"
    rank = 5
    replaces_raw = True

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (the index tells)
        """The name: what the index does not know is read as it is."""
        return _HASHED.fullmatch(name) is not None

    def read(self, place: Place) -> Iterator[Piece]:
        """One member: the file under its own name."""
        try:
            index, keys = _find_index(place)
        except BackupLockedError as error:
            raise StopReadingError(UnreadReason.ENCRYPTED, f"iTunes backup: {error}") from error
        except ValueError as error:
            yield place.unread(UnreadReason.DAMAGED, f"iTunes backup: {error}")
            index, keys = {}, None
        file = index.get(place.name)
        if file is None:
            yield KeepRaw()
            yield from _as_it_is(place, self)
            return
        shown = readable_name(file.name)
        yield Member(
            step=Step("backup", shown),
            name=file.name.rpartition("/")[2],
            chunks=lambda: _content(place, file, keys),
            stored_bytes=place.stream.size_bytes,
        )


class ItunesIndex(Source):
    """The encrypted index of a backup."""

    name = "itunes_index"
    media_type = "application/x-itunes-backup-index"
    rank = 6
    replaces_raw = True

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:
        """Named as an index, whole cipher blocks, and no database in clear."""
        is_clear = head.startswith(_SQLITE) or not stream.size_bytes or stream.size_bytes % 16
        return name == "Manifest.db" and not is_clear

    def read(self, place: Place) -> Iterator[Piece]:
        """One member: the database in clear."""
        manifest = _beside(place, "Manifest.plist")
        try:
            opened = open_keys(manifest, place.passwords)
            if opened is None:
                raise StopReadingError(UnreadReason.DAMAGED, "neither encrypted nor a database")
            clear = decrypt_index(_whole(place.stream, place), *opened)
        except BackupLockedError as error:
            raise StopReadingError(UnreadReason.ENCRYPTED, f"iTunes backup: {error}") from error
        except ValueError as error:
            raise StopReadingError(UnreadReason.DAMAGED, f"iTunes backup: {error}") from error
        yield Member(
            step=Step("decrypted", "Manifest.db"),
            name="Manifest.db",
            chunks=lambda: iter((clear,)),
            stored_bytes=place.stream.size_bytes,
        )


def _content(place: Place, file: BackupFile, keys: Keys | None) -> Iterator[bytes]:
    if keys is None or not file.wrapped_key:
        yield from place.stream.chunks()
        return
    try:
        key = keys.unwrap(file.wrapped_key)
    except BackupLockedError as error:
        raise StopReadingError(UnreadReason.ENCRYPTED, f"iTunes backup: {error}") from error
    left = place.stream.size_bytes if file.size_bytes is None else file.size_bytes
    for chunk in decrypt_cbc(place.stream.chunks(), key, bytes(16)):
        yield chunk[:left]
        left -= min(left, len(chunk))


def _find_index(place: Place) -> tuple[_Index, Keys | None]:
    """The index of the backup that this file lies in; empty if it lies in none."""
    database = place.neighbour("../Manifest.db")
    if database is None:
        return {}, None
    try:
        key = _mark(place, database)
        kept = _KEPT.get(key)
        if kept is None:
            try:
                kept = _read_index(place, database)
            except (BackupLockedError, ValueError) as error:
                kept = error
            if len(_KEPT) >= _MOST_KEPT:
                _KEPT.clear()
            _KEPT[key] = kept
    finally:
        database.close()
    if isinstance(kept, Exception):
        raise type(kept)(str(kept))
    return kept


def _mark(place: Place, database: Stream) -> tuple[str | int | bytes | Passwords, ...]:
    """Tells indexes apart without reading them whole: a change of one changes its first page."""
    first = database.read_at(0, _END_BYTES)
    last = database.read_at(database.size_bytes - _END_BYTES, _END_BYTES)
    folder = "›".join(map(str, place.provenance.steps)).rpartition("/")[0]
    exhibit = place.provenance.exhibit
    return exhibit, folder.rpartition("/")[0], database.size_bytes, first, last, place.passwords


def _read_index(place: Place, database: Stream) -> tuple[_Index, Keys | None]:
    manifest = _beside(place, "../Manifest.plist")
    opened = open_keys(manifest, place.passwords) if manifest else None
    content = _whole(database, place)
    if opened is None:
        return parse_index(content), None
    keys, wrapped = opened
    return parse_index(decrypt_index(content, keys, wrapped)), keys


def _beside(place: Place, path: str) -> bytes:
    other = place.neighbour(path)
    if other is None:
        return b""
    try:
        return other.read_at(0, _PLIST_BYTES)
    finally:
        other.close()


def _whole(stream: Stream, place: Place) -> bytes:
    if stream.size_bytes > place.budget.limits.database_bytes:
        raise ValueError("the index is too large")
    return stream.read_all()


def _as_it_is(place: Place, this: Source) -> Iterator[Piece]:
    """A file that no index names: whatever another source makes of it."""
    from chainlead.evidence.walk import HEAD_BYTES, identify  # noqa: PLC0415  (it finds sources)

    head = place.stream.read_at(0, HEAD_BYTES)
    other = identify(head, place.name, place.stream, but=this.name)
    if other is not None:
        yield from other.read(place)
