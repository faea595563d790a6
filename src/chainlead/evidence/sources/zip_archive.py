"""ZIP archives, and everything that is one: docx, xlsx, odt, apk, jar, epub, phone extractions.

Found in: downloads, office documents, app packages, exports.
Proof: the local header or the end-of-directory record; each member's CRC-32 is checked.
Limits: encrypted members and methods other than stored, deflate, bzip2 and lzma are reported; an
archive with bytes that belong to no member, or with a comment, is searched as raw bytes too.
Spec: APPNOTE.TXT 6.3.10, PKWARE.
"""

import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator

from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.decompress import make_deflate, unpack
from chainlead.evidence.item import Unread, UnreadReason
from chainlead.evidence.naming import UniqueNames, climbs_out, readable_name
from chainlead.evidence.source import KeepRaw, Member, Piece, Place, Source
from chainlead.evidence.stream import Stream
from chainlead.model import Step

_CHUNK = 1 << 16
_LOCAL_BYTES = 30
_ENCRYPTED = 0x1
_END = b"PK\x05\x06"
_END_BYTES = 22
_DESCRIPTOR_BYTES = 24
_BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, struct.error,
    KeyError, IndexError, OverflowError, NotImplementedError,
)  # fmt: skip


class ZipArchive(Source):
    """A ZIP archive."""

    name = "zip"
    media_type = "application/zip"
    rank = 10
    replaces_raw = True

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (content is enough)
        """A first local header, or an end record within the last bytes of a program."""
        if head[:4] in {b"PK\x03\x04", _END, b"PK\x07\x08"}:
            return True
        if head[:2] not in {b"MZ", b"#!", b"\x7fE"}:
            return False
        tail = stream.read_at(max(stream.size_bytes - 66_000, 0), 66_000)
        place = tail.rfind(_END)
        return place >= 0 and len(tail) - place >= _END_BYTES

    def read(self, place: Place) -> Iterator[Piece]:
        """The members in the order of the directory."""
        try:
            archive = zipfile.ZipFile(place.stream.open())
            infos = archive.infolist()
        except _BROKEN as error:
            raise StopReadingError(UnreadReason.DAMAGED, f"no usable directory: {error}") from error
        with archive:
            if archive.comment or _has_gaps(infos, archive.start_dir, place.stream):
                yield KeepRaw()
            names = UniqueNames()
            for info in infos:
                if info.filename.endswith("/"):
                    continue
                place.budget.check_time()
                yield from _member(archive, info, names, place)


def _has_gaps(infos: list[zipfile.ZipInfo], start_dir: int, stream: Stream) -> bool:
    """Whether bytes lie before the first member, or between two, that belong to none."""
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset > end + _DESCRIPTOR_BYTES:
            return True
        lengths = stream.read_at(info.header_offset + 26, 4)
        variable = sum(struct.unpack("<HH", lengths)) if len(lengths) == 4 else 0
        end = max(end, info.header_offset + 30 + variable + info.compress_size)
    return start_dir > end + _DESCRIPTOR_BYTES


def _member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, names: UniqueNames, place: Place
) -> Iterator[Piece]:
    shown, is_second = names.claim(readable_name(info.filename))
    provenance = place.provenance.inside("zip", shown)
    if climbs_out(info.filename):
        yield Unread(
            provenance, UnreadReason.CLIMBS_OUT, "its content was searched; never unpack it"
        )
    if is_second:
        yield Unread(
            provenance, UnreadReason.DUPLICATE_NAME, "another member before it has this name"
        )
    if stat.S_ISLNK(info.external_attr >> 16) and info.create_system == 3:
        yield Unread(provenance, UnreadReason.LINK, "symbolic link inside an archive")
        return
    if info.flag_bits & _ENCRYPTED:
        yield Unread(provenance, UnreadReason.ENCRYPTED, "a password is needed")
        return
    yield Member(
        step=Step("zip", shown),
        name=info.filename.rpartition("/")[2],
        chunks=lambda: _chunks(archive, info, place.stream),
        stored_bytes=info.compress_size,
        sibling=_sibling(archive, info, place),
    )


def _chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo, stream: Stream) -> Iterator[bytes]:
    """The member's bytes; a wrong checksum is found after all of them were given."""
    checksum = 0
    for chunk in _unpacked(archive, info, stream):
        checksum = zlib.crc32(chunk, checksum)
        yield chunk
    if checksum != info.CRC:
        raise StopReadingError(UnreadReason.DAMAGED, "its checksum is wrong")


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, stream: Stream) -> Iterator[bytes]:
    if info.compress_type in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        header = stream.read_at(info.header_offset, _LOCAL_BYTES)
        if len(header) < _LOCAL_BYTES or not header.startswith(b"PK\x03\x04"):
            raise StopReadingError(UnreadReason.DAMAGED, "its local header is missing")
        start = info.header_offset + _LOCAL_BYTES + sum(struct.unpack("<HH", header[26:30]))
        part = stream.window(start, info.compress_size)
        if info.compress_type == zipfile.ZIP_STORED:
            yield from part.chunks()
        else:
            yield from unpack(part, make_deflate, several=False)
        return
    try:
        with archive.open(info) as member:
            while chunk := member.read(_CHUNK):
                yield chunk
    except NotImplementedError as error:
        raise StopReadingError(UnreadReason.UNSUPPORTED, str(error)) from error
    except RuntimeError as error:
        raise StopReadingError(UnreadReason.ENCRYPTED, "a password is needed") from error
    except _BROKEN as error:
        raise StopReadingError(UnreadReason.DAMAGED, _sentence(error)) from error


def _sentence(error: Exception) -> str:
    """The library's words without the member's name, which may hold anything."""
    words = str(error)
    if "CRC" in words:
        return "its checksum is wrong"
    if "File name in directory" in words:
        return "directory and member disagree about its name"
    return readable_name(words) or type(error).__name__


def _sibling(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, place: Place
) -> Callable[[str], Stream | None]:
    def sibling(suffix: str) -> Stream | None:
        try:
            other = archive.getinfo(info.filename + suffix)
        except KeyError:
            return None
        if other.file_size > place.budget.limits.database_bytes or other.flag_bits & _ENCRYPTED:
            return None
        try:
            content = b"".join(_chunks(archive, other, place.stream))
        except StopReadingError:
            return None
        return Stream.of_bytes(content)

    return sibling
