"""A hash table of byte strings that kernels can look into."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

HASH_START = 2166136261
HASH_FACTOR = 16777619
HASH_MASK = 0xFFFFFFFF
EMPTY = -1


def _hashes(tokens: Sequence[bytes]) -> Any:
    """The FNV-1a hash of each token, 32 bits."""
    lengths = np.array([len(token) for token in tokens], dtype=np.int64)
    ends = np.cumsum(lengths)
    letters = np.frombuffer(b"".join(tokens), np.uint8)
    order = np.argsort(-lengths, kind="stable")  # the longest first, so that a slice is at work
    starts = (ends - lengths)[order]
    states = np.full(len(tokens), HASH_START, dtype=np.int64)
    live = len(tokens)
    for place in range(int(lengths.max(initial=0))):
        live = int(np.searchsorted(-lengths[order[:live]], -place, side="left"))
        mixed = (states[:live] ^ letters[starts[:live] + place]) * HASH_FACTOR
        states[:live] = mixed & HASH_MASK
    found = np.empty_like(states)
    found[order] = states
    return found


HEAD_LOW, HEAD_HIGH = 0x2545F491, 0x1B873593
"""Odd and below 2^30, so that no product of them with 32 bits leaves 62 bits."""
HEAD_SHIFT = 22
_HEAD_SLOTS = 1 << 19
CASE_BITS = 0x2020202020202020


class WordTable(NamedTuple):
    """The hashes of words, and what rules most other words out at once.

    Attributes:
        slots: from `make_token_table`.
        heads: for words of ASCII letters: whether some word has these first eight letters and
            this length, by a hash.
        shortest: bytes of the shortest word.
    """

    slots: Any
    heads: Any
    shortest: int


class NameTable(NamedTuple):
    """The hashes of two-part names, and which bytes stand before and behind a dot.

    Attributes:
        is_marked: whether every second part begins with a letter, so that `block_marks` sees it.
    """

    slots: Any
    edges: Any
    is_marked: bool


class SchemeTable(NamedTuple):
    """The hashes of schemes, and which bytes stand before their colon."""

    slots: Any
    lasts: Any


def make_scheme_table(schemes: Iterable[bytes]) -> SchemeTable:
    """A table of lower-case schemes without the colon."""
    tokens = sorted(set(schemes))
    lasts = np.zeros(256, dtype=np.bool_)
    for token in tokens:
        lasts[[token[-1], ord(token[-1:].upper())]] = True
    return SchemeTable(make_token_table(tokens), lasts)


def make_word_table(words: Iterable[bytes]) -> WordTable:
    """A table of words, lower case where they are ASCII."""
    tokens = sorted(set(words))
    heads = np.zeros(_HEAD_SLOTS, dtype=np.bool_)
    plain = [token for token in tokens if token.isascii()]
    lengths = np.array([len(token) for token in plain], dtype=np.uint64)
    letters = b"".join(token[:8].ljust(8, b"\0") for token in plain)
    cases = np.array([CASE_BITS & (1 << 8 * length) - 1 for length in range(9)], dtype=np.uint64)
    head = np.frombuffer(letters, dtype="<u8") | cases[np.minimum(lengths, 8).astype(np.int64)]
    low, high = (head & np.uint64(HASH_MASK)) ^ lengths, head >> np.uint64(32)
    mixed = low * np.uint64(HEAD_LOW) + high * np.uint64(HEAD_HIGH)
    heads[(mixed >> np.uint64(HEAD_SHIFT) & np.uint64(_HEAD_SLOTS - 1)).astype(np.int64)] = True
    return WordTable(make_token_table(tokens), heads, min(map(len, tokens), default=1))


def make_name_table(names: Iterable[bytes]) -> NameTable:
    """A table of lower-case names with one dot."""
    tokens = sorted(set(names))
    edges = np.zeros((256, 256), dtype=np.bool_)
    for token in tokens:
        left, _, right = token.partition(b".")
        for before in {left[-1:], left[-1:].upper()}:
            for behind in {right[:1], right[:1].upper()}:
                if before and behind:
                    edges[ord(before), ord(behind)] = True
    is_marked = all(token.partition(b".")[2][:1].isalpha() for token in tokens)
    return NameTable(make_token_table(tokens), edges, is_marked)


def make_token_table(tokens: Iterable[bytes]) -> Any:
    """Open-addressing table of the 32-bit FNV-1a hashes of these byte strings.

    Args:
        tokens: byte strings, lower case where they are ASCII.

    Returns:
        An int64 array whose length is a power of two, at least four slots for each token; -1 is an
        empty slot. Two tokens can share a hash: a kernel's hit has to be looked at again.
    """
    hashes = np.sort(_hashes(list(tokens)))
    hashes = hashes[np.concatenate(([True], hashes[1:] != hashes[:-1]))[: len(hashes)]]
    slots = 16
    while slots < 4 * len(hashes):
        slots *= 2
    table = np.full(slots, EMPTY, dtype=np.int64)
    places = hashes & (slots - 1)
    while len(hashes):  # each takes its place if it is free; the others go on to the next one
        free = table[places] == EMPTY
        table[places[free]] = hashes[free]
        left = table[places] != hashes
        hashes, places = hashes[left], (places[left] + 1) & (slots - 1)
    return table
