"""Whole files that are one protobuf message: their strings, cut out exactly.

Found in: wallet files of bitcoinj and its kin, app stores.
Proof, Limits, Spec: see `protobuf`; a file is taken for a message only if it parses to its last
byte, holds bytes that are no text, and at least one field that is text of four characters.
"""

from collections.abc import Iterator

from chainlead.evidence.protobuf import find_strings, parse_message
from chainlead.evidence.record import read_record
from chainlead.evidence.source import Piece, Place, Source
from chainlead.evidence.stream import Stream

_FIRST = frozenset({0x08, 0x0A, 0x0D, 0x12, 0x1A})
_LARGEST = 16 << 20
_SHORTEST = 16


class ProtobufMessage(Source):
    """A protobuf message without a schema."""

    name = "protobuf"
    media_type = "application/x-protobuf"
    rank = 90

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (content is enough)
        """The first tag is usual, and the whole parses."""
        if not _SHORTEST <= stream.size_bytes <= _LARGEST or head[0] not in _FIRST:
            return False
        if head[0] == 0x0A and head[1] == 0x0A:
            return False  # empty lines of a text
        fields = parse_message(stream.read_all())
        return bool(fields) and any(len(part) >= 4 for _, part in fields or ())

    def read(self, place: Place) -> Iterator[Piece]:
        """One record for each string."""
        for number, (path, part) in enumerate(find_strings(place.stream.read_all())):
            if number % 1000 == 0:
                place.budget.check_time()
            yield from read_record(place, path, path, part, self.media_type)
