"""The caches of Chromium: simple entries (one file each) and block files (`data_1` and its kin).

Found in: `Cache/Cache_Data`, `Code Cache`, Electron apps, Android WebView.
Proof: the magic numbers; the sizes at the end of a simple entry; the CRC-32 of its body.
Limits: `data_1` needs the files beside it (`data_2`, `f_…`), which it finds in a folder and not in
an archive; entries that the cache has given up are read too, and may name blocks that were reused.
Spec: https://chromium.googlesource.com/chromium/src/+/main/net/disk_cache (simple_entry_format.h,
blockfile/disk_format.h)
"""

import struct
import zlib
from collections.abc import Iterator

from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.cached_answer import read_answer
from chainlead.evidence.item import UnreadReason
from chainlead.evidence.source import Piece, Place, Source
from chainlead.evidence.stream import Stream

_HEAD = struct.Struct("<QIIII")
_END = struct.Struct("<QIIII")
_SIMPLE_MAGIC = 0xFCFB6D1BA7725C30
_END_MAGIC = 0xF4FA6F45970D41D8
_HAS_CRC, _HAS_KEY_SHA256 = 1, 2
_KEY_BYTES = 1 << 16
_BLOCK_MAGIC = 0xC104CAC3
_BLOCK_HEADER_BYTES = 8192
_ENTRY_BYTES = 256
_ENTRY = struct.Struct("<IIIiiiQiI4i4I")
_KEY_AT = 96
_INLINE_KEY_BYTES = 160 + 3 * 256
_BLOCK_SIZES = {2: 256, 3: 1024, 4: 4096}
_HEAD_BYTES = 1 << 16


class SimpleCacheEntry(Source):
    """One entry of the simple cache: key, body, header lines."""

    name = "chromium_cache"
    media_type = "application/x-chromium-cache"
    rank = 10

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (content is enough)
        """The magic number of an entry."""
        return head[:8] == _SIMPLE_MAGIC.to_bytes(8, "little")

    def read(self, place: Place) -> Iterator[Piece]:
        """The key; the body if it is packed."""
        stream = place.stream
        head = stream.read_at(0, _HEAD.size)
        if len(head) < _HEAD.size:
            raise StopReadingError(UnreadReason.DAMAGED, "the entry is cut short")
        key_bytes = _HEAD.unpack(head)[2]
        if key_bytes > _KEY_BYTES:
            raise StopReadingError(UnreadReason.DAMAGED, "its key is longer than an address")
        key = stream.read_at(_HEAD.size, key_bytes).decode("utf-8", "replace")
        start = _HEAD.size + key_bytes
        last, flags, _ = _end_record(stream, stream.size_bytes)
        after = stream.size_bytes - _END.size - (32 if flags & _HAS_KEY_SHA256 else 0) - last
        if after == start:  # a file with one stream and no header lines
            yield from read_answer(place, key, b"", stream.window(0, 0), media_type=self.media_type)
            return
        _size, body_flags, crc = _end_record(stream, after)
        body = stream.window(start, after - _END.size - start)
        lines = stream.read_at(after, min(last, _HEAD_BYTES))
        yield from read_answer(place, key, lines, body, media_type=self.media_type)
        if body_flags & _HAS_CRC and _crc32(body) != crc:
            yield place.unread(UnreadReason.DAMAGED, "the checksum of its body is wrong")


def _end_record(stream: Stream, end: int) -> tuple[int, int, int]:
    """Size, flags and checksum from the record that ends at `end`."""
    found = stream.read_at(end - _END.size, _END.size)
    if len(found) < _END.size or found[:8] != _END_MAGIC.to_bytes(8, "little"):
        raise StopReadingError(UnreadReason.DAMAGED, "the record at its end is missing")
    _, flags, crc, size, _ = _END.unpack(found)
    return size, flags, crc


def _crc32(body: Stream) -> int:
    value = 0
    for chunk in body.chunks():
        value = zlib.crc32(chunk, value)
    return value


class BlockCacheFile(Source):
    """The entries of a block file, with bodies from the files beside it."""

    name = "chromium_blocks"
    media_type = "application/x-chromium-cache-blocks"
    rank = 10

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (content is enough)
        """The magic number and blocks of the size of an entry."""
        if head[:4] != _BLOCK_MAGIC.to_bytes(4, "little") or len(head) < 16:
            return False
        return int.from_bytes(head[12:16], "little") == _ENTRY_BYTES

    def read(self, place: Place) -> Iterator[Piece]:
        """Every entry whose fields make sense, also those that are not in use."""
        stream = place.stream
        beside: dict[str, Stream | None] = {}
        try:
            for number, at in enumerate(
                range(_BLOCK_HEADER_BYTES, stream.size_bytes - _ENTRY_BYTES + 1, _ENTRY_BYTES)
            ):
                if number % 1000 == 0:
                    place.budget.check_time()
                yield from self._entry(place, at, number, beside)
        finally:
            for other in beside.values():
                if other is not None:
                    other.close()

    def _entry(
        self, place: Place, at: int, number: int, beside: dict[str, Stream | None]
    ) -> Iterator[Piece]:
        content = place.stream.read_at(at, _KEY_AT + _INLINE_KEY_BYTES)
        fields = _ENTRY.unpack_from(content)
        state, key_bytes, long_key = fields[5], fields[7], fields[8]
        sizes, addresses = fields[9:13], fields[13:17]
        if not 0 <= state <= 2 or not 0 < key_bytes <= _KEY_BYTES or not any(addresses):
            return
        if long_key:
            stored = self._stored(place, long_key, key_bytes, beside)
            key = stored.read_at(0, key_bytes)
        else:
            key = content[_KEY_AT : _KEY_AT + min(key_bytes, _INLINE_KEY_BYTES)]
        if not key.isascii() or not key.decode("ascii").isprintable():
            return
        head = self._stored(place, addresses[0], sizes[0], beside).read_at(0, _HEAD_BYTES)
        body = self._stored(place, addresses[1], sizes[1], beside)
        yield from read_answer(
            place, key.decode("ascii"), head, body, media_type=self.media_type, mark=f"@{number}"
        )

    @staticmethod
    def _stored(place: Place, address: int, size: int, beside: dict[str, Stream | None]) -> Stream:
        """What an address of the cache points to; nothing if that file is not there."""
        empty = place.stream.window(0, 0)
        kind = address >> 28 & 7
        if not address >> 31 or size <= 0:
            return empty
        name = f"f_{address & 0xFFFFFFF:06x}" if kind == 0 else f"data_{address >> 16 & 0xFF}"
        if kind == 0:  # its own file: opened for this entry alone, so not kept open
            other = place.neighbour(name)
            if other is None:
                return empty
            content = other.read_at(0, min(size, place.budget.limits.document_bytes))
            other.close()
            return Stream.of_bytes(content)
        if kind not in _BLOCK_SIZES:
            return empty
        if name not in beside:
            beside[name] = place.neighbour(name)
        blocks = beside[name]
        if blocks is None:
            return empty
        return blocks.window(_BLOCK_HEADER_BYTES + (address & 0xFFFF) * _BLOCK_SIZES[kind], size)
