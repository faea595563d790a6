"""Runs of base64 or hex, with the lines of one block joined, whose first bytes could mean something.

64 bytes become one bitmap and shifts tell whether a long run begins in it. Whether the first bytes
decode to text or to a known beginning is decided here, so that pages of keys, digests and pictures
cost nothing in the interpreter. A block that is given may still decode to nothing of interest; one
that is left out cannot.

Spec: RFC 4648 (both alphabets of base64, and hex).
"""

from typing import Any

import numpy as np

from chainlead.kernels.bitmaps import (
    bits_left,
    code64,
    copy_end,
    later,
    lowest_bit,
    place_in_end,
    without_lowest,
)
from chainlead.kernels.compiler import njit
from chainlead.kernels.stretch import as_stretch

SHORTEST = 44
_LOOK = 32
_PATH_STEPS, _PATH_CHARACTERS = 6, 200
_MOST_BLANKS, _LONGEST_LAST_LINE = 8, 75
_FULL_LINES = (60, 64, 72, 76)
_MIDDLE = np.uint64((1 << 44) - (1 << 20))
_UPPER = np.uint64((1 << 64) - (1 << 41))
_NEXT = np.uint64((1 << 22) - 1)
_NO_CODE, _BLANK = 255, 254
_RETURN, _NEWLINE, _SPACE, _TAB, _SLASH, _EQUALS = 0x0D, 0x0A, 0x20, 0x09, 0x2F, 0x3D
_ZERO, _EITHER_X = 0x30, (0x58, 0x78)
_LEAD_BYTES, _CONTINUATIONS = 0xC2, 0x80


def _make_values() -> tuple[Any, Any]:
    """What a character stands for in base64 and in hex."""
    base64 = np.full(256, _NO_CODE, dtype=np.uint8)
    base64[list(b" \t\n\r\f\v")] = _BLANK
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    base64[list(alphabet)] = range(62)
    base64[list(b"+-")] = 62
    base64[list(b"/_")] = 63
    digits = np.full(256, _NO_CODE, dtype=np.uint8)
    digits[list(b"0123456789")] = range(10)
    digits[list(b"abcdef")] = digits[list(b"ABCDEF")] = range(10, 16)
    return base64, digits


_BASE64, _HEX = _make_values()


@njit(cache=True, nogil=True, fastmath=False)
def _bits(data, end, index):
    if index + 64 <= len(data):
        return code64(data, index)
    if index >= len(data):
        return np.uint64(0)
    return code64(end, place_in_end(data, index)) & bits_left(data, index)


@njit(cache=True, nogil=True, fastmath=False)
def _end_of_run(data, end, place):
    while place < len(data):
        ones = lowest_bit(~_bits(data, end, place))
        place += ones
        if ones < 64:
            break
    return place


@njit(cache=True, nogil=True, fastmath=False)
def _behind_break(data, place):
    """The place behind a line break and up to 8 blanks; -1 if there is none."""
    size = len(data)
    if place + 1 < size and data[place] == _RETURN and data[place + 1] == _NEWLINE:
        place += 1
    if place >= size or data[place] != _NEWLINE:
        return -1
    place += 1
    until = min(place + _MOST_BLANKS, size)
    while place < until and (data[place] == _SPACE or data[place] == _TAB):
        place += 1
    return place


@njit(cache=True, nogil=True, fastmath=False)
def _behind_equals(data, place):
    until = min(place + 2, len(data))
    while place < until and data[place] == _EQUALS:
        place += 1
    return place


@njit(cache=True, nogil=True, fastmath=False)
def _behind_last_line(data, place):
    """The place behind a shorter last line and its padding; -1 if none follows."""
    first = _behind_break(data, place)
    if first < 0:
        return -1
    size = len(data)
    at = first
    while at < size and at - first <= _LONGEST_LAST_LINE and _BASE64[data[at]] < _BLANK:
        at += 1
    if at == first or at - first > _LONGEST_LAST_LINE:
        return -1
    at = _behind_equals(data, at)
    if at < size and (data[at] == _EQUALS or _BASE64[data[at]] < _BLANK):
        return -1
    return at


@njit(cache=True, nogil=True, fastmath=False)
def _means_something(head, count, tables):
    """Whether bytes are text, or could be UTF-8, or begin like something known."""
    is_text, is_beginning = tables
    if count == 0 or (count > 1 and is_beginning[head[0], head[1]]):
        return True
    all_text = True
    all_utf8, missing, is_high = True, 0, False
    for place in range(count):
        byte = head[place]
        all_text = all_text and is_text[byte]
        if missing > 0:
            all_utf8 = all_utf8 and 0x80 <= byte < 0xC0
            missing -= 1
        elif byte >= 0x80:
            all_utf8 = all_utf8 and _LEAD_BYTES <= byte < 0xF5
            missing = 1 + (byte >= 0xE0) + (byte >= 0xF0)
            is_high = True
        if not (all_text or all_utf8):
            return False
    return all_text or is_high


