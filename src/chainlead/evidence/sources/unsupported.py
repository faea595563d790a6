"""Formats that hide their content (compressed, encrypted, scattered) and have no reader here yet.

Found in: anywhere. Their raw bytes are searched like any others, and the report says that the
content behind them was not.
Proof: the format's signature.
Limits: formats without a signature (TrueCrypt, encrypted databases) cannot be told from noise.
Spec: the signature tables of the formats' makers; PRONOM.
"""

from collections.abc import Iterator

from chainlead.evidence.item import UnreadReason
from chainlead.evidence.source import Piece, Place, Source
from chainlead.evidence.stream import Stream

_HEADS: tuple[tuple[bytes, str, UnreadReason], ...] = (
    (b"MSCF\0\0\0\0", "Microsoft cabinet", UnreadReason.UNSUPPORTED),
    (b"\x1f\x9d", "Unix compress", UnreadReason.UNSUPPORTED),
    (b"LZIP\x01", "lzip", UnreadReason.UNSUPPORTED),
    (b"EVF\x09\x0d\x0a\xff\0", "EnCase image (E01)", UnreadReason.UNSUPPORTED),
    (b"LVF\x09\x0d\x0a\xff\0", "EnCase logical image (L01)", UnreadReason.UNSUPPORTED),
    (b"EVF2\r\n\x81", "EnCase image (Ex01)", UnreadReason.UNSUPPORTED),
    (b"ADSEGMENTEDFILE", "AccessData image (AD1)", UnreadReason.UNSUPPORTED),
    (b"QFI\xfb", "QEMU disk image", UnreadReason.UNSUPPORTED),
    (b"KDMV", "VMware disk image", UnreadReason.UNSUPPORTED),
    (b"vhdxfile", "Hyper-V disk image", UnreadReason.UNSUPPORTED),
    (b"LUKS\xba\xbe", "LUKS volume", UnreadReason.ENCRYPTED),
    (b"-----BEGIN PGP MESSAGE-----", "PGP message", UnreadReason.ENCRYPTED),
    (b"age-encryption.org/v1", "age file", UnreadReason.ENCRYPTED),
    (b"\x03\xd9\xa2\x9a", "KeePass database", UnreadReason.ENCRYPTED),
    (b"Salted__", "OpenSSL encrypted file", UnreadReason.ENCRYPTED),
)
_BITLOCKER = b"-FVE-FS-"
_DMG_TRAILER = b"koly"
_DMG_TRAILER_BYTES = 512


class Unsupported(Source):
    """A format that is known by name only."""

    name = "unsupported"
    media_type = "application/octet-stream"
    rank = 95

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (content is enough)
        """One of the signatures."""
        return _recognise(head, stream) is not None

    def read(self, place: Place) -> Iterator[Piece]:
        """One note, and nothing else."""
        known = _recognise(place.stream.read_at(0, 64), place.stream)
        if known:
            what, reason = known
            yield place.unread(reason, f"{what}: only its raw bytes were searched")


def _recognise(head: bytes, stream: Stream) -> tuple[str, UnreadReason] | None:
    for signature, what, reason in _HEADS:
        if head.startswith(signature):
            return what, reason
    if head[3:11] == _BITLOCKER:
        return "BitLocker volume", UnreadReason.ENCRYPTED
    size = stream.size_bytes
    if size >= _DMG_TRAILER_BYTES and stream.read_at(size - _DMG_TRAILER_BYTES, 4) == _DMG_TRAILER:
        return "Apple disk image", UnreadReason.UNSUPPORTED
    return None
