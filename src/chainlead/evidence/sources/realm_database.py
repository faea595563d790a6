"""Realm databases of phone apps: their strings, cut out array by array.

Found in: `*.realm`.
Proof, Limits, Spec: see `realm`.
"""

from collections.abc import Iterator

from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.item import UnreadReason
from chainlead.evidence.realm import MAGIC, MAGIC_AT, find_strings
from chainlead.evidence.record import read_record
from chainlead.evidence.source import Piece, Place, Source
from chainlead.evidence.stream import Stream


class RealmDatabase(Source):
    """A Realm database."""

    name = "realm"
    media_type = "application/x-realm"
    rank = 10

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (content is enough)
        """The mark in the header."""
        return head[MAGIC_AT : MAGIC_AT + len(MAGIC)] == MAGIC

    def read(self, place: Place) -> Iterator[Piece]:
        """One record for each string or blob."""
        limit = place.budget.limits.document_bytes
        if place.stream.size_bytes > limit:
            raise StopReadingError(
                UnreadReason.TOO_LARGE,
                f"Realm database above {limit} bytes: only its raw bytes were searched",
            )
        for where, part in find_strings(place.stream.read_all(), place.budget):
            yield from read_record(place, where, where, part, self.media_type)
