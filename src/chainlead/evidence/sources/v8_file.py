"""Files that hold one value serialised by V8: large IndexedDB values, states of tabs.

Found in: `IndexedDB/*.indexeddb.blob/`.
Proof, Limits, Spec: see `v8_value`.
"""

from collections.abc import Iterator

from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.item import UnreadReason
from chainlead.evidence.record import read_record
from chainlead.evidence.source import Piece, Place, Source
from chainlead.evidence.stream import Stream
from chainlead.evidence.v8_value import is_v8, read_v8


class V8File(Source):
    """A serialised value."""

    name = "v8"
    media_type = "application/x-v8-serialized"
    rank = 40

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (content is enough)
        """The envelopes of Blink and V8."""
        return is_v8(head)

    def read(self, place: Place) -> Iterator[Piece]:
        """One record for each string."""
        limit = place.budget.limits.document_bytes
        if place.stream.size_bytes > limit:
            raise StopReadingError(
                UnreadReason.TOO_LARGE, f"value above {limit} bytes: only raw bytes were searched"
            )
        for path, text in read_v8(place.stream.read_all(), place.budget):
            yield from read_record(place, path or "/", path or "/", text, self.media_type)
