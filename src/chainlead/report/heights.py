"""Heights of nodes in their columns: near their neighbours, in order, with a gap between."""

from collections import defaultdict
from collections.abc import Callable, Sequence

_ROUNDS = 12


def spread(
    columns: Sequence[Sequence[str]],
    links: Sequence[tuple[str, str]],
    gap_of: Callable[[str], float],
) -> dict[str, float]:
    """A height for each member, smallest 0; the order of each column is kept.

    Args:
        columns: members from top to bottom.
        links: pairs of members of neighbouring columns.
        gap_of: the room that a member needs; two neighbours stand half of each apart.
    """
    neighbours: dict[str, list[str]] = defaultdict(list)
    for tail, head in links:
        neighbours[tail].append(head)
        neighbours[head].append(tail)
    heights: dict[str, float] = {}
    for keys in columns:
        offsets = _offsets(keys, gap_of)
        middle = offsets[-1] / 2 if offsets else 0.0
        heights.update({key: offset - middle for key, offset in zip(keys, offsets, strict=True)})
    for turn in range(_ROUNDS):
        for keys in columns if turn % 2 == 0 else reversed(columns):
            wished = [
                sum(heights[other] for other in neighbours[key]) / len(neighbours[key])
                if neighbours[key]
                else heights[key]
                for key in keys
            ]
            offsets = _offsets(keys, gap_of)
            level = _nondecreasing([wish - off for wish, off in zip(wished, offsets, strict=True)])
            heights.update(
                {key: lev + off for key, lev, off in zip(keys, level, offsets, strict=True)}
            )
    lowest = min(heights.values(), default=0.0)
    return {key: height - lowest for key, height in heights.items()}


def _offsets(keys: Sequence[str], gap_of: Callable[[str], float]) -> list[float]:
    offsets: list[float] = []
    for place, key in enumerate(keys):
        if not place:
            offsets.append(0.0)
        else:
            offsets.append(offsets[-1] + (gap_of(keys[place - 1]) + gap_of(key)) / 2)
    return offsets


def _nondecreasing(wished: Sequence[float]) -> list[float]:
    """The nearest (least squares) nondecreasing sequence: pool adjacent violators."""
    pools: list[tuple[float, int]] = []
    for value in wished:
        total, size = value, 1
        while pools and pools[-1][0] / pools[-1][1] > total / size:
            before, count = pools.pop()
            total, size = total + before, size + count
        pools.append((total, size))
    return [total / size for total, size in pools for _ in range(size)]
