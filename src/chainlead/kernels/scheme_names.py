"""Places where a known scheme such as `mailto:` stands in text, in either case."""

from typing import Any

import numpy as np
from numba import njit

from chainlead.kernels.bitmaps import (
    COLON,
    LETTER,
    bits_at_end,
    class_table,
    colon64,
    lowest_bit,
    without_lowest,
)
from chainlead.kernels.token_table import EMPTY, HASH_FACTOR, HASH_MASK, HASH_START

_IS_LETTER = class_table(LETTER)
_IS_COLON = class_table(COLON)
_LONGEST_SCHEME = 32


@njit(cache=True, nogil=True, fastmath=False)
def _colon_bits(data, index):
    if index + 64 <= len(data):
        return colon64(data, index)
    return bits_at_end(data, index, _IS_COLON)


@njit(cache=True, nogil=True, fastmath=False)
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


@njit(cache=True, nogil=True, fastmath=False)
def _scan(data, table, starts, ends):
    found = 0
    for index in range(0, len(data), 64):
        colons = _colon_bits(data, index)
        while colons != np.uint64(0):
            colon = index + lowest_bit(colons)
            colons = without_lowest(colons)
            start = _start_of_known(data, colon, table)
            if start < 0:
                continue
            if found < len(starts):
                starts[found] = start
                ends[found] = colon + 1
            found += 1
    return found


def find_scheme_names(data: Any, table: Any) -> tuple[Any, Any]:
    """Spans of the letters before a colon that are in the table, with the colon.

    Args:
        data: array of uint8: text in an ASCII-compatible encoding, or anything else.
        table: from `make_token_table`, of lower-case schemes without the colon.

    Returns:
        Two int64 arrays, ascending: start of the scheme, offset after its colon.
    """
    room = 4096
    while True:
        starts = np.empty(room, dtype=np.int64)
        ends = np.empty(room, dtype=np.int64)
        found = _scan(data, table, starts, ends)
        if found <= room:
            return starts[:found], ends[:found]
        room = found
