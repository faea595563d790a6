"""Rows of groups of exactly six digits, as secret numbers are written.

Every group covers one of each six neighbouring bytes, so five of six bytes are never looked at.
"""

from typing import Any

import numpy as np
from numba import njit

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
def _scan(data, is_gap, min_groups, starts, ends):
    found = 0
    i = _GROUP - 1
    while i < len(data) and found < len(starts):
        if not _is_digit(data[i]):
            i += _GROUP
            continue
        start = i
        while start > 0 and i - start <= _GROUP and _is_digit(data[start - 1]):
            start -= 1
        if not _group_at(data, start):
            while i < len(data) and _is_digit(data[i]):
                i += 1
            i += _GROUP
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
        if groups >= min_groups:
            starts[found] = start
            ends[found] = end
            found += 1
        i = end + _GROUP - 1
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
    found = _scan(data, _IS_GAP, min_groups, starts, ends)
    return starts[:found], ends[:found]
