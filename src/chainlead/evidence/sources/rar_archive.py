"""RAR archives: their names, and members that are stored without compression.

Found in: downloads, mail attachments.
Proof: the signature; headers' own checksums; each stored member's CRC-32.
Limits: RAR's compression has no free description that may be built from, and its own code may not
be used here, so packed members are listed as unread, with the tool that unpacks them: unpack with
`unrar x` or `7z x` and scan the folder. Encrypted members and volumes are listed.
Spec: RAR 5.0 archive format, https://www.rarlab.com/technote.htm; TechNote.txt of RAR 3.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.item import Unread, UnreadReason
from chainlead.evidence.naming import UniqueNames, climbs_out, readable_name
from chainlead.evidence.source import KeepRaw, Member, Piece, Place, Source
from chainlead.evidence.stream import Stream
from chainlead.model import Step

_OLD = b"Rar!\x1a\x07\x00"
_NEW = b"Rar!\x1a\x07\x01\x00"
_LARGEST_HEADER = 2 << 20
_TOOL = "packed: unpack it with `unrar x` or `7z x` and scan the folder"


@dataclass(frozen=True, slots=True)
class _Entry:
    """One member, as its header says; `reason` is why it cannot be read here."""

    name: str
    start: int
    stored_bytes: int
    checksum: int | None
    reason: tuple[UnreadReason, str] | None


class RarArchive(Source):
    """A RAR archive, versions 1.5 to 7."""

    name = "rar"
    media_type = "application/vnd.rar"
    rank = 10
    replaces_raw = True

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (content is enough)
        """One of the two signatures."""
        return head.startswith((_OLD, _NEW))

    def read(self, place: Place) -> Iterator[Piece]:
        """The members in order."""
        is_new = place.stream.read_at(0, len(_NEW)) == _NEW
        names = UniqueNames()
        for entry in _new_entries(place.stream) if is_new else _old_entries(place.stream):
            place.budget.check_time()
            if entry is None:
                yield KeepRaw()
                continue
            shown, is_second = names.claim(readable_name(entry.name))
            provenance = place.provenance.inside("rar", shown)
            if climbs_out(entry.name):
                yield Unread(provenance, UnreadReason.CLIMBS_OUT, "never unpack it")
            if is_second:
                yield Unread(
                    provenance, UnreadReason.DUPLICATE_NAME, "another member has this name"
                )
            if entry.reason is not None:
                yield Unread(provenance, *entry.reason)
                continue
            yield Member(
                step=Step("rar", shown),
                name=entry.name.rpartition("/")[2],
                chunks=partial(_stored, place.stream, entry),
                stored_bytes=entry.stored_bytes,
            )


def _stored(stream: Stream, entry: _Entry) -> Iterator[bytes]:
    part = stream.window(entry.start, entry.stored_bytes)
    checksum = 0
    for chunk in part.chunks():
        checksum = zlib.crc32(chunk, checksum)
        yield chunk
    if part.size_bytes < entry.stored_bytes:
        raise StopReadingError(UnreadReason.DAMAGED, "cut short")
    if entry.checksum is not None and checksum != entry.checksum:
        raise StopReadingError(UnreadReason.DAMAGED, "its checksum is wrong")


def _damaged(position: int) -> StopReadingError:
    return StopReadingError(UnreadReason.DAMAGED, f"RAR header at byte {position} is damaged")


def _old_entries(stream: Stream) -> Iterator[_Entry | None]:
    """Members of RAR 1.5 to 4; None where bytes lie that belong to no member."""
    position = len(_OLD)
    while position < stream.size_bytes:
        fixed = stream.read_at(position, 7)
        if len(fixed) < 7:
            raise _damaged(position)
        checksum, kind, flags, size = struct.unpack("<HBHH", fixed)
        header = stream.read_at(position, size)
        if size < 7 or len(header) < size or zlib.crc32(header[2:]) & 0xFFFF != checksum:
            raise _damaged(position)
        extra = 0
        if flags & 0x8000 and size >= 11:
            extra = struct.unpack_from("<I", header, 7)[0]
        if kind == 0x73 and flags & 0x80:
            raise StopReadingError(
                UnreadReason.ENCRYPTED, "a password is needed, even for its names"
            )
        if kind == 0x7B:
            if stream.read_at(position + size + extra, 1):
                yield None
            return
        if kind == 0x74:
            if size < 32:
                raise _damaged(position)
            extra, entry = _old_file(header, flags, position + size, extra)
            if entry is not None:
                yield entry
        elif kind not in {0x73, 0x7A}:
            yield None
        position += size + extra


def _old_file(header: bytes, flags: int, start: int, packed: int) -> tuple[int, _Entry | None]:
    unpacked, _, checksum, _, version, method, name_size, attributes = struct.unpack_from(
        "<IBIIBBHI", header, 11
    )
    offset = 32
    if flags & 0x100:
        if len(header) < 40:
            raise _damaged(start)
        high_packed, high_unpacked = struct.unpack_from("<II", header, 32)
        packed |= high_packed << 32
        unpacked |= high_unpacked << 32
        offset = 40
    raw = header[offset : offset + name_size]
    if flags & 0xE0 == 0xE0 or (version < 20 and attributes & 0x10):
        return packed, None  # a folder
    plain, _, _coded = raw.partition(b"\0")
    name = plain.decode("utf-8", "surrogateescape").replace("\\", "/")
    reason: tuple[UnreadReason, str] | None = None
    if flags & 4:
        reason = UnreadReason.ENCRYPTED, "a password is needed"
    elif flags & 3:
        reason = UnreadReason.UNSUPPORTED, f"goes on in another volume; {_TOOL}"
    elif unpacked == 0:
        reason = UnreadReason.EMPTY, "0 bytes"
    elif method != 0x30:
        reason = UnreadReason.UNSUPPORTED, _TOOL
    return packed, _Entry(name, start, packed, checksum, reason)


class _Fields:
    """Reads the variable-length numbers of RAR 5."""

    def __init__(self, content: bytes, at: int = 0) -> None:
        self.content = content
        self.at = at

    def number(self) -> int:
        value = 0
        for shift in range(0, 70, 7):
            if self.at >= len(self.content):
                raise IndexError("number is cut")
            byte = self.content[self.at]
            self.at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
        raise IndexError("number is too long")

    def take(self, size: int) -> bytes:
        piece = self.content[self.at : self.at + size]
        if len(piece) < size:
            raise IndexError("field is cut")
        self.at += size
        return piece


def _new_entries(stream: Stream) -> Iterator[_Entry | None]:
    """Members of RAR 5 and later; None where bytes lie that belong to no member."""
    position = len(_NEW)
    while position < stream.size_bytes:
        fixed = stream.read_at(position, 16)
        try:
            fields = _Fields(fixed, 4)
            size = fields.number()
            if size > _LARGEST_HEADER:
                raise _damaged(position)
            header = stream.read_at(position + 4, fields.at - 4 + size)
            if zlib.crc32(header) != int.from_bytes(fixed[:4], "little"):
                raise _damaged(position)
            inner = _Fields(header, fields.at - 4)
            kind, flags = inner.number(), inner.number()
            extra = inner.number() if flags & 1 else 0
            data = inner.number() if flags & 2 else 0
            start = position + 4 + len(header)
            if kind == 4:
                raise StopReadingError(
                    UnreadReason.ENCRYPTED, "a password is needed, even for its names"
                )
            if kind == 5:
                if stream.read_at(start + data, 1):
                    yield None
                return
            if kind in {2, 3}:
                entry = _new_file(inner, header, extra, flags, start, data, is_service=kind == 3)
                if entry is not None:
                    yield entry
        except IndexError as error:
            raise _damaged(position) from error
        position = start + data


def _new_file(  # noqa: PLR0917  (the fields of a header)
    fields: _Fields,
    header: bytes,
    extra: int,
    flags: int,
    start: int,
    data: int,
    *,
    is_service: bool,
) -> _Entry | None:
    file_flags = fields.number()
    unpacked = fields.number()
    fields.number()  # attributes
    if file_flags & 2:
        fields.take(4)  # time
    checksum = int.from_bytes(fields.take(4), "little") if file_flags & 4 else None
    compression = fields.number()
    fields.number()  # system
    name = fields.take(fields.number()).decode("utf-8", "surrogateescape")
    if file_flags & 1 or (is_service and name != "CMT"):
        return None
    encrypted, link = _extras(header[len(header) - extra :] if extra else b"")
    reason: tuple[UnreadReason, str] | None = None
    if encrypted:
        reason = UnreadReason.ENCRYPTED, "a password is needed"
    elif link:
        reason = UnreadReason.LINK, "link inside an archive"
    elif flags & 0x18:
        reason = UnreadReason.UNSUPPORTED, f"goes on in another volume; {_TOOL}"
    elif unpacked == 0 and data == 0:
        reason = UnreadReason.EMPTY, "0 bytes"
    elif compression >> 7 & 7:
        reason = UnreadReason.UNSUPPORTED, _TOOL
    shown = "(archive comment)" if is_service else name
    return _Entry(shown, start, data, None if encrypted else checksum, reason)


def _extras(content: bytes) -> tuple[bool, bool]:
    """Whether the extra records speak of encryption, and of a link."""
    fields = _Fields(content)
    kinds = set()
    while fields.at < len(content):
        end = fields.number() + fields.at
        kinds.add(fields.number())
        if end <= fields.at:
            break
        fields.at = end
    return 1 in kinds, 5 in kinds
