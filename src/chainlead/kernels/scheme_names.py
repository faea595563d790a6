"""Places where a known scheme such as `mailto:` stands in text, in either case."""

from typing import Any

import numpy as np

from chainlead.kernels.bitmaps import (
    LETTER,
    bits_left,
    class_table,
    colon64,
    end_of,
    lowest_bit,
    place_in_end,
    with_bit64,
    without_lowest,
)
from chainlead.kernels.block_marks import SCHEME, Marks, marks_for
from chainlead.kernels.compiler import njit
from chainlead.kernels.stretch import as_stretch
from chainlead.kernels.token_table import EMPTY, HASH_FACTOR, HASH_MASK, HASH_START, SchemeTable

_IS_LETTER = class_table(LETTER)
_LONGEST_SCHEME = 32


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _colon_bits(data, end, index):
    if index + 64 <= len(data):
        return colon64(data, index)
    if index >= len(data):
        return np.uint64(0)
    return colon64(end, place_in_end(data, index)) & bits_left(data, index)


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _start_of_known(data, colon, table):
    """Where the scheme before a colon begins, or -1."""
    start = colon
    while start > 0 and colon - start < _LONGEST_SCHEME and _IS_LETTER[data[start - 1]]:
        start -= 1
    if start == colon:
        return -1
    state = HASH_START
    for i in range(start, colon):
        state = ((state ^ (int(data[i]) | 0x20)) * HASH_FACTOR) & HASH_MASK
    slot = state & (len(table) - 1)
    while table[slot] != EMPTY:
        if table[slot] == state:
            return start
        slot = (slot + 1) & (len(table) - 1)
    return -1


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _scan(data, end, marks, table, lasts, starts, ends):  # noqa: PLR0917  (a kernel takes arrays one by one)
    found = 0
    for row in range(0, len(marks), 64):
        blocks = with_bit64(marks, row, SCHEME)
        while blocks != np.uint64(0):
            index = 64 * (row + lowest_bit(blocks))
            blocks = without_lowest(blocks)
            colons = _colon_bits(data, end, index)
            while colons != np.uint64(0):
                colon = index + lowest_bit(colons)
                colons = without_lowest(colons)
                if colon == 0 or not lasts[data[colon - 1]]:
                    continue
                start = _start_of_known(data, colon, table)
                if start < 0:
                    continue
                if found < len(starts):
                    starts[found] = start
                    ends[found] = colon + 1
                found += 1
    return found


def find_scheme_names(
    data: Any, schemes: SchemeTable, marks: Marks | None = None
) -> tuple[Any, Any]:
    """Spans of the letters before a colon that are in the table, with the colon.

    Args:
        data: array of uint8: text in an ASCII-compatible encoding, or anything else.
        schemes: from `make_scheme_table`.
        marks: of the data, if they were made already.

    Returns:
        Two int64 arrays, ascending: start of the scheme, offset after its colon.
    """
    blocks, kinds = marks_for(data, marks)
    room = 4096 if kinds & SCHEME else 0
    while True:
        starts = np.empty(room, dtype=np.int64)
        ends = np.empty(room, dtype=np.int64)
        found = 0
        if room:
            content = as_stretch(data)
            found = _scan(content, end_of(data), blocks, schemes.slots, schemes.lasts, starts, ends)
        if found <= room:
            return starts[:found], ends[:found]
        room = found
