"""Places where a known two-part name such as `example.org` stands in text, in either case."""

from typing import Any

import numpy as np

from chainlead.kernels.bitmaps import (
    LABEL,
    bits_left,
    class_table,
    dot64,
    end_of,
    lowest_bit,
    place_in_end,
    with_bit64,
    without_lowest,
)
from chainlead.kernels.block_marks import NAME, Marks, marks_for
from chainlead.kernels.compiler import njit
from chainlead.kernels.stretch import as_stretch
from chainlead.kernels.token_table import EMPTY, HASH_FACTOR, HASH_MASK, HASH_START, NameTable

_IS_LABEL = class_table(LABEL)
_LONGEST_LABEL = 64


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _dot_bits(data, end, index):
    if index + 64 <= len(data):
        return dot64(data, index)
    if index >= len(data):
        return np.uint64(0)
    return dot64(end, place_in_end(data, index)) & bits_left(data, index)


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _is_known(data, dot, table):
    start = dot
    while start > 0 and dot - start < _LONGEST_LABEL and _IS_LABEL[data[start - 1]]:
        start -= 1
    end = dot + 1
    while end < len(data) and end - dot < _LONGEST_LABEL and _IS_LABEL[data[end]]:
        end += 1
    state = HASH_START
    for i in range(start, end):
        byte = int(data[i])
        if 0x41 <= byte <= 0x5A:
            byte |= 0x20
        state = ((state ^ byte) * HASH_FACTOR) & HASH_MASK
    slot = state & (len(table) - 1)
    while table[slot] != EMPTY:
        if table[slot] == state:
            return True
        slot = (slot + 1) & (len(table) - 1)
    return False


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _scan(data, end, marks, table, edges, dots):  # noqa: PLR0917  (a kernel takes arrays one by one)
    found = 0
    for row in range(0, len(marks), 64):
        blocks = with_bit64(marks, row, NAME)
        while blocks != np.uint64(0):
            index = 64 * (row + lowest_bit(blocks))
            blocks = without_lowest(blocks)
            dots_here = _dot_bits(data, end, index)
            while dots_here != np.uint64(0):
                dot = index + lowest_bit(dots_here)
                dots_here = without_lowest(dots_here)
                if dot == 0 or dot + 1 >= len(data) or not edges[data[dot - 1], data[dot + 1]]:
                    continue
                if _is_known(data, dot, table):
                    if found < len(dots):
                        dots[found] = dot
                    found += 1
    return found


def find_dotted_names(data: Any, names: NameTable, marks: Marks | None = None) -> Any:
    """Offsets of the dots whose left and right label together are in the table.

    Args:
        data: array of uint8: text in an ASCII-compatible encoding, or anything else.
        names: from `make_name_table`.
        marks: of the data, if they were made already.

    Returns:
        int64 array of byte offsets, ascending. The caller looks at what stands around them.
    """
    blocks, kinds = marks_for(data, marks, fits=names.is_marked)
    room = 4096 if kinds & NAME else 0
    while True:
        dots = np.empty(room, dtype=np.int64)
        found = (
            _scan(as_stretch(data), end_of(data), blocks, names.slots, names.edges, dots)
            if room
            else 0
        )
        if found <= room:
            return dots[:found]
        room = found
