"""One fast pass that says for each 64 bytes what may stand there; the searches visit only those.

Each mark is necessary, never sufficient: what a search wants to find cannot lie in blocks without
its mark. A text that goes over the border of two blocks is cut there, and the longer part is long
enough to be seen in its own block; a mark that may concern the block before is set on both.
"""

from typing import Any, NamedTuple

import numpy as np

from chainlead.kernels.bitmaps import (
    colon64,
    count_bits,
    dash64,
    digit64,
    dot64,
    equal64,
    high64,
    highest_bit,
    letter64,
    lowest_bit,
    near_phrase64,
    wide_text64,
    zero64,
)
from chainlead.kernels.compiler import njit
from chainlead.kernels.stretch import as_stretch

RUN = 1
"""Letters and digits: 25 or more in a row may begin here."""
WIDE = 2
"""16-bit text: seven characters or more may begin here."""
NAME = 4
"""A dot between a letter, digit or dash and a letter."""
SCHEME = 8
"""A colon behind a letter."""
DIGITS = 16
"""Part of eight groups of six digits: twelve digits, and a group of exactly six."""
WORDS = 32
"""47 bytes of words of three bytes or more, and of what stands between them, may begin here."""
PAIRS = 64
"""`SB` or `ID`, as in `USB` and `VID_`."""

SHORTEST_RUN = 25
SHORTEST_WIDE = 8
FEWEST_GROUPS = 8
SHORTEST_PHRASE = 47
SHORTEST_WORD = 3
PAIR_TEXTS = (b"SB", b"ID")

_NONE = np.uint64(0)
_EVERY = ~np.uint64(0)
_FIRST = np.uint64(1)
_LAST = np.uint64(1 << 63)
_LAST_TWO = np.uint64(3 << 62)
_MIDDLE = np.uint64((1 << SHORTEST_PHRASE) - (1 << 64 - SHORTEST_PHRASE))
"""The bits that 47 in a row hold, wherever they begin in a block that holds them all."""
_FEWEST_DIGITS = 12
_SHORT = 4096
"""Bytes that are copied, with zeros behind them, instead of read in two steps."""
_BACK = RUN | WIDE
_ROW = 64


class Marks(NamedTuple):
    """What may stand in each block of 64 bytes.

    Attributes:
        blocks: a byte for each block, zeros behind them up to a multiple of 64.
        kinds: all marks of all blocks together.
    """

    blocks: Any
    kinds: int


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _words_break(letters, high, phrase):
    """Where no phrase goes on: a byte of another class, or a word of one or two letters."""
    inner = letters | high
    starts = letters & ~((inner << np.uint64(1)) | _FIRST)
    one = starts & ~((inner >> np.uint64(1)) | _LAST)
    two = starts & (letters >> np.uint64(1)) & ~((inner >> np.uint64(2)) | _LAST_TWO)
    return ~phrase | one | two


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _every_second(bits):
    """Where a bit, the next but one and the one after that are set."""
    return bits & (bits >> np.uint64(2)) & (bits >> np.uint64(4))


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _four_in_a_row(bits):
    bits &= bits >> np.uint64(1)
    return bits & (bits >> np.uint64(2))


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _is_phrase_inside(breaks):
    """Whether 47 bytes in a row are no break."""
    row = _four_in_a_row(~breaks)
    row &= row >> np.uint64(4)
    row &= row >> np.uint64(8)
    row &= row >> np.uint64(16)
    return row & (row >> np.uint64(15)) != _NONE


@njit(cache=True, nogil=True, fastmath=False, _nrt=False)
def _scan(data, marks, first, last, tail):
    """Mark the blocks from `first` to `last`; `data` begins there and has a byte more.

    Sums of truth values instead of branches: a wrong guess of the processor costs more than all of
    a block's comparisons. In one function, because a call costs as much as they do.

    Returns:
        All marks together, and how many of the last bytes can begin a phrase.
    """
    kinds = 0
    for block in range(first, last):
        index = 64 * (block - first)
        zero = zero64(data, index)
        if zero == _EVERY:
            marks[block] = 0
            tail = 0
            continue
        letters = letter64(data, index)
        digits = digit64(data, index)
        alnum = letters | digits
        row = _four_in_a_row(alnum)
        row &= row >> np.uint64(4)
        row &= row >> np.uint64(5)  # 13 in a row, half of 25
        mark = int(row != _NONE) * RUN
        if _every_second(zero) != _NONE:
            pairs = (zero >> np.uint64(1)) & wide_text64(data, index)
            mark |= int(_every_second(pairs) != _NONE) * WIDE
        before = ((alnum | dash64(data, index)) << np.uint64(1)) | _FIRST
        behind = (letters >> np.uint64(1)) | _LAST
        mark |= int(dot64(data, index) & before & behind != _NONE) * NAME
        before = (letters << np.uint64(1)) | _FIRST
        mark |= int(colon64(data, index) & before != _NONE) * SCHEME
        six = digits & (digits >> np.uint64(1))
        six &= (six >> np.uint64(2)) & (six >> np.uint64(4))
        six &= ~((digits << np.uint64(1)) | (digits >> np.uint64(6)))
        mark |= (int(six != _NONE) & int(count_bits(digits) >= _FEWEST_DIGITS)) * DIGITS
        high = high64(data, index)
        breaks = _words_break(letters, high, alnum | high | near_phrase64(data, index))
        if breaks & _MIDDLE == _NONE:
            mark |= int(_is_phrase_inside(breaks)) * WORDS
        back = int(tail + lowest_bit(breaks) >= SHORTEST_PHRASE) * WORDS | mark & _BACK
        tail = 63 - highest_bit(breaks)
        pairs = equal64(data, index, 0x53) & equal64(data, index + 1, 0x42)
        pairs |= equal64(data, index, 0x49) & equal64(data, index + 1, 0x44)
        mark |= int(pairs != _NONE) * PAIRS
        marks[block] = mark
        if block > 0:
            marks[block - 1] |= back
        kinds |= mark | back
    return kinds, tail


def mark_blocks(data: Any) -> Marks:
    """Mark each block of 64 bytes (the last one may be shorter).

    Args:
        data: array of uint8.
    """
    size = len(data)
    marks = np.zeros(_room(size), dtype=np.uint8)
    whole = (size - 1) // 64 if size > _SHORT else 0
    last = -(-size // 64)
    rest = data[64 * whole :] if whole else data
    end = np.frombuffer(rest.tobytes().ljust(64 * (last - whole + 1), b"\0"), dtype=np.uint8)
    kinds, tail = _scan(as_stretch(data), marks, 0, whole, 0) if whole else (0, 0)
    more, _ = _scan(end, marks, whole, last, tail)
    marks.flags.writeable = False
    return Marks(marks, kinds | more)


def marks_for(data: Any, marks: Marks | None, *, fits: bool = True) -> Marks:
    """The marks to go by: the given ones, or new ones, or every mark everywhere.

    Args:
        data: array of uint8.
        marks: of this very data, from `mark_blocks`.
        fits: whether nothing is searched for that is shorter than marks can tell.
    """
    if not fits:
        every = np.zeros(_room(len(data)), dtype=np.uint8)
        every[: -(-len(data) // 64)] = 0xFF  # no search may look behind the last block
        return Marks(as_stretch(every), 0xFF)
    return mark_blocks(data) if marks is None else marks


def _room(size: int) -> int:
    return -(-size // (64 * _ROW)) * _ROW
