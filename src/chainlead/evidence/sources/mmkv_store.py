"""MMKV stores of phone apps: every write, older ones and remains behind the end included.

Found in: `files/mmkv/` (Android), `Documents/mmkv/` (iOS).
Proof, Limits, Spec: see `mmkv`.
"""

import zlib
from collections.abc import Iterator

from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.item import UnreadReason
from chainlead.evidence.mmkv import Pair, begins_like_mmkv, find_slack_pairs, parse_mmkv, unwrap
from chainlead.evidence.record import LONG_KEY, read_record
from chainlead.evidence.source import Piece, Place, Source
from chainlead.evidence.stream import Stream

_PAGE = 4096
_LARGEST_BYTES = 64 << 20
_CRC_SUFFIX = ".crc"


class MmkvStore(Source):
    """An MMKV store."""

    name = "mmkv"
    media_type = "application/x-mmkv"
    rank = 88

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (content is enough)
        """The size of whole pages, a fitting size inside, and a first pair with a readable key."""
        size = int.from_bytes(head[:4], "little")
        if not stream.size_bytes or stream.size_bytes % _PAGE or not 8 <= size <= stream.size_bytes:
            return False
        if b"\0" not in head and head.isascii():
            return False
        if 4 + size > _LARGEST_BYTES or not begins_like_mmkv(head):
            return False
        try:
            parse_mmkv(stream.read_at(0, 4 + size))
        except ValueError:
            return False
        return True

    def read(self, place: Place) -> Iterator[Piece]:
        """One record for each write."""
        if place.stream.size_bytes > place.budget.limits.document_bytes:
            raise StopReadingError(
                UnreadReason.TOO_LARGE, "MMKV store: only its raw bytes were searched"
            )
        content = place.stream.read_all()
        try:
            pairs = parse_mmkv(content)
        except ValueError as error:
            raise StopReadingError(UnreadReason.DAMAGED, str(error)) from error
        last = {pair.key: pair for pair in pairs}
        for pair in pairs:
            state = ""
            if last[pair.key] is not pair:
                state = "older" if last[pair.key].value else "removed"
            yield from self._pieces(pair, state, place)
        for pair in find_slack_pairs(content):
            place.budget.check_time()
            yield from self._pieces(pair, "left behind the end", place)
        if not _is_checked(content, place):
            yield place.unread(UnreadReason.DAMAGED, "its checksum is not that of its .crc file")

    def _pieces(self, pair: Pair, state: str, place: Place) -> Iterator[Piece]:
        row = f"{pair.key}@{pair.offset_bytes}" + (f" ({state})" if state else "")
        media_type = f"{self.media_type}; state={state}" if state else self.media_type
        if len(pair.key) >= LONG_KEY:
            yield from read_record(place, pair.key, f"{row} (key)", pair.key, media_type)
        yield from read_record(place, pair.key, row, unwrap(pair.value), media_type)


def _is_checked(content: bytes, place: Place) -> bool:
    beside = place.sibling(_CRC_SUFFIX)
    if beside is None:
        return True
    stored = beside.read_at(0, 4)
    beside.close()
    size = int.from_bytes(content[:4], "little")
    return len(stored) < 4 or int.from_bytes(stored, "little") == zlib.crc32(content[4 : 4 + size])
