"""Sets of byte ranges: what of a volume was read as files, and what lies outside them."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator

Span = tuple[int, int]
"""First byte and the byte after the last."""


class Spans:
    """Ranges gathered in any order, then looked at as a sorted list without overlaps."""

    def __init__(self, spans: Iterable[Span] = ()) -> None:
        """Start with some ranges."""
        self._new: list[Span] = list(spans)
        self._merged: list[Span] = []

    def add(self, start: int, end: int) -> None:
        """One more range; an empty one changes nothing."""
        if start < end:
            self._new.append((start, end))

    def merged(self) -> list[Span]:
        """Sorted, neither overlapping nor touching."""
        if self._new:
            merged: list[Span] = []
            for start, end in sorted((*self._merged, *self._new)):
                if start >= end:
                    continue
                if merged and start <= merged[-1][1]:
                    merged[-1] = (merged[-1][0], max(merged[-1][1], end))
                else:
                    merged.append((start, end))
            self._merged, self._new = merged, []
        return self._merged

    def gaps(self, start: int, end: int) -> Iterator[Span]:
        """What of a range is not in the set, in order."""
        merged = self.merged()
        position = start
        for low, high in merged[max(bisect_right(merged, (start, start)) - 1, 0) :]:
            if low >= end:
                break
            if low > position:
                yield position, low
            position = max(position, high)
        if position < end:
            yield position, end

    def within(self, start: int, end: int) -> Iterator[Span]:
        """What of a range is in the set, in order."""
        merged = self.merged()
        for low, high in merged[max(bisect_right(merged, (start, start)) - 1, 0) :]:
            if low >= end:
                break
            if high > start:
                yield max(low, start), min(high, end)

    def covers(self, start: int, end: int) -> bool:
        """Whether the whole range is in the set."""
        return next(self.gaps(start, end), None) is None
