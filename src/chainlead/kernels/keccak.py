"""Keccak-256 (the padding of 2011, as Ethereum and CryptoNote use it) of short messages.

Spec: the Keccak reference, version 3.0; messages of at most 135 bytes are one block.
"""

import numpy as np

from chainlead.kernels.compiler import njit

LONGEST = 135
_MASK = (1 << 64) - 1


def _round_facts() -> list[int]:
    """The constants of the 24 rounds, from the shift register of the reference."""
    facts, register = [], 1
    for _ in range(24):
        fact = 0
        for power in range(7):
            if register & 1:
                fact |= 1 << (1 << power) - 1
            register = register << 1 ^ (0x171 if register & 0x80 else 0)
        facts.append(fact)
    return facts


def _turns() -> tuple[list[int], list[int]]:
    """For each step of the walk over the 24 lanes: the lane, and how far its value is turned."""
    lanes, turns = [], []
    x, y = 1, 0
    for step in range(24):
        x, y = y, (2 * x + 3 * y) % 5
        lanes.append(x + 5 * y)
        turns.append((step + 1) * (step + 2) // 2 % 64)
    return lanes, turns


_FACTS = np.array(_round_facts(), dtype=np.uint64)
_LANES = np.array(_turns()[0], dtype=np.int64)
_TURNS = np.array(_turns()[1], dtype=np.uint64)


@njit(cache=True, nogil=True, fastmath=False, _nrt=True)
def _turned(word, count):
    return (word << count) | (word >> (np.uint64(64) - count))


@njit(cache=True, nogil=True, fastmath=False, _nrt=True)
def _permute(lanes):
    one = np.uint64(1)
    columns = np.empty(5, dtype=np.uint64)
    for number in range(24):
        for x in range(5):
            columns[x] = lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20]
        for x in range(5):
            mixed = columns[(x + 4) % 5] ^ _turned(columns[(x + 1) % 5], one)
            for y in range(5):
                lanes[x + 5 * y] ^= mixed
        moving = lanes[1]
        for step in range(24):
            lane = _LANES[step]
            kept = lanes[lane]
            lanes[lane] = _turned(moving, _TURNS[step])
            moving = kept
        for y in range(5):
            for x in range(5):
                columns[x] = lanes[x + 5 * y]
            for x in range(5):
                lanes[x + 5 * y] = columns[x] ^ (~columns[(x + 1) % 5] & columns[(x + 2) % 5])
        lanes[0] ^= _FACTS[number]


@njit(cache=True, nogil=True, fastmath=False, _nrt=True)
def keccak256(message, length, lanes):
    """Put the digest of the first `length` bytes into the first four lanes, little-endian.

    Args:
        message: uint8 array.
        length: at most `LONGEST`.
        lanes: uint64 array of 25; overwritten.
    """
    for lane in range(25):
        lanes[lane] = np.uint64(0)
    for place in range(length):
        shift = np.uint64(8 * (place % 8))
        lanes[place // 8] ^= np.uint64(message[place]) << shift
    lanes[length // 8] ^= np.uint64(1) << np.uint64(8 * (length % 8))
    lanes[16] ^= np.uint64(1) << np.uint64(63)
    _permute(lanes)
