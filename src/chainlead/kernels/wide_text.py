"""Stretches of UTF-16 text in bytes of any kind, at any alignment: Latin characters only.

The same bytes often read as little-endian and, one byte earlier, as big-endian text. The zero
bytes at the ends, a byte order mark and at last the parity of the offset decide.
"""

from typing import Any

import numpy as np
from numba import njit

_IS_TEXT = np.zeros(256, dtype=np.bool_)
_IS_TEXT[[9, 10, 13]] = True
_IS_TEXT[0x20:0x7F] = True
_IS_TEXT[0xA0:0xFE] = True  # 0xFE and 0xFF are the byte order mark


@njit(cache=True, nogil=True, fastmath=False)
def _scan(data, is_text, min_length, offsets, lengths, codes):  # noqa: PLR0917  (a kernel takes arrays one by one)
    size = len(data)
    found = 0
    i = 0
    while i + 2 < size:
        if data[i + 1] != 0 or not is_text[data[i]] or not is_text[data[i + 2]]:
            i += 1
            continue
        last = i + 2
        while last + 2 < size and data[last + 1] == 0 and is_text[data[last + 2]]:
            last += 2
        count = (last - i) // 2 + 1
        zero_before = i > 0 and data[i - 1] == 0
        zero_after = last + 1 < size and data[last + 1] == 0
        big_endian = zero_before
        if zero_before and zero_after:
            big_endian = i % 2 == 1 or (i > 2 and data[i - 3] == 0xFE and data[i - 2] == 0xFF)
        if not big_endian and not zero_after:
            count -= 1
        if count >= min_length:
            offsets[found] = i - 1 if big_endian else i
            lengths[found] = count
            codes[found] = 2 if big_endian else 1
            found += 1
        i = last + 1
    return found


def find_wide_text(data: Any, min_length: int = 8) -> tuple[Any, Any, Any]:
    """Maximal stretches of printable Latin characters that alternate with zero bytes.

    Args:
        data: array of uint8.
        min_length: characters, at least 1.

    Returns:
        Three arrays, ordered by offset: byte offset (int64), length in characters (int64), code
        (uint8: 1 UTF-16LE, 2 UTF-16BE).
    """
    room = len(data) // (2 * min_length) + 2
    offsets = np.empty(room, dtype=np.int64)
    lengths = np.empty(room, dtype=np.int64)
    codes = np.empty(room, dtype=np.uint8)
    found = _scan(data, _IS_TEXT, min_length, offsets, lengths, codes)
    return offsets[:found], lengths[:found], codes[:found]
