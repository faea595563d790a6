"""Files that Firefox packs with LZ4: sessions, bookmark backups, search settings.

Found in: `sessionstore.jsonlz4`, `sessionstore-backups/`, `bookmarkbackups/`, `*.mozlz4`.
Proof: the signature, and the size that the header gives.
Limits: a file that does not unpack whole is reported and left to the search of raw bytes.
Spec: https://searchfox.org/mozilla-central/source/toolkit/components/lz4; LZ4 block format.
"""

from collections.abc import Iterator

from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.item import UnreadReason
from chainlead.evidence.naming import readable_name
from chainlead.evidence.source import Member, Piece, Place, Source
from chainlead.evidence.stream import Stream
from chainlead.model import Step

_SIGNATURE = b"mozLz40\0"
_HEADER_BYTES = 12
_LARGEST_RATIO = 255


class MozLz4(Source):
    """One LZ4 block behind Mozilla's signature."""

    name = "mozlz4"
    media_type = "application/x-mozlz4"
    rank = 10

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (content is enough)
        """The signature."""
        return head.startswith(_SIGNATURE)

    def read(self, place: Place) -> Iterator[Piece]:
        """One member: the unpacked bytes."""
        inner = place.name.removesuffix("lz4") if place.name.endswith("jsonlz4") else place.name
        yield Member(
            step=Step("mozlz4", readable_name(inner) or "content"),
            name=inner,
            chunks=lambda: _unpack(place),
            stored_bytes=place.stream.size_bytes,
        )


def _unpack(place: Place) -> Iterator[bytes]:
    import cramjam  # noqa: PLC0415  (only where something is packed)

    limit = place.budget.limits.document_bytes
    size = int.from_bytes(place.stream.read_at(8, 4), "little")
    packed = place.stream.size_bytes - _HEADER_BYTES
    if packed > limit or size > min(limit, _LARGEST_RATIO * max(packed, 1)):
        raise StopReadingError(UnreadReason.TOO_LARGE, f"it says that it unpacks to {size} bytes")
    try:
        content = bytes(
            cramjam.lz4.decompress_block(
                place.stream.read_at(_HEADER_BYTES, packed), output_len=size
            )
        )
    except cramjam.DecompressionError as error:
        raise StopReadingError(UnreadReason.DAMAGED, "LZ4 data is damaged") from error
    yield content
    if len(content) != size:
        raise StopReadingError(UnreadReason.DAMAGED, "it unpacks to another size than it says")
