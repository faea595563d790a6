"""An archive behind something else: a self-extracting program, a picture or a PDF with a ZIP at its end.

Found in: installers and "portable" wallets (7-Zip, RAR), and files that hide an archive in a picture.
Proof: ZIP by its directory, 7z by the CRC-32 of its start header, RAR by its first header block.
Limits: the first archive of a file only; 7z and RAR are looked for in its first 64 MiB. Both halves are
read: the whole as the picture or document that it begins as, and the archive. What a PDF holds before its
own end is its attachment, which is read as such.
Spec: APPNOTE.TXT 6.3.10; 7zFormat.txt; RAR 4.x and 5.0 archive format.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator

from chainlead.evidence.source import Member, Piece, Place, Source
from chainlead.evidence.stream import Stream
from chainlead.model import Step

_CARRIERS = (
    b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"%PDF-", b"MZ", b"\x7fELF", b"RIFF",
    b"ID3", b"#!", b"Cr24",
)  # fmt: skip
_END = b"PK\x05\x06"
_END_BYTES = 22
_TAIL_BYTES = 66_000
_SEVEN = b"7z\xbc\xaf\x27\x1c"
_SEVEN_BYTES = 32
_RAR = b"Rar!\x1a\x07"
_RAR_MAIN = 0x73
_SEARCHED_BYTES = 64 << 20
_CHUNK = 1 << 20
_BROKEN = (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error)


class AppendedArchive(Source):
    """Something with an archive behind it."""

    name = "appended"
    media_type = "application/octet-stream; with=archive"
    rank = 19  # before pictures and PDF, which would not look behind their own end

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (content is enough)
        """The head of a program, picture or document, and an archive somewhere behind it."""
        is_carrier = head.startswith(_CARRIERS) or head[4:8] == b"ftyp"
        return is_carrier and _start_of_archive(stream) > 0

    def read(self, place: Place) -> Iterator[Piece]:
        """What it is without the archive, as a whole, and the archive."""
        from chainlead.evidence.walk import HEAD_BYTES, identify  # noqa: PLC0415  (it imports sources)

        stream = place.stream
        carrier = identify(stream.read_at(0, HEAD_BYTES), place.name, stream, but=self.name)
        if carrier is not None:
            yield _span(place, 0, place.name, carrier.name)
        yield _span(place, _start_of_archive(stream), "", "")


def _span(place: Place, start: int, name: str, source_name: str) -> Member:
    length = place.stream.size_bytes - start
    return Member(
        Step("span", f"@{start}+{length}"),
        name,
        place.stream.window(start, length).chunks,
        length,
        is_searched=True,
        source_name=source_name,
    )


def _start_of_archive(stream: Stream) -> int:
    """Where it begins; 0 if there is none."""
    found = [place for place in (_zip_start(stream), *_signed_starts(stream)) if place > 0]
    start = min(found, default=0)
    return 0 if start < _end_of_pdf(stream) and not _is_zip_to_the_end(stream) else start


def _end_of_pdf(stream: Stream) -> int:
    """Where the last part of a PDF begins, as far as it is near the end of the file; 0 if it is none."""
    if stream.read_at(0, 5) != b"%PDF-":
        return 0
    begin = max(stream.size_bytes - _TAIL_BYTES, 0)
    place = stream.read_at(begin, _TAIL_BYTES).rfind(b"startxref")
    return begin + place if place >= 0 else 0


def _is_zip_to_the_end(stream: Stream) -> bool:
    tail = stream.read_at(max(stream.size_bytes - _TAIL_BYTES, 0), _TAIL_BYTES)
    end = tail[place : place + _END_BYTES] if (place := tail.rfind(_END)) >= 0 else b""
    if len(end) < _END_BYTES:
        return False
    comment_bytes = int.from_bytes(end[20:22], "little")
    return place + _END_BYTES + comment_bytes >= len(tail)


def _zip_start(stream: Stream) -> int:
    tail = stream.read_at(max(stream.size_bytes - _TAIL_BYTES, 0), _TAIL_BYTES)
    place = tail.rfind(_END)
    if place < 0 or len(tail) - place < _END_BYTES:
        return 0
    try:
        with zipfile.ZipFile(stream.open()) as archive:
            return min((info.header_offset for info in archive.infolist()), default=0)
    except _BROKEN:
        return 0


def _signed_starts(stream: Stream) -> Iterator[int]:
    overlap = _SEVEN_BYTES + 64
    for begin in range(0, min(stream.size_bytes, _SEARCHED_BYTES), _CHUNK):
        piece = stream.read_at(begin, _CHUNK + overlap)
        for signature, is_true in ((_SEVEN, _is_seven), (_RAR, _is_rar)):
            place = piece.find(signature)
            while 0 <= place < _CHUNK:
                if is_true(piece[place : place + overlap]):
                    yield begin + place
                    return
                place = piece.find(signature, place + 1)


def _is_seven(head: bytes) -> bool:
    return len(head) >= _SEVEN_BYTES and zlib.crc32(head[12:32]) == int.from_bytes(
        head[8:12], "little"
    )


def _is_rar(head: bytes) -> bool:
    if head[6:7] == b"\0":  # 4.x: the archive header, of 13 bytes, and the CRC of it
        crc = zlib.crc32(head[9:20]) & 0xFFFF
        return (
            len(head) >= 20 and head[9] == _RAR_MAIN and crc == int.from_bytes(head[7:9], "little")
        )
    if head[6:8] != b"\x01\0" or len(head) < 16 or head[12] >= 0x80:
        return False
    header = head[12 : 13 + head[12]]
    return len(header) == 1 + head[12] and zlib.crc32(header) == int.from_bytes(
        head[8:12], "little"
    )
