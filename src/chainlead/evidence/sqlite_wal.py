"""Folds the committed part of a write-ahead log into a database image, in memory.

Found in: `X-wal` beside an SQLite database X that was open when it was seized.
Proof: the log's magic, the salts of its header in every frame, and the running checksum.
Limits: frames after the last commit, and older frames of an earlier round, are not in the image;
the log file itself is searched as raw bytes.
Spec: https://www.sqlite.org/fileformat2.html#walformat
"""

import struct

import numpy as np

_HEADER = struct.Struct(">8I")
_FRAME = struct.Struct(">6I")
_MAGIC = 0x377F0682  # the last bit tells the checksum's byte order


def fold_wal(database: bytes, wal: bytes) -> tuple[bytearray, int]:
    """The database as SQLite would show it with this log.

    Args:
        database: the bytes of the database file.
        wal: the bytes of its log.

    Returns:
        The image, and how many frames of the log went into it (0: the log adds nothing).
    """
    image = bytearray(database)
    if len(wal) < _HEADER.size:
        return image, 0
    magic, _version, page_size, _sequence, salt1, salt2, sum1, sum2 = _HEADER.unpack_from(wal)
    is_power = 512 <= page_size <= 65536 and page_size & (page_size - 1) == 0
    if magic & ~1 != _MAGIC or not is_power:
        return image, 0
    order = ">u4" if magic & 1 else "<u4"
    if _checksum(wal[:24], order, (0, 0)) != (sum1, sum2):
        return image, 0
    running = (sum1, sum2)
    pending: dict[int, int] = {}
    committed: dict[int, int] = {}
    pages = 0
    frames = 0
    position = _HEADER.size
    count = 0
    while position + _FRAME.size + page_size <= len(wal):
        number, size_after, frame_salt1, frame_salt2, want1, want2 = _FRAME.unpack_from(
            wal, position
        )
        body = position + _FRAME.size
        if (frame_salt1, frame_salt2) != (salt1, salt2) or number == 0:
            break
        running = _checksum(wal[position : position + 8], order, running)
        running = _checksum(wal[body : body + page_size], order, running)
        if running != (want1, want2):
            break
        pending[number] = body
        count += 1
        if size_after:
            committed.update(pending)
            pending.clear()
            pages, frames = size_after, count
        position = body + page_size
    if not committed or pages * page_size > len(database) + len(wal) + (1 << 20):
        return image, 0
    wanted = pages * page_size
    if len(image) < wanted:
        image.extend(bytes(wanted - len(image)))
    del image[wanted:]
    for number, body in committed.items():
        start = (number - 1) * page_size
        if start + page_size <= wanted:
            image[start : start + page_size] = wal[body : body + page_size]
    return image, frames


def as_rollback(image: bytearray) -> bytearray:
    """Mark the image as a database without a log, so that it opens in memory."""
    image[18:20] = b"\x01\x01"
    return image


def _checksum(part: bytes, order: str, start: tuple[int, int]) -> tuple[int, int]:
    """SQLite's two running sums, modulo 2^32, over pairs of 32-bit words."""
    words = np.frombuffer(part, dtype=order).astype(np.uint64).tolist()
    sum1, sum2 = start
    for index in range(0, len(words), 2):
        sum1 = (sum1 + words[index] + sum2) & 0xFFFFFFFF
        sum2 = (sum2 + words[index + 1] + sum1) & 0xFFFFFFFF
    return sum1, sum2


__all__ = ["as_rollback", "fold_wal"]
