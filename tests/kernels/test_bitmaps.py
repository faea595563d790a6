import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from chainlead.kernels import bitmaps

CLASSES = {
    "alnum64": bitmaps.ALNUM,
    "letter64": bitmaps.LETTER,
    "zero64": bitmaps.ZERO,
    "dot64": bitmaps.DOT,
    "colon64": bitmaps.COLON,
    "wide_text64": bitmaps.WIDE_TEXT,
    "digit64": bitmaps.DIGIT,
    "dash64": bitmaps.DASH,
    "rough_phrase64": bitmaps.ROUGH_PHRASE,
    "near_phrase64": bitmaps.NEAR_PHRASE,
    "high64": bitmaps.HIGH,
    "not_base58_64": bitmaps.NOT_BASE58,
}
EVERY_BYTE = np.frombuffer(bytes(range(256)) + bytes(64), dtype=np.uint8)


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_a_bitmap_is_the_class_byte_by_byte(name):
    bitmap, ranges = getattr(bitmaps, name), CLASSES[name]

    @njit
    def at(data, index):
        return bitmap(data, index)

    table = bitmaps.class_table(ranges)
    for index in range(0, 256, 37):
        expected = sum(1 << k for k in range(64) if table[EVERY_BYTE[index + k]])
        assert int(at(EVERY_BYTE, index)) == expected
    for byte in range(256):
        assert bool(table[byte]) == any(first <= byte <= last for first, last in ranges)


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1), st.integers(1, 63))
def test_a_bitmap_seen_later_takes_bits_of_the_next(bits, following, distance):
    both = following << 64 | bits
    seen = bitmaps.later(np.uint64(bits), np.uint64(following), distance)
    assert int(seen) == both >> distance & (1 << 64) - 1


def test_the_set_bits_are_counted():
    @njit
    def count(number):
        return bitmaps.count_bits(number)

    for bits in (0, 1, 1 << 63, 0x5555, (1 << 64) - 1, 0x8000_0000_0000_0001):
        assert int(count(np.uint64(bits))) == bits.bit_count()


@pytest.mark.parametrize("bit", [1, 4, 128])
def test_bytes_with_a_bit_are_told(bit):
    @njit
    def at(data, index):
        return bitmaps.with_bit64(data, index, bit)

    for index in range(0, 256, 37):
        expected = sum(1 << k for k in range(64) if EVERY_BYTE[index + k] & bit)
        assert int(at(EVERY_BYTE, index)) == expected


def test_a_rough_class_holds_all_of_the_exact_one():
    exact = bitmaps.class_table(bitmaps.PHRASE)
    rough, near = (bitmaps.class_table(c) for c in (bitmaps.ROUGH_PHRASE, bitmaps.NEAR_PHRASE))
    others = bitmaps.class_table((*bitmaps.ALNUM, *bitmaps.HIGH))
    assert not (exact & ~rough).any()
    assert not (exact & ~(near | others)).any()
