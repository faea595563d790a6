"""Rows of groups of exactly six digits, as secret numbers are written.

A row is found by any group of it, and then followed to both sides.
"""

from typing import Any

import numpy as np

from chainlead.kernels.bitmaps import (
    bits_left,
    digit64,
    end_of,
    later,
    lowest_bit,
    place_in_end,
    with_bit64,
    without_lowest,
)
from chainlead.kernels.block_marks import DIGITS, FEWEST_GROUPS, Marks, marks_for
from chainlead.kernels.compiler import njit
from chainlead.kernels.stretch import as_stretch

_GROUP = 6
_LONGEST_GAP = 12
_IS_GAP = np.zeros(256, dtype=np.bool_)
for _byte in b" \t\r\n,;:.)(|-_/ABCDEFGHabcdefgh\"'":
    _IS_GAP[_byte] = True


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _is_digit(byte):
    return 0x30 <= byte <= 0x39


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _group_at(data, start):
    """Whether exactly six digits start here; what stands before is the caller's."""
    if start + _GROUP > len(data):
        return False
    for i in range(start, start + _GROUP):
        if not _is_digit(data[i]):
            return False
    return start + _GROUP == len(data) or not _is_digit(data[start + _GROUP])


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _bits(data, end, index):
    if index + 64 <= len(data):
        return digit64(data, index)
    if index >= len(data):
        return np.uint64(0)
    return digit64(end, place_in_end(data, index)) & bits_left(data, index)


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _next_group(data, is_gap, end):
    """The group behind the one that ends here, or -1."""
    place = end
    while place < len(data) and place - end < _LONGEST_GAP and is_gap[data[place]]:
        place += 1
    return place if place > end and _group_at(data, place) else -1


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _group_before(data, is_gap, start):
    """The group before the one that starts here, or -1."""
    place = start
    while place > 0 and start - place < _LONGEST_GAP and is_gap[data[place - 1]]:
        place -= 1
    first = place - _GROUP
    if place == start or first < 0 or not _group_at(data, first):
        return -1
    return -1 if first > 0 and _is_digit(data[first - 1]) else first


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _starts_of_six(data, rest, index):
    """Where in a block six digits or more begin."""
    bits, following = _bits(data, rest, index), _bits(data, rest, index + 64)
    before = np.uint64(1) if index > 0 and _is_digit(data[index - 1]) else np.uint64(0)
    six = bits & ~((bits << np.uint64(1)) | before)
    for distance in range(1, _GROUP):
        six &= later(bits, following, distance)
    return six


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _scan(data, rest, marks, is_gap, min_groups, starts, ends):  # noqa: PLR0917  (a kernel takes arrays one by one)
    found = 0
    free = 0
    for row in range(0, len(marks), 64):
        blocks = with_bit64(marks, row, DIGITS)
        while blocks != np.uint64(0):
            index = 64 * (row + lowest_bit(blocks))
            blocks = without_lowest(blocks)
            six = _starts_of_six(data, rest, index)
            while six != np.uint64(0):
                start = index + lowest_bit(six)
                six = without_lowest(six)
                if start < free or not _group_at(data, start):
                    continue
                groups, end = 1, start + _GROUP
                place = _next_group(data, is_gap, end)
                while place >= 0:
                    groups, end = groups + 1, place + _GROUP
                    place = _next_group(data, is_gap, end)
                free = end
                place = _group_before(data, is_gap, start)
                while place >= 0:
                    groups, start = groups + 1, place
                    place = _group_before(data, is_gap, start)
                if groups >= min_groups and found < len(starts):
                    starts[found] = start
                    ends[found] = end
                    found += 1
    return found


def find_digit_groups(
    data: Any, min_groups: int = FEWEST_GROUPS, marks: Marks | None = None
) -> tuple[Any, Any]:
    """Maximal rows of at least `min_groups` groups of six digits with short gaps between them.

    Args:
        data: array of uint8.
        min_groups: at least 1.
        marks: of the data, if they were made already.

    Returns:
        Two int64 arrays, ordered: byte offset of the first digit, byte offset after the last one.
    """
    blocks, kinds = marks_for(data, marks, fits=min_groups >= FEWEST_GROUPS)
    room = len(data) // (min_groups * (_GROUP + 1)) + 1 if kinds & DIGITS else 0
    starts = np.empty(room, dtype=np.int64)
    ends = np.empty(room, dtype=np.int64)
    found = 0
    if room:
        found = _scan(as_stretch(data), end_of(data), blocks, _IS_GAP, min_groups, starts, ends)
    return starts[:found], ends[:found]
