"""A hash table of byte strings that kernels can look into."""

from collections.abc import Iterable
from typing import Any

import numpy as np

HASH_START = 2166136261
HASH_FACTOR = 16777619
HASH_MASK = 0xFFFFFFFF
EMPTY = -1


def _hash(token: bytes) -> int:
    state = HASH_START
    for byte in token:
        state = ((state ^ byte) * HASH_FACTOR) & HASH_MASK
    return state


def make_token_table(tokens: Iterable[bytes]) -> Any:
    """Open-addressing table of the 32-bit FNV-1a hashes of these byte strings.

    Args:
        tokens: byte strings, lower case where they are ASCII.

    Returns:
        An int64 array whose length is a power of two, at least four slots for each token; -1 is an
        empty slot. Two tokens can share a hash: a kernel's hit has to be looked at again.
    """
    hashes = sorted({_hash(token) for token in tokens})
    slots = 16
    while slots < 4 * len(hashes):
        slots *= 2
    table = np.full(slots, EMPTY, dtype=np.int64)
    for wanted in hashes:
        slot = wanted & (slots - 1)
        while table[slot] != EMPTY:
            slot = (slot + 1) & (slots - 1)
        table[slot] = wanted
    return table
