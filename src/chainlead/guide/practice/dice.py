"""Chance that is the same on every machine: SHA-256 in counter mode under a seed."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """A stream of numbers fixed by its seed."""

    def __init__(self, seed: str) -> None:
        """Begin the stream that this seed names."""
        self._start = hashlib.sha256(seed.encode())
        self._counter = 0

    def bytes(self, size: int) -> bytes:
        """The next `size` bytes."""
        made = b""
        while len(made) < size:
            block = self._start.copy()
            block.update(self._counter.to_bytes(8, "big"))
            made += block.digest()
            self._counter += 1
        return made[:size]

    def number(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int.from_bytes(self.bytes(8), "big") % (high - low + 1)

    def choice(self, options: Sequence[T]) -> T:
        """One of the options."""
        return options[self.number(0, len(options) - 1)]

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """The same things in another order (Fisher-Yates)."""
        order = list(things)
        for place in range(len(order) - 1, 0, -1):
            other = self.number(0, place)
            order[place], order[other] = order[other], order[place]
        return order

    def some(self, things: Sequence[T], count: int) -> list[T]:
        """So many of the things, each at most once, in random order; all where there are fewer."""
        order = list(things)
        count = min(count, len(order))
        for place in range(count):
            other = self.number(place, len(order) - 1)
            order[place], order[other] = order[other], order[place]
        return order[:count]
