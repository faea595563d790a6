"""Runs of words that are all in a given table, with nothing but light separators between them.

A word is a stretch of ASCII letters (in either case) and of bytes from 0x80 on. Separators are
white space, digits, `. , ; ( ) [ ] - * # " '`, and in UTF-8 the no-break space, the middle dot,
the bullet and the ideographic space.
"""

from typing import Any

import numpy as np
from numba import njit

from chainlead.kernels.token_table import EMPTY, HASH_FACTOR, HASH_MASK, HASH_START

_WORD, _SEPARATOR = 1, 2
_CLASS = np.zeros(256, dtype=np.uint8)
for _byte in b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz":
    _CLASS[_byte] = _WORD
_CLASS[0x80:] = _WORD
for _byte in b" \t\r\n0123456789.,;()[]-*#\"'":
    _CLASS[_byte] = _SEPARATOR
_STARTS_MARK = np.zeros(256, dtype=np.bool_)
_STARTS_MARK[[0xC2, 0xE2, 0xE3]] = True
_LONGEST_GAP = 24
_LONGEST_WORD = 64


@njit(cache=True, nogil=True, fastmath=False)
def _mark_length(data, i):
    """Length in bytes of a UTF-8 separator that starts at i, or 0."""
    size = len(data)
    first = data[i]
    if first == 0xC2 and i + 1 < size and (data[i + 1] == 0xA0 or data[i + 1] == 0xB7):
        return 2
    if i + 2 < size:
        if first == 0xE3 and data[i + 1] == 0x80 and data[i + 2] == 0x80:
            return 3
        if first == 0xE2 and data[i + 1] == 0x80 and data[i + 2] == 0xA2:
            return 3
    return 0


@njit(cache=True, nogil=True, fastmath=False)
def _holds(table, wanted):
    slot = wanted & (len(table) - 1)
    while table[slot] != EMPTY:
        if table[slot] == wanted:
            return True
        slot = (slot + 1) & (len(table) - 1)
    return False


@njit(cache=True, nogil=True, fastmath=False)
def _scan(data, kinds, starts_mark, table, min_words, starts, ends, counts):  # noqa: PLR0917  (a kernel takes arrays one by one)
    size = len(data)
    found = 0
    count, run_start, run_end = 0, 0, 0
    i = 0
    while i <= size:
        mark = 0
        if i < size and starts_mark[data[i]]:
            mark = _mark_length(data, i)
        if i < size and (kinds[data[i]] == _SEPARATOR or mark > 0) and i - run_end < _LONGEST_GAP:
            i += max(mark, 1)
            continue
        known = False
        start = i
        if i < size and kinds[data[i]] == _WORD and mark == 0:
            state = HASH_START
            while i < size and kinds[data[i]] == _WORD:
                byte = int(data[i])
                if starts_mark[byte] and _mark_length(data, i) > 0:
                    break
                if byte < 0x61:
                    byte |= 0x20
                state = ((state ^ byte) * HASH_FACTOR) & HASH_MASK
                i += 1
            known = i - start <= _LONGEST_WORD and _holds(table, state)
        if known:
            if count == 0:
                run_start = start
            count += 1
            run_end = i
            continue
        if count >= min_words:
            starts[found] = run_start
            ends[found] = run_end
            counts[found] = count
            found += 1
        count = 0
        run_end = i
        if start == i:
            i += 1
            run_end = i
    return found


def find_word_runs(data: Any, table: Any, min_words: int = 12) -> tuple[Any, Any, Any]:
    """Maximal runs of at least `min_words` words of the table.

    Args:
        data: array of uint8: ASCII or UTF-8 text, or anything else.
        table: from `make_token_table`.
        min_words: at least 1.

    Returns:
        Three int64 arrays, ordered by start: byte offset of the first word, byte offset after the
        last word, number of words.
    """
    room = len(data) // (2 * min_words) + 2
    starts = np.empty(room, dtype=np.int64)
    ends = np.empty(room, dtype=np.int64)
    counts = np.empty(room, dtype=np.int64)
    found = _scan(data, _CLASS, _STARTS_MARK, table, min_words, starts, ends, counts)
    return starts[:found], ends[:found], counts[:found]
