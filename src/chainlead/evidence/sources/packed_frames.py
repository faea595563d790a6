"""Zstandard and LZ4 frames: single compressed streams.

Found in: logs, backups, package files, app caches.
Proof: the signature; the checksums that frames may carry.
Limits: window sizes above 128 MiB are refused; LZ4 frames above the document limit are left to the
search of raw bytes, and their older form is not read.
Spec: RFC 8878; https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md
"""

from abc import abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.item import UnreadReason
from chainlead.evidence.naming import readable_name
from chainlead.evidence.source import Member, Piece, Place, Source
from chainlead.evidence.stream import Stream
from chainlead.model import Step

_CHUNK = 1 << 18
_WINDOW_BYTES = 1 << 27
_LARGEST_RATIO = 255


class _Frames(Source):
    rank = 10
    replaces_raw = True
    signature: ClassVar[bytes]
    ending: ClassVar[str]

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (content is enough)
        """The signature."""
        return head.startswith(self.signature)

    def read(self, place: Place) -> Iterator[Piece]:
        """One member: the unpacked bytes."""
        inner = place.name.removesuffix(self.ending)
        yield Member(
            step=Step(self.name, readable_name(inner)),
            name=inner,
            chunks=lambda: self.unpack(place),
            stored_bytes=place.stream.size_bytes,
        )

    @staticmethod
    @abstractmethod
    def unpack(place: Place) -> Iterator[bytes]:
        """The bytes, up to damage."""


class Zstandard(_Frames):
    """One or more Zstandard frames."""

    name = "zstd"
    media_type = "application/zstd"
    signature = b"\x28\xb5\x2f\xfd"
    ending = ".zst"

    @staticmethod
    def unpack(place: Place) -> Iterator[bytes]:
        """Piece by piece."""
        import zstandard  # noqa: PLC0415  (only where something is packed)

        unpacker = zstandard.ZstdDecompressor(max_window_size=_WINDOW_BYTES)
        try:
            with unpacker.stream_reader(place.stream.open(), read_across_frames=True) as reader:
                while chunk := reader.read(_CHUNK):
                    yield chunk
        except zstandard.ZstdError as error:
            raise StopReadingError(
                UnreadReason.DAMAGED, "Zstandard: damaged or cut short"
            ) from error


class Lz4Frame(_Frames):
    """An LZ4 frame."""

    name = "lz4"
    media_type = "application/x-lz4"
    signature = b"\x04\x22\x4d\x18"
    ending = ".lz4"

    @staticmethod
    def unpack(place: Place) -> Iterator[bytes]:
        """In one step."""
        import cramjam  # noqa: PLC0415  (only where something is packed)

        limit = place.budget.limits.document_bytes
        if place.stream.size_bytes > limit:
            raise StopReadingError(UnreadReason.TOO_LARGE, f"LZ4 frame above {limit} bytes")
        output = bytearray(min(limit, _LARGEST_RATIO * place.stream.size_bytes))
        try:
            size = cramjam.lz4.decompress_into(place.stream.read_all(), output)
        except (cramjam.DecompressionError, ValueError, OSError) as error:
            raise StopReadingError(
                UnreadReason.DAMAGED, f"LZ4: damaged, or more than {len(output)} bytes unpacked"
            ) from error
        yield bytes(output[:size])
