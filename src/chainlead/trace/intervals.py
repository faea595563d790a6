"""Units in their places: the traced stretches of an output, laid end to end and cut again.

For rules that keep each unit's place (`methods/fifo.py`, `methods/lifo.py`): nothing is rounded, so
nothing is lost, and a transaction can be read backward.
"""

from collections.abc import Iterable, Sequence

from chainlead.trace.rule import Source

Intervals = tuple[tuple[int, int], ...]
"""Sorted, disjoint, not touching; each (first unit, unit after the last) inside an output."""


def count_units(intervals: Iterable[tuple[int, int]]) -> int:
    """The length of all intervals together."""
    return sum(end - start for start, end in intervals)


def lay_end_to_end(sources: Sequence[Source[Intervals]]) -> list[tuple[int, int]]:
    """The traced intervals of the queue that the sources form in their order."""
    queue: list[tuple[int, int]] = []
    before = 0
    for source in sources:
        for start, end in source.state or ():
            if queue and queue[-1][1] == before + start:
                queue[-1] = (queue[-1][0], before + end)
            else:
                queue.append((before + start, before + end))
        before += source.amount_units
    return queue


def cut(queue: Sequence[tuple[int, int]], sinks: Sequence[int]) -> list[Intervals | None]:
    """The traced intervals inside each sink, when the sinks are cut from the front of the queue."""
    parts: list[Intervals | None] = []
    place = 0
    front = 0
    for sink in sinks:
        back = front + sink
        inside = []
        while place < len(queue) and queue[place][0] < back:
            start, end = queue[place]
            if sink:
                inside.append((max(start, front) - front, min(end, back) - front))
            if end > back:
                break
            place += 1
        parts.append(tuple(inside) or None)
        front = back
    return parts