@njit(cache=True, nogil=True, fastmath=False)
def _is_promising(data, begin, tables, head):
    until = min(begin + _LOOK, len(data))
    values, bits, count, all_hex = np.int64(0), 0, 0, until - begin == _LOOK
    for place in range(begin, until):
        value = _BASE64[data[place]]
        if value == _NO_CODE:
            return True  # where the block ends is not for this function to judge
        all_hex = all_hex and _HEX[data[place]] != _NO_CODE
        if value == _BLANK:
            continue
        values = (values << 6 | np.int64(value)) & 0xFFFF
        bits += 6
        if bits >= 8:
            bits -= 8
            head[count] = (values >> bits) & 0xFF
            count += 1
    if _means_something(head, count, tables):
        return True
    if not all_hex:
        return False
    for place in range(_LOOK // 2):
        at = begin + 2 * place
        head[place] = _HEX[data[at]] << 4 | _HEX[data[at + 1]]
    return _means_something(head, _LOOK // 2, tables)


@njit(cache=True, nogil=True, fastmath=False)
def _has_promise(data, start, end, tables, head):
    """Whether a block means something from its start, behind `0x`, or behind a path in front."""
    if start == 0 or _is_promising(data, start, tables, head):
        return True
    is_prefixed = data[start] == _ZERO and data[start + 1] in _EITHER_X
    if is_prefixed and _is_promising(data, start + 2, tables, head):
        return True
    until = min(start + _PATH_CHARACTERS, end - SHORTEST)
    steps = 0
    for place in range(start, until):
        if data[place] != _SLASH:
            continue
        if _is_promising(data, place + 1, tables, head):
            return True
        steps += 1
        if steps == _PATH_STEPS:
            break
    return False


@njit(cache=True, nogil=True, fastmath=False)
def _runs(data, end, starts, ends):
    """The runs of 44 characters and more."""
    found, room = 0, len(starts)
    last_bit = np.uint64(0)
    following = _bits(data, end, 0)
    for index in range(0, len(data), 64):
        bits = following
        following = _bits(data, end, index + 64)
        # where a run of 44 begins in these 64 places, it fills one of these three stretches
        fills = bits & _MIDDLE == _MIDDLE or bits & _UPPER == _UPPER or following & _NEXT == _NEXT
        if not fills:
            last_bit = bits >> np.uint64(63)
            continue
        # after these steps a bit says: here and in the next 1, 3, 7, 15, 31 and 43 places
        long, beyond = bits, following
        for distance in (1, 2, 4, 8, 16, 12):
            long &= later(long, beyond, distance)
            beyond &= beyond >> np.uint64(distance)
        begins = long & ~((bits << np.uint64(1)) | last_bit)
        last_bit = bits >> np.uint64(63)
        while begins != np.uint64(0):
            start = index + lowest_bit(begins)
            begins = without_lowest(begins)
            if found < room:
                starts[found] = start
                ends[found] = _end_of_run(data, end, start + SHORTEST)
            found += 1
    return found


@njit(cache=True, nogil=True, fastmath=False)
def _scan(data, core, tables, starts, ends):
    """The blocks overwrite the runs, of which there are at least as many."""
    count = _runs(data, copy_end(data), starts, ends)
    if count > len(starts):
        return -count
    head = np.empty(_LOOK, dtype=np.uint8)
    found = 0
    number = 0
    while number < count:
        start, end = starts[number], ends[number]
        if start >= core:
            break
        number += 1
        width = end - start
        if width in _FULL_LINES:
            while number < count and _behind_break(data, end) == starts[number]:
                length = ends[number] - starts[number]
                if length > width:
                    break
                end = ends[number]
                number += 1
                if length < width:
                    break
            last = _behind_last_line(data, end)
            if last >= 0:
                end = last
        end = _behind_equals(data, end)
        if _has_promise(data, start, end, tables, head):
            starts[found] = start
            ends[found] = end
            found += 1
    return found


def find_encoded_blocks(data: Any, core: int, is_text: Any, is_beginning: Any) -> tuple[Any, Any]:
    """Blocks of base64 or hex that may decode to something; see `evidence.encoded_runs`.

    Args:
        data: array of uint8.
        core: blocks that start here or later are left out.
        is_text: 256 booleans: bytes of plain text.
        is_beginning: 256 x 256 booleans: the first two bytes of what can be read.

    Returns:
        Arrays of starts and ends (line breaks inside and padding included), sorted.
    """
    room = max(4096, len(data) // 77)  # lines of base64 in mail and keys
    while True:
        starts = np.empty(room, dtype=np.int64)
        ends = np.empty(room, dtype=np.int64)
        found = _scan(as_stretch(data), core, (is_text, is_beginning), starts, ends)
        if found >= 0:
            return starts[:found], ends[:found]
        room = -found
