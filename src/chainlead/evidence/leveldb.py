"""LevelDB files, each read for itself: every record of a log or table, also old and deleted ones.

Found in: browser extensions, Local Storage, IndexedDB, Electron apps.
Proof: the masked CRC-32C of every log fragment and every table block.
Limits: a fragment or block with a wrong checksum is reported and left to the search of raw bytes;
CURRENT and MANIFEST are not asked, so files that the database no longer lists are read as well;
which record is the newest is said for one file and not for the whole folder.
Spec: https://github.com/google/leveldb/blob/main/doc/log_format.md and table_format.md
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from chainlead.evidence.budget import Budget, StopReadingError
from chainlead.evidence.item import UnreadReason
from chainlead.evidence.stream import Stream
from chainlead.evidence.varint import parse_sized, parse_varint

TABLE_MAGIC = bytes.fromhex("57fb808b247547db")
FOOTER_BYTES = 48
_LOG_BLOCK = 32768
_FRAGMENT = struct.Struct("<IHB")
_BATCH = struct.Struct("<QI")
_TRAILER_BYTES = 5
_KEY_BYTES = 1 << 20
_TIME_CHECK = 256
_MOST_PROBLEMS = 1  # of one kind: an index is wrong once
_FULL, _FIRST, _MIDDLE, _LAST = 1, 2, 3, 4
_PLAIN, _SNAPPY, _ZSTD = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Record:
    """One entry: a key with a value, or the deletion of a key.

    Attributes:
        value: None for a deletion.
        sequence: the number of the write in the database; later ones are larger.
    """

    key: bytes
    value: bytes | None
    sequence: int


def is_log(stream: Stream, head: bytes) -> bool:
    """Whether the first fragment is one of a log of writes, by its checksum."""
    if len(head) < _FRAGMENT.size + _BATCH.size + 1:
        return False
    crc, length, kind = _FRAGMENT.unpack_from(head)
    if kind not in {_FULL, _FIRST} or not _BATCH.size < length <= _LOG_BLOCK - _FRAGMENT.size:
        return False
    if head[_FRAGMENT.size + _BATCH.size] not in {0, 1}:
        return False
    body = stream.read_at(6, length + 1)
    return len(body) == length + 1 and _is_right(crc, body)


def read_log(stream: Stream, budget: Budget, problems: list[str]) -> Iterator[Record]:
    """The records of a log, in the order of writing; what is damaged is added to `problems`."""
    for offset, batch in _batches(stream, budget, problems):
        try:
            yield from _entries(batch)
        except (ValueError, struct.error, IndexError):
            problems.append(f"the batch that ends at {offset} does not parse")


def read_table(stream: Stream, budget: Budget, problems: list[str]) -> Iterator[Record]:
    """The records of a table, sorted by key, newest first.

    Raises:
        StopReadingError: its index cannot be read.
    """
    footer = stream.read_at(stream.size_bytes - FOOTER_BYTES, FOOTER_BYTES)
    try:
        _, position = _handle(footer, 0)
        index_handle, _ = _handle(footer, position)
        index = _block(stream, index_handle, budget)
        handles = [_handle(value, 0)[0] for _, value in _pairs(index, budget)]
    except (ValueError, IndexError, struct.error) as error:
        raise StopReadingError(UnreadReason.DAMAGED, f"index of the table: {error}") from error
    seen: set[int] = set()
    for handle in handles:
        if handle[0] in seen:
            if len(problems) < _MOST_PROBLEMS:
                problems.append(f"the block at {handle[0]} is listed twice")
            continue
        seen.add(handle[0])
        try:
            for key, value in _pairs(_block(stream, handle, budget), budget):
                if len(key) < 8:
                    raise ValueError("a key without a sequence number")  # noqa: TRY301  (one place names the block)
                tag = int.from_bytes(key[-8:], "little")
                yield Record(key[:-8], value if tag & 0xFF else None, tag >> 8)
        except (ValueError, IndexError, struct.error) as error:
            problems.append(f"block at {handle[0]}: {error}")


def _batches(
    stream: Stream, budget: Budget, problems: list[str]
) -> Iterator[tuple[int, bytearray]]:
    whole = bytearray()
    is_open = False
    for start in range(0, stream.size_bytes, _LOG_BLOCK):
        budget.check_time()
        block = stream.read_at(start, _LOG_BLOCK)
        at = 0
        while at + _FRAGMENT.size <= len(block):
            crc, length, kind = _FRAGMENT.unpack_from(block, at)
            end = at + _FRAGMENT.size + length
            if kind == 0 and length == 0:
                break  # the rest was laid out in advance
            if end > len(block) or not _is_right(crc, block[at + 6 : end]):
                problems.append(f"log at {start + at}: wrong checksum or cut short")
                is_open = False
                break
            if kind in {_FULL, _FIRST}:
                whole, is_open = bytearray(), True
            if is_open:
                whole += block[at + _FRAGMENT.size : end]
            if kind in {_FULL, _LAST} and is_open:
                yield start + end, whole
                is_open = False
            at = end


def _entries(batch: bytearray) -> Iterator[Record]:
    content = bytes(batch)
    sequence, count = _BATCH.unpack_from(content)
    position = _BATCH.size
    for number in range(count):
        kind = content[position]
        if kind > 1:
            raise ValueError("unknown kind of write")
        key, position = parse_sized(content, position + 1)
        value = None
        if kind == 1:
            value, position = parse_sized(content, position)
        yield Record(key, value, sequence + number)


def _handle(content: bytes, position: int) -> tuple[tuple[int, int], int]:
    offset, position = parse_varint(content, position)
    size, position = parse_varint(content, position)
    return (offset, size), position


def _block(stream: Stream, handle: tuple[int, int], budget: Budget) -> bytes:
    offset, size = handle
    if offset + size + _TRAILER_BYTES > stream.size_bytes:
        raise ValueError("reaches over the end of the file")
    stored = stream.read_at(offset, size + _TRAILER_BYTES)
    if not _is_right(int.from_bytes(stored[-4:], "little"), stored[:-4]):
        raise ValueError("its checksum is wrong")
    kind, body = stored[size], stored[:size]
    if kind == _PLAIN:
        return body
    if kind not in {_SNAPPY, _ZSTD}:
        raise ValueError(f"unknown compression {kind}")
    content = unpack_snappy(body, budget) if kind == _SNAPPY else unpack_zstd(body, budget)
    budget.count_bytes(len(content))
    return content


def unpack_snappy(body: bytes, budget: Budget) -> bytes:
    """A raw snappy block.

    Raises:
        ValueError: damaged, or larger than a member may be.
    """
    import cramjam  # noqa: PLC0415  (only where something is packed)

    try:
        size, _ = parse_varint(body, 0)
        if size > min(budget.limits.document_bytes, 64 * max(len(body), 1)):
            raise ValueError("it says that it unpacks to too much")
        return bytes(cramjam.snappy.decompress_raw(body))
    except cramjam.DecompressionError as error:
        raise ValueError("snappy data is damaged") from error


def unpack_zstd(body: bytes, budget: Budget) -> bytes:
    """Zstandard frames, as far as a document may be large.

    Raises:
        ValueError: damaged, or larger than a document may be.
    """
    import zstandard  # noqa: PLC0415  (only where something is packed)

    limit = budget.limits.document_bytes
    unpacker = zstandard.ZstdDecompressor(max_window_size=1 << 27)
    try:
        with unpacker.stream_reader(body, read_across_frames=True) as reader:
            content = reader.read(limit + 1)
    except zstandard.ZstdError as error:
        raise ValueError("zstandard data is damaged") from error
    if len(content) > limit:
        raise ValueError("it unpacks to too much")
    return bytes(content)


def _pairs(block: bytes, budget: Budget) -> Iterator[tuple[bytes, bytes]]:
    """Keys and values of a block, with shared beginnings put back."""
    (restarts,) = struct.unpack_from("<I", block, len(block) - 4) if len(block) >= 4 else (0,)
    end = len(block) - 4 - 4 * restarts
    if end < 0:
        raise ValueError("its restart array is larger than it")
    key = b""
    position = number = 0
    while position < end:
        shared, position = parse_varint(block, position)
        own, position = parse_varint(block, position)
        size, position = parse_varint(block, position)
        if shared > len(key) or own + size > end - position or shared + own > _KEY_BYTES:
            raise ValueError("an entry reaches over its end")
        key = key[:shared] + block[position : position + own]
        value = block[position + own : position + own + size]
        position += own + size
        number += 1
        budget.count_bytes(shared)
        if number % _TIME_CHECK == 0:
            budget.check_time()
        yield key, value


def _is_right(masked: int, content: bytes) -> bool:
    from chainlead.kernels import sum_crc32c  # noqa: PLC0415  (loads numba)

    rotated = (masked - 0xA282EAD8) & 0xFFFFFFFF
    return ((rotated >> 17) | (rotated << 15)) & 0xFFFFFFFF == sum_crc32c(
        np.frombuffer(content, dtype=np.uint8)
    )
