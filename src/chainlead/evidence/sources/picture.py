"""Pictures: the text of QR codes and their kin, and nothing else of what a picture shows.

Found in: photos, screenshots, paper wallets, pictures in archives, mail, documents and databases.
Proof: the signature of PNG, JPEG, GIF, BMP, WebP or TIFF; a code carries its own error correction.
Limits: pixels are decoded in a locked child process without network, which returns text, format
and corners; no picture is written, shown or copied. A picture whose SHA-256 is on the
skip list is not decoded at all. HEIC, AVIF, JPEG 2000 and JPEG XL are named but not decoded; codes
split over several pictures are not joined; a code that covers little of a large photo, or that is
badly bent, may be missed. A picture without a code is read completely.
Spec: ISO/IEC 18004 (QR), 24778 (Aztec), 16022 (Data Matrix), 15438 (PDF417); PNG, JPEG/JFIF,
GIF89a, BMP (BITMAPFILEHEADER), RFC 9649 (WebP), TIFF 6.0.
"""

from collections.abc import Iterator

from chainlead.evidence.item import UnreadReason
from chainlead.evidence.picture_codes import PRELOAD, Code, look_for_codes
from chainlead.evidence.skip_list import is_on_skip_list
from chainlead.evidence.source import Piece, Place, Source
from chainlead.evidence.stream import Stream

MEDIA_TYPE = "qr-text"
_HEADS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*")
_BMP_HEADERS = frozenset({12, 16, 40, 52, 56, 64, 108, 124})
_BRANDS = {
    b"heic": "HEIC", b"heix": "HEIC", b"hevc": "HEIC", b"heim": "HEIC", b"heis": "HEIC",
    b"mif1": "HEIF", b"msf1": "HEIF", b"avif": "AVIF", b"avis": "AVIF", b"jxl ": "JPEG XL",
    b"jp2 ": "JPEG 2000",
}  # fmt: skip


class Picture(Source):
    """A picture that can be decoded."""

    name = "picture"
    media_type = "image"
    rank = 20
    risky = True
    preload = PRELOAD

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (content is enough)
        """One of the signatures."""
        return head.startswith(_HEADS) or _is_webp(head) or _is_bmp(head)

    def read(self, place: Place) -> Iterator[Piece]:
        """One item for each code; what could not be seen."""
        limits = place.budget.limits
        if place.stream.size_bytes > limits.document_bytes:
            detail = f"picture above {limits.document_bytes} bytes: not looked at for codes"
            yield place.unread(UnreadReason.TOO_LARGE, detail)
            return
        if limits.skip_hashes:
            listed = is_on_skip_list(limits.skip_hashes, place.stream.sha256())
            if listed is None:
                detail = "the list of pictures to skip cannot be read: not looked at for codes"
                yield place.unread(UnreadReason.NO_ACCESS, detail)
                return
            if listed:
                yield place.unread(UnreadReason.SKIPPED, "on the list of pictures to skip")
                return
        place.budget.check_time()
        seen = look_for_codes(place.stream.read_all())
        for code in seen.codes:
            yield place.view("qr", _row(code), code.text, MEDIA_TYPE)
        if seen.problem:
            reason, detail = seen.problem
            yield place.unread(reason, f"picture: {detail}")


class OtherPicture(Source):
    """A picture in a format whose decoder is not here."""

    name = "other_picture"
    media_type = "image"
    rank = 21

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (content is enough)
        """An ISO media file whose brand is a picture's, or a JPEG XL or JPEG 2000 box."""
        return _brand(head) in _BRANDS

    def read(self, place: Place) -> Iterator[Piece]:
        """One note."""
        brand = _BRANDS.get(_brand(place.stream.read_at(0, 32)), "unknown")
        detail = f"{brand} picture: only its raw bytes were searched, not looked at for codes"
        yield place.unread(UnreadReason.UNSUPPORTED, detail)


def _row(code: Code) -> str:
    corners = " ".join(f"{x},{y}" for x, y in code.corners)
    frame = f" frame {code.frame + 1}" if code.frame else ""
    return f"{code.kind}{frame} at {corners or 'an angle'}"


def _is_webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _is_bmp(head: bytes) -> bool:
    is_long = len(head) >= 26
    return is_long and head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADERS


def _brand(head: bytes) -> bytes:
    if head[4:8] == b"ftyp":
        return head[8:12]
    if head[:12] == b"\0\0\0\x0cJXL \r\n\x87\n":
        return b"jxl "
    return b"jp2 " if head[:12] == b"\0\0\0\x0cjP  \r\n\x87\n" else b""
