"""Places where a known scheme such as `mailto:` stands in text, in either case."""

from typing import Any

import numpy as np
from numba import njit

from chainlead.kernels.token_table import EMPTY, HASH_FACTOR, HASH_MASK, HASH_START

_IS_LETTER = np.zeros(256, dtype=np.bool_)
for _byte in b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz":
    _IS_LETTER[_byte] = True
_COLON = 0x3A
_LONGEST_SCHEME = 32


@njit(cache=True, nogil=True, fastmath=False)
def _scan(data, is_letter, table, starts, ends):
    found = 0
    for colon in range(1, len(data)):
        if data[colon] != _COLON or not is_letter[data[colon - 1]]:
            continue
        start = colon
        while start > 0 and colon - start < _LONGEST_SCHEME and is_letter[data[start - 1]]:
            start -= 1
        state = HASH_START
        for i in range(start, colon):
            state = ((state ^ (int(data[i]) | 0x20)) * HASH_FACTOR) & HASH_MASK
        slot = state & (len(table) - 1)
        while table[slot] != EMPTY:
            if table[slot] == state:
                starts[found] = start
                ends[found] = colon + 1
                found += 1
                break
            slot = (slot + 1) & (len(table) - 1)
    return found


def find_scheme_names(data: Any, table: Any) -> tuple[Any, Any]:
    """Spans of the letters before a colon that are in the table, with the colon.

    Args:
        data: array of uint8: text in an ASCII-compatible encoding, or anything else.
        table: from `make_token_table`, of lower-case schemes without the colon.

    Returns:
        Two int64 arrays, ascending: start of the scheme, offset after its colon.
    """
    room = len(data) // 2 + 1
    starts = np.empty(room, dtype=np.int64)
    ends = np.empty(room, dtype=np.int64)
    found = _scan(data, _IS_LETTER, table, starts, ends)
    return starts[:found].copy(), ends[:found].copy()
