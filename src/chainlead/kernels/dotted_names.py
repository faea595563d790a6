"""Places where a known two-part name such as `example.org` stands in text, in either case."""

from typing import Any

import numpy as np
from numba import njit

from chainlead.kernels.token_table import EMPTY, HASH_FACTOR, HASH_MASK, HASH_START

_IS_LABEL = np.zeros(256, dtype=np.bool_)
for _byte in b"-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz":
    _IS_LABEL[_byte] = True
_DOT = 0x2E
_LONGEST_LABEL = 64


@njit(cache=True, nogil=True, fastmath=False)
def _scan(data, is_label, table, dots):
    size = len(data)
    found = 0
    for dot in range(1, size - 1):
        if data[dot] != _DOT or not is_label[data[dot - 1]] or not is_label[data[dot + 1]]:
            continue
        start = dot
        while start > 0 and dot - start < _LONGEST_LABEL and is_label[data[start - 1]]:
            start -= 1
        end = dot + 1
        while end < size and end - dot < _LONGEST_LABEL and is_label[data[end]]:
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
                dots[found] = dot
                found += 1
                break
            slot = (slot + 1) & (len(table) - 1)
    return found


def find_dotted_names(data: Any, table: Any) -> Any:
    """Offsets of the dots whose left and right label together are in the table.

    Args:
        data: array of uint8: text in an ASCII-compatible encoding, or anything else.
        table: from `make_token_table`, of lower-case names with one dot.

    Returns:
        int64 array of byte offsets, ascending. The caller looks at what stands around them.
    """
    dots = np.empty(len(data) // 2 + 1, dtype=np.int64)
    found = _scan(data, _IS_LABEL, table, dots)
    return dots[:found].copy()
