"""Rows of groups of exactly six digits, as secret numbers are written.

Most windows of 64 bytes hold no six digits in a row; shifts of one bitmap tell.
"""

from typing import Any

import numpy as np
from numba import njit

from chainlead.kernels.bitmaps import (
    bits_left,
    copy_end,
    digit64,
    later,
    lowest_bit,
    place_in_end,
    without_lowest,
)
from chainlead.kernels.stretch import as_stretch

_GROUP = 6
_LONGEST_GAP = 12
_IS_GAP = np.zeros(256, dtype=np.bool_)
for _byte in b" \t\r\n,;:.)(|-_/ABCDEFGHabcdefgh\"'":
    _IS_GAP[_byte] = True


@njit(cache=True, nogil=True, fastmath=False)
def _is_digit(byte):
    return 0x30 <= byte <= 0x39


@njit(cache=True, nogil=True, fastmath=False)
def _group_at(data, start):
    """Whether exactly six digits start here; what stands before is the caller's."""
    if start + _GROUP > len(data):
        return False
    for i in range(start, start + _GROUP):
        if not _is_digit(data[i]):
            return False
    return start + _GROUP == len(data) or not _is_digit(data[start + _GROUP])


@njit(cache=True, nogil=True, fastmath=False)
def _bits(data, end, index):
    if index + 64 <= len(data):
        return digit64(data, index)
    if index >= len(data):
        return np.uint64(0)
    return digit64(end, place_in_end(data, index)) & bits_left(data, index)


@njit(cache=True, nogil=True, fastmath=False)
def _scan(data, is_gap, min_groups, starts, ends):
    found = 0
    free = 0
    rest = copy_end(data)
    last_bit = np.uint64(0)
    following = _bits(data, rest, 0)
    for index in range(0, len(data), 64):
        bits = following
        following = _bits(data, rest, index + 64)
        six = bits & later(bits, following, 1) & later(bits, following, 2)
        six &= later(bits, following, 3) & later(bits, following, 4) & later(bits, following, 5)
        six &= ~((bits << np.uint64(1)) | last_bit)
        last_bit = bits >> np.uint64(63)
        while six != np.uint64(0):
            start = index + lowest_bit(six)
            six = without_lowest(six)
            if start < free or not _group_at(data, start):
                continue
            groups, end = 1, start + _GROUP
            while True:
                place = end
                while place < len(data) and place - end < _LONGEST_GAP and is_gap[data[place]]:
                    place += 1
                if place == end or not _group_at(data, place):
                    break
                groups += 1
                end = place + _GROUP
            free = end
            if groups >= min_groups and found < len(starts):
                starts[found] = start
                ends[found] = end
                found += 1
    return found


def find_digit_groups(data: Any, min_groups: int = 8) -> tuple[Any, Any]:
    """Maximal rows of at least `min_groups` groups of six digits with short gaps between them.

    Args:
        data: array of uint8.
        min_groups: at least 1.

    Returns:
        Two int64 arrays, ordered: byte offset of the first digit, byte offset after the last one.
    """
    room = len(data) // (min_groups * (_GROUP + 1)) + 1
    starts = np.empty(room, dtype=np.int64)
    ends = np.empty(room, dtype=np.int64)
    found = _scan(as_stretch(data), _IS_GAP, min_groups, starts, ends)
    return starts[:found], ends[:found]
