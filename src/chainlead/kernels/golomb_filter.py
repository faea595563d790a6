"""Whether a compact block filter (BIP-158, basic) may hold one of some scripts.

A filter says "no" for sure and "perhaps" with one false alarm in 784,931 for each script.
"""

from typing import Any

import numpy as np

from chainlead.kernels.compiler import njit
from chainlead.kernels.stretch import as_stretch

_P = 19
_M = 784_931


@njit(cache=True, nogil=True, fastmath=False)
def _turned(word, count):
    return (word << np.uint64(count)) | (word >> np.uint64(64 - count))


@njit(cache=True, nogil=True, fastmath=False)
def _round(v0, v1, v2, v3):
    v0 += v1
    v1 = _turned(v1, 13) ^ v0
    v0 = _turned(v0, 32)
    v2 += v3
    v3 = _turned(v3, 16) ^ v2
    v0 += v3
    v3 = _turned(v3, 21) ^ v0
    v2 += v1
    v1 = _turned(v1, 17) ^ v2
    v2 = _turned(v2, 32)
    return v0, v1, v2, v3


@njit(cache=True, nogil=True, fastmath=False)
def _siphash(data, start, end, key0, key1):
    """SipHash-2-4 of data[start:end]."""
    v0 = key0 ^ np.uint64(0x736F6D6570736575)
    v1 = key1 ^ np.uint64(0x646F72616E646F6D)
    v2 = key0 ^ np.uint64(0x6C7967656E657261)
    v3 = key1 ^ np.uint64(0x7465646279746573)
    size = end - start
    whole = size - size % 8
    for at in range(0, whole, 8):
        word = np.uint64(0)
        for k in range(8):
            word |= np.uint64(data[start + at + k]) << np.uint64(8 * k)
        v3 ^= word
        v0, v1, v2, v3 = _round(v0, v1, v2, v3)
        v0, v1, v2, v3 = _round(v0, v1, v2, v3)
        v0 ^= word
    word = np.uint64(size & 0xFF) << np.uint64(56)
    for k in range(size - whole):
        word |= np.uint64(data[start + whole + k]) << np.uint64(8 * k)
    v3 ^= word
    v0, v1, v2, v3 = _round(v0, v1, v2, v3)
    v0, v1, v2, v3 = _round(v0, v1, v2, v3)
    v0 ^= word
    v2 ^= np.uint64(0xFF)
    for _ in range(4):
        v0, v1, v2, v3 = _round(v0, v1, v2, v3)
    return v0 ^ v1 ^ v2 ^ v3


@njit(cache=True, nogil=True, fastmath=False)
def _high_half(left, right):
    """The upper 64 bits of a product of two 64-bit numbers."""
    low = np.uint64(0xFFFFFFFF)
    half = np.uint64(32)
    a, b = left >> half, left & low
    c, d = right >> half, right & low
    middle = a * d + ((b * d) >> half)
    other = b * c + (middle & low)
    return a * c + (middle >> half) + (other >> half)


@njit(cache=True, nogil=True, fastmath=False)
def _matches(content, count, key0, key1, scripts, ends):  # noqa: PLR0917  (a kernel takes arrays one by one)
    span = np.uint64(count) * np.uint64(_M)
    wanted = np.empty(len(ends), dtype=np.uint64)
    start = 0
    for number in range(len(ends)):
        wanted[number] = _high_half(_siphash(scripts, start, ends[number], key0, key1), span)
        start = ends[number]
    wanted.sort()
    value = np.uint64(0)
    place = 0
    bit = 0
    bits = 8 * len(content)
    for _ in range(count):
        quotient = np.uint64(0)
        while True:
            if bit >= bits:
                return -1
            one = (content[bit >> 3] >> (7 - (bit & 7))) & 1
            bit += 1
            if not one:
                break
            quotient += np.uint64(1)
        if bit + _P > bits:
            return -1
        rest = np.uint64(0)
        for _ in range(_P):
            one = (content[bit >> 3] >> (7 - (bit & 7))) & 1
            rest = (rest << np.uint64(1)) | np.uint64(one)
            bit += 1
        value += (quotient << np.uint64(_P)) | rest
        while place < len(wanted) and wanted[place] < value:
            place += 1
        if place == len(wanted):
            return 0
        if wanted[place] == value:
            return 1
    return 0


def match_block_filter(
    content: Any, count: int, key: tuple[int, int], scripts: Any, ends: Any
) -> int:
    """Whether the filter may hold one of the scripts.

    Args:
        content: array of uint8: the filter without its leading count.
        count: how many scripts the filter holds.
        key: the first 16 bytes of the block's hash (internal order), as two little-endian numbers.
        scripts: array of uint8: the scripts, end to end.
        ends: int64 array: where each script ends.

    Returns:
        1 for perhaps, 0 for no, -1 for a filter that ends too early.
    """
    key0, key1 = np.uint64(key[0]), np.uint64(key[1])
    return int(_matches(as_stretch(content), count, key0, key1, as_stretch(scripts), ends))
