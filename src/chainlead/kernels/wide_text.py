"""Stretches of UTF-16 text in bytes of any kind, at any alignment: Latin characters only.

The same bytes often read as little-endian and, one byte earlier, as big-endian text. The zero
bytes at the ends, a byte order mark and at last the parity of the offset decide.
"""

from typing import Any

import numpy as np

from chainlead.kernels.bitmaps import (
    WIDE_TEXT,
    bits_left,
    class_table,
    end_of,
    later,
    lowest_bit,
    place_in_end,
    wide_text64,
    with_bit64,
    without_lowest,
    zero64,
)
from chainlead.kernels.block_marks import SHORTEST_WIDE, WIDE, Marks, marks_for
from chainlead.kernels.compiler import njit
from chainlead.kernels.stretch import as_stretch

_IS_TEXT = class_table(WIDE_TEXT)
_MOST_STEPS = 30


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _text_bits(data, end, index):
    if index + 64 <= len(data):
        return wide_text64(data, index)
    if index >= len(data):
        return np.uint64(0)
    return wide_text64(end, place_in_end(data, index)) & bits_left(data, index)


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _zero_bits(data, end, index):
    if index + 64 <= len(data):
        return zero64(data, index)
    if index >= len(data):
        return np.uint64(0)
    return zero64(end, place_in_end(data, index)) & bits_left(data, index)


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _pairs(data, end, index):
    """The characters of a block that have a zero behind them."""
    zero = later(_zero_bits(data, end, index), _zero_bits(data, end, index + 64), 1)
    if zero == np.uint64(0):
        return zero
    return zero & _text_bits(data, end, index)


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _scan(data, end, marks, min_length, offsets, lengths, codes):  # noqa: PLR0917  (a kernel takes arrays one by one)
    size = len(data)
    room = len(offsets)
    found = 0
    free = 0  # the first byte that no stretch has taken
    steps = min(max(min_length - 2, 0), _MOST_STEPS)
    for row in range(0, len(marks), 64):
        blocks = with_bit64(marks, row, WIDE)
        while blocks != np.uint64(0):
            index = 64 * (row + lowest_bit(blocks))
            blocks = without_lowest(blocks)
            chain = _pairs(data, end, index)
            if chain == np.uint64(0) or index + 64 <= free:
                continue
            ahead, beyond = chain, _pairs(data, end, index + 64)
            for _ in range(steps):
                ahead = later(ahead, beyond, 2)
                beyond >>= np.uint64(2)
                chain &= ahead
                if chain == np.uint64(0):
                    break
            while chain != np.uint64(0):
                first = index + lowest_bit(chain)
                chain = without_lowest(chain)
                if first < free:
                    continue
                while first - 2 >= free and data[first - 1] == 0 and _IS_TEXT[data[first - 2]]:
                    first -= 2
                last = first
                while last + 2 < size and data[last + 1] == 0 and _IS_TEXT[data[last + 2]]:
                    last += 2
                if last == first:
                    continue
                free = last + 1
                count = (last - first) // 2 + 1
                zero_before = first > 0 and data[first - 1] == 0
                zero_after = last + 1 < size and data[last + 1] == 0
                big_endian = zero_before
                if zero_before and zero_after:
                    marked = first > 2 and data[first - 3] == 0xFE and data[first - 2] == 0xFF
                    big_endian = first % 2 == 1 or marked
                if not big_endian and not zero_after:
                    count -= 1
                if count >= min_length:
                    if found < room:
                        offsets[found] = first - 1 if big_endian else first
                        lengths[found] = count
                        codes[found] = 2 if big_endian else 1
                    found += 1
    return found


def find_wide_text(
    data: Any, min_length: int = SHORTEST_WIDE, marks: Marks | None = None
) -> tuple[Any, Any, Any]:
    """Maximal stretches of printable Latin characters that alternate with zero bytes.

    Args:
        data: array of uint8.
        min_length: characters, at least 1.
        marks: of the data, if they were made already.

    Returns:
        Three arrays, ordered by offset: byte offset (int64), length in characters (int64), code
        (uint8: 1 UTF-16LE, 2 UTF-16BE).
    """
    blocks, kinds = marks_for(data, marks, fits=min_length >= SHORTEST_WIDE)
    room = 4096 if kinds & WIDE else 0
    while True:
        offsets = np.empty(room, dtype=np.int64)
        lengths = np.empty(room, dtype=np.int64)
        codes = np.empty(room, dtype=np.uint8)
        found = 0
        if room:
            found = _scan(
                as_stretch(data), end_of(data), blocks, min_length, offsets, lengths, codes
            )
        if found <= room:
            return offsets[:found], lengths[:found], codes[:found]
        room = found
