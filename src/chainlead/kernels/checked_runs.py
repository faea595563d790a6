r"""Unbroken runs of ASCII letters and digits that pass a check, in one pass.

Every address, key and transaction id is such a run of 25 characters or more. 64 bytes become one
bitmap; shifts tell whether a long run begins in it; first character and length choose the checks.
So the cost is per byte, and nearly independent of the number of kinds searched for.

A run behind `%` or `\` may begin with an escape (`%3A`, `\n`, `\u003a`): it is tried as it is and
without it.
"""

from typing import Any

import numpy as np

from chainlead.kernels.bitmaps import (
    ALNUM,
    alnum64,
    bits_left,
    class_table,
    end_of,
    later,
    lowest_bit,
    not_base58_64,
    place_in_end,
    with_bit64,
    without_lowest,
)
from chainlead.kernels.block_marks import RUN, SHORTEST_RUN, Marks, marks_for
from chainlead.kernels.compiler import njit
from chainlead.kernels.stretch import as_stretch
from chainlead.kernels.text_checks import (
    BASE58CHECK,
    CRYPTONOTE,
    RIPPLE58CHECK,
    make_scratch,
    passed_checks,
)

LONGEST_TOLD_APART = 127
_PERCENT, _BACKSLASH, _LETTER_U = 0x25, 0x5C, 0x75
_BASE58 = BASE58CHECK | RIPPLE58CHECK | CRYPTONOTE
_IS_ALNUM = class_table(ALNUM)


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _bits(data, end, index):
    if index + 64 <= len(data):
        return alnum64(data, index)
    if index >= len(data):
        return np.uint64(0)
    return alnum64(end, place_in_end(data, index)) & bits_left(data, index)


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _end_of_run(data, end, place):
    """The first byte from `place` on that is no letter and no digit."""
    while place < len(data):
        ones = lowest_bit(~_bits(data, end, place))
        place += ones
        if ones < 64:
            break
    return place


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _starts(data, end, index):
    """Where in a block a run of 25 or more begins."""
    bits, beyond = _bits(data, end, index), _bits(data, end, index + 64)
    before = np.uint64(1) if index > 0 and _IS_ALNUM[data[index - 1]] else np.uint64(0)
    starts = ~((bits << np.uint64(1)) | before)
    # after these steps a bit says: here and in the next 1, 3, 7, 15 and 24 places
    for distance in (1, 2, 4, 8, 9):
        bits &= later(bits, beyond, distance)
        beyond &= beyond >> np.uint64(distance)
    return bits & starts


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _is_no_base58(data, start, length):
    """Whether a letter or digit that no base58 has stands in the run: most look-alikes end here."""
    return start + 64 <= len(data) and lowest_bit(not_base58_64(data, start)) < min(length, 64)


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _scan(data, end, marks, wanted, scratch, offsets, lengths, passed):  # noqa: PLR0917  (a kernel takes arrays one by one)
    room = len(offsets)
    content, state, lanes, limbs = scratch
    found = 0
    for row in range(0, len(marks), 64):
        blocks = with_bit64(marks, row, RUN)
        while blocks != np.uint64(0):
            index = 64 * (row + lowest_bit(blocks))
            blocks = without_lowest(blocks)
            starts = _starts(data, end, index)
            while starts != np.uint64(0):
                start = index + lowest_bit(starts)
                starts = without_lowest(starts)
                length = _end_of_run(data, end, start + SHORTEST_RUN) - start
                skip = 0
                if start > 0 and (data[start - 1] == _PERCENT or data[start - 1] == _BACKSLASH):
                    skip = 1
                    if data[start - 1] == _PERCENT:
                        skip = 2
                    elif data[start] == _LETTER_U:
                        skip = 5
                for turn in range(2):  # first without the escape, then as it is
                    cut = skip if turn == 0 else 0
                    if turn == 0 and skip == 0:
                        continue
                    first, count = start + cut, length - cut
                    asked = int(wanted[data[first], min(count, LONGEST_TOLD_APART)])
                    if asked == 0 or (asked & ~_BASE58 == 0 and _is_no_base58(data, first, count)):
                        continue
                    done = passed_checks(data, first, count, asked, content, state, lanes, limbs)
                    if done == 0:
                        continue
                    if found < room:
                        offsets[found] = first
                        lengths[found] = count
                        passed[found] = done
                    found += 1
    return found


def find_checked_runs(data: Any, wanted: Any, marks: Marks | None = None) -> tuple[Any, Any, Any]:
    """Maximal runs of [0-9A-Za-z] that some check is asked of, and that pass it.

    Args:
        data: array of uint8.
        wanted: uint16 array of 256 x 128: for a first byte and a length (127 for all longer ones)
            the checks to make, as bits of `text_checks`. Runs shorter than 25 are not looked at,
            but a run may become as short as 20 where an escape is taken off.
        marks: of the data, if they were made already.

    Returns:
        Three arrays, ordered by the end of the run: byte offset and length (int64), checks passed
        (int64).
    """
    blocks, kinds = marks_for(data, marks)
    room = 4096 if kinds & RUN else 0
    while True:
        offsets = np.empty(room, dtype=np.int64)
        lengths = np.empty(room, dtype=np.int64)
        passed = np.empty(room, dtype=np.int64)
        found = 0
        if room:
            scratch = make_scratch()
            found = _scan(
                as_stretch(data), end_of(data), blocks, wanted, scratch, offsets, lengths, passed
            )
        if found <= room:
            return offsets[:found], lengths[:found], passed[:found]
        room = found
