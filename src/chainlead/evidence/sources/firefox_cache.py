"""Entries of Firefox's cache: address and header lines behind the body.

Found in: `cache2/entries/` of a profile.
Proof: the last four bytes point at a block of metadata with a known version and a fitting key.
Limits: alternative data (compiled scripts) is part of the body as stored; checksums of the pieces
are not compared.
Spec: https://searchfox.org/mozilla-central/source/netwerk/cache2/CacheFileMetadata.h
"""

import struct
from collections.abc import Iterator

from chainlead.evidence.cached_answer import read_answer
from chainlead.evidence.source import Piece, Place, Source
from chainlead.evidence.stream import Stream

_CHUNK = 1 << 18
_FIELDS = struct.Struct(">7I")
_VERSIONS = range(1, 5)
_LONGEST_KEY = 1 << 16
_METADATA_BYTES = 1 << 20


class FirefoxCacheEntry(Source):
    """One entry of cache2."""

    name = "firefox_cache"
    media_type = "application/x-firefox-cache2"
    rank = 8

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (the end tells)
        """The metadata parses."""
        return _metadata(stream) is not None

    def read(self, place: Place) -> Iterator[Piece]:
        """The key; the body if it is packed."""
        found = _metadata(place.stream)
        if found is None:
            return
        key, lines, body_bytes = found
        body = place.stream.window(0, body_bytes)
        yield from read_answer(place, key, lines, body, media_type=self.media_type)


def _metadata(stream: Stream) -> tuple[str, bytes, int] | None:
    """Key, remaining metadata, and size of the body; None if it is no entry."""
    size = stream.size_bytes
    if size < _FIELDS.size + 12:
        return None
    body_bytes = int.from_bytes(stream.read_at(size - 4, 4), "big")
    at = body_bytes + 4 + 2 * -(-body_bytes // _CHUNK)
    if at + _FIELDS.size > size - 4:
        return None
    fields = _FIELDS.unpack(stream.read_at(at, _FIELDS.size))
    version, key_bytes = fields[0], fields[6]
    if version not in _VERSIONS or not 0 < key_bytes <= _LONGEST_KEY:
        return None
    start = at + _FIELDS.size + (4 if version >= 2 else 0)
    key = stream.read_at(start, key_bytes + 1)
    if len(key) <= key_bytes or key[-1] or b":" not in key or b"\0" in key[:-1]:
        return None
    rest = stream.read_at(
        start + key_bytes + 1, min(size - 4 - start - key_bytes - 1, _METADATA_BYTES)
    )
    return key[:-1].decode("utf-8", "replace"), rest, body_bytes
