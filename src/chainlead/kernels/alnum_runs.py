"""Unbroken runs of ASCII letters and digits, in 8-bit, UTF-16LE and UTF-16BE text, in one pass.

Every address, key and transaction id is such a run of 25 characters or more, so the cost of a
search is per byte and not per kind of thing searched for.
"""

from typing import Any

import numpy as np
from numba import njit

_IS_ALNUM = np.zeros(256, dtype=np.bool_)
for _byte in b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz":
    _IS_ALNUM[_byte] = True


@njit(cache=True, nogil=True, fastmath=False)
def _scan(data, is_alnum, min_length, offsets, lengths, codes):  # noqa: PLR0917  (a kernel takes arrays one by one)
    size = len(data)
    found = 0
    run_start = -1
    little_start, little_next, little_count = 0, -1, 0
    big_start, big_next, big_count = 0, -1, 0
    for i in range(size):
        if not is_alnum[data[i]]:
            if run_start >= 0:
                if i - run_start >= min_length:
                    offsets[found] = run_start
                    lengths[found] = i - run_start
                    codes[found] = 0
                    found += 1
                run_start = -1
            continue
        if run_start < 0:
            run_start = i
        if i + 1 < size and data[i + 1] == 0:
            if i == little_next:
                little_count += 1
            else:
                if little_count >= min_length:
                    offsets[found] = little_start
                    lengths[found] = little_count
                    codes[found] = 1
                    found += 1
                little_start, little_count = i, 1
            little_next = i + 2
        if i > 0 and data[i - 1] == 0:
            if i - 1 == big_next:
                big_count += 1
            else:
                if big_count >= min_length:
                    offsets[found] = big_start
                    lengths[found] = big_count
                    codes[found] = 2
                    found += 1
                big_start, big_count = i - 1, 1
            big_next = i + 1
    if run_start >= 0 and size - run_start >= min_length:
        offsets[found] = run_start
        lengths[found] = size - run_start
        codes[found] = 0
        found += 1
    if little_count >= min_length:
        offsets[found] = little_start
        lengths[found] = little_count
        codes[found] = 1
        found += 1
    if big_count >= min_length:
        offsets[found] = big_start
        lengths[found] = big_count
        codes[found] = 2
        found += 1
    return found


def find_alnum_runs(data: Any, min_length: int = 25) -> tuple[Any, Any, Any]:
    """Maximal runs of [0-9A-Za-z] with at least `min_length` characters.

    Args:
        data: array of uint8.
        min_length: characters, at least 1.

    Returns:
        Three arrays, ordered by offset, then code: byte offset of the run (int64), its length in
        characters (int64), its code (uint8: 0 8-bit, 1 UTF-16LE, 2 UTF-16BE). A run of 16-bit text
        between two zero bytes is reported under both codes; the caller decides which one it is.
    """
    room = 3 * (len(data) // min_length + 2)
    offsets = np.empty(room, dtype=np.int64)
    lengths = np.empty(room, dtype=np.int64)
    codes = np.empty(room, dtype=np.uint8)
    found = _scan(data, _IS_ALNUM, min_length, offsets, lengths, codes)
    order = np.lexsort((codes[:found], offsets[:found]))
    return offsets[:found][order], lengths[:found][order], codes[:found][order]
