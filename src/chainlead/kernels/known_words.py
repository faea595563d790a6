"""Runs of words that are all in a given table, with nothing but light separators between them.

A word is a stretch of ASCII letters (in either case) and of bytes from 0x80 on. Separators are
white space, digits, `. , ; ( ) [ ] - * # " '`, and in UTF-8 the no-break space, the middle dot,
the bullet and the ideographic space.

Most text is no such run, and most of it is never looked at word by word: a run of twelve words of
three bytes is 47 bytes long at least, so one unknown word every 47 bytes rules it out.
"""

from typing import Any

import numpy as np

from chainlead.kernels.bitmaps import (
    PHRASE,
    SEPARATORS,
    bits_left,
    class_table,
    eight_bytes,
    end_of,
    high64,
    highest_bit,
    later,
    letter64,
    lowest_bit,
    place_in_end,
    rough_phrase64,
    with_bit64,
    without_lowest,
)
from chainlead.kernels.block_marks import (
    SHORTEST_PHRASE,
    SHORTEST_WORD,
    WORDS,
    Marks,
    marks_for,
)
from chainlead.kernels.compiler import njit
from chainlead.kernels.stretch import as_stretch
from chainlead.kernels.token_table import (
    CASE_BITS,
    EMPTY,
    HASH_FACTOR,
    HASH_MASK,
    HASH_START,
    HEAD_HIGH,
    HEAD_LOW,
    HEAD_SHIFT,
    WordTable,
)

_GAP, _WORD = 1, 2
_IS_PHRASE = class_table(PHRASE)
_KIND = np.where(_IS_PHRASE, _WORD, 0).astype(np.uint8)
_KIND[list(SEPARATORS)] = _GAP
_LONGEST_GAP = 24
_LONGEST_WORD = 64
_HALF = 32


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
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


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _kind(data, i):
    """Whether a byte belongs to a word, to a gap, or to neither."""
    kind = _KIND[data[i]]
    if data[i] < 0x80:
        return kind
    for back in range(3):
        if i >= back and _mark_length(data, i - back) > back:
            return _GAP
    return kind


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _is_known(data, start, end, table):
    if end - start > _LONGEST_WORD:
        return False
    state = HASH_START
    for i in range(start, end):
        byte = int(data[i])
        if byte < 0x61:
            byte |= 0x20
        state = ((state ^ byte) * HASH_FACTOR) & HASH_MASK
    slot = state & (len(table) - 1)
    while table[slot] != EMPTY:
        if table[slot] == state:
            return True
        slot = (slot + 1) & (len(table) - 1)
    return False


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _word_end(data, i):
    while i < len(data) and _kind(data, i) == _WORD:
        i += 1
    return i


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _is_ruled_out(data, place, heads):
    """Where to go on if `place` belongs to no run, for plain ASCII text; else -1 (not known)."""
    base = place - _HALF
    if base < 0 or base + 64 > len(data) or high64(data, base) != np.uint64(0):
        return -1
    letters = letter64(data, base)
    half = np.uint64(_HALF)
    one = np.uint64(1)
    upper = ~(letters >> half)
    lower = letters & ((one << half) - one)
    if upper & one != np.uint64(0):  # a gap: look at the word before it
        last = highest_bit(lower)
        if last < _HALF - 1 - _LONGEST_GAP:
            return place + 1
        end = last + 1
        after = place + 1
    else:
        right = lowest_bit(upper)
        if right >= _HALF:
            return -1
        end = _HALF + right
        after = base + end
    below = ~letters & ((one << np.uint64(end)) - one)
    if end > _HALF:
        below = ~letters & ((one << half) - one)
    start = highest_bit(below) + 1
    if start == 0 or base + start + 8 > len(data):
        return -1
    length = end - start
    head = eight_bytes(data, base + start) | np.uint64(CASE_BITS)
    if length < 8:
        head &= (one << np.uint64(8 * length)) - one
    low = int(head & np.uint64(HASH_MASK)) ^ length
    mixed = low * HEAD_LOW + int(head >> np.uint64(32)) * HEAD_HIGH
    if heads[mixed >> HEAD_SHIFT & len(heads) - 1]:
        return -1
    return after


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _start_of_run(data, first, place, table):
    """The first known word of the run that holds `place`, not before `first`; or -1.

    Returns:
        Start of the run or -1, and where to go on if it is -1.
    """
    run_start = -1
    after = place + 1
    i = place
    while i >= first:
        gap_end = i + 1
        while i >= first and gap_end - i - 1 <= _LONGEST_GAP and _kind(data, i) == _GAP:
            i -= 1
        if i < first or _kind(data, i) != _WORD or gap_end - i - 1 > _LONGEST_GAP:
            break
        end = i + 1
        if run_start < 0:
            end = _word_end(data, i)
        start = i
        while start > first and _kind(data, start - 1) == _WORD:
            start -= 1
        if not _is_known(data, start, end, table):
            if run_start < 0:
                after = max(after, end)
            break
        run_start = start
        i = start - 1
    return run_start, after


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _read_run(data, start, table):
    """Number of known words from `start` on, the end of the last, and where to go on."""
    count, run_end = 0, start
    i = start
    while i < len(data):
        end = _word_end(data, i)
        if end == i or not _is_known(data, i, end, table):
            return count, run_end, max(end, i)
        count += 1
        run_end = end
        i = end
        while i < len(data) and _kind(data, i) == _GAP:
            i += 1
        if i - run_end > _LONGEST_GAP:
            break
    return count, run_end, i


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _bits(data, end, index):
    """Where a run may be: its bytes, and a few that end it."""
    if index + 64 <= len(data):
        return rough_phrase64(data, index)
    if index >= len(data):
        return np.uint64(0)
    return rough_phrase64(end, place_in_end(data, index)) & bits_left(data, index)


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _long_start(bits, following, span):
    """Bits at which at least `span` (at most 64) of the class stand in a row."""
    done = 1
    while done < span:
        step = min(done, span - done)
        bits &= later(bits, following, step)
        following &= following >> np.uint64(step)
        done += step
    return bits


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _scan(data, end, marks, table, heads, min_words, span, starts, ends, counts):  # noqa: PLR0917  (a kernel takes arrays one by one)
    size = len(data)
    found = 0
    sure = min(span, 64)
    free = 0
    known = 0  # where `following` was read: behind the block before
    following = np.uint64(0)
    for row in range(0, len(marks), 64):
        blocks = with_bit64(marks, row, WORDS)
        while blocks != np.uint64(0):
            index = 64 * (row + lowest_bit(blocks))
            blocks = without_lowest(blocks)
            if known != index or index == 0:
                following = _bits(data, end, index)
                if free <= index and index > 0 and _kind(data, index - 1) == _WORD:
                    free = _word_end(data, index)  # of a word that no run begins with
            bits = following
            following = _bits(data, end, index + 64)
            known = index + 64
            if index + 64 <= free:
                continue
            if free > index:
                bits = (bits >> np.uint64(free - index)) << np.uint64(free - index)
            bits = _long_start(bits, following, sure)
            while bits != np.uint64(0):
                first = index + lowest_bit(bits)
                place = first + span - 1
                if place >= size:
                    return found
                # look only at the byte that every run from here on must reach
                if _KIND[data[place]] == 0:
                    free = place + 1
                else:
                    start, free = -1, _is_ruled_out(data, place, heads)
                    if free < 0:
                        start, free = _start_of_run(data, first, place, table)
                    if start >= 0:
                        count, stop, free = _read_run(data, start, table)
                        free = max(free, first + 1)
                        if count >= min_words:
                            if found < len(starts):
                                starts[found] = start
                                ends[found] = stop
                                counts[found] = count
                            found += 1
                if free >= index + 64:
                    break
                bits = (bits >> np.uint64(free - index)) << np.uint64(free - index)
    return found


def find_word_runs(
    data: Any, words: WordTable, min_words: int = 12, marks: Marks | None = None
) -> tuple[Any, Any, Any]:
    """Maximal runs of at least `min_words` words of the table.

    Args:
        data: array of uint8: ASCII or UTF-8 text, or anything else.
        words: from `make_word_table`.
        min_words: at least 1.
        marks: of the data, if they were made already.

    Returns:
        Three int64 arrays, ordered by start: byte offset of the first word, byte offset after the
        last word, number of words.
    """
    span = min_words * words.shortest + min_words - 1
    fits = words.shortest >= SHORTEST_WORD and span >= SHORTEST_PHRASE
    blocks, kinds = marks_for(data, marks, fits=fits)
    room = 4096 if kinds & WORDS else 0
    while True:
        starts = np.empty(room, dtype=np.int64)
        ends = np.empty(room, dtype=np.int64)
        counts = np.empty(room, dtype=np.int64)
        found = 0
        if room:
            tables = words.slots, words.heads
            columns = starts, ends, counts
            found = _scan(
                as_stretch(data), end_of(data), blocks, *tables, min_words, span, *columns
            )
        if found <= room:
            return starts[:found], ends[:found], counts[:found]
        room = found
