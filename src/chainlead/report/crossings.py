"""Order inside columns so that few edges cross: medians forth and back, then swaps of neighbours.

The layered method of Sugiyama, Tagawa and Toda (1981) with the median and transpose steps of
Gansner et al., "A technique for drawing directed graphs" (1993).
"""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Sequence

_ROUNDS = 10
_SWAP_LIMIT = 600

Links = Sequence[tuple[str, str]]


def ordered_columns(columns: Sequence[Sequence[str]], links: Links) -> list[list[str]]:
    """The columns with their members re-ordered.

    Args:
        columns: members of each column, left to right.
        links: pairs of members of neighbouring columns, left member first.
    """
    left: dict[str, list[str]] = defaultdict(list)
    right: dict[str, list[str]] = defaultdict(list)
    for tail, head in links:
        left[head].append(tail)
        right[tail].append(head)
    best = [list(keys) for keys in _walked(columns, right)]
    fewest = total_crossings(best, right)
    work = [list(keys) for keys in best]
    for turn in range(_ROUNDS):
        forward = turn % 2 == 0
        order = range(1, len(work)) if forward else range(len(work) - 2, -1, -1)
        for column in order:
            beside = work[column - 1] if forward else work[column + 1]
            _sort_by_median(work[column], beside, left if forward else right)
        if sum(map(len, work)) <= _SWAP_LIMIT:
            _swap_neighbours(work, left, right)
        crossings = total_crossings(work, right)
        if crossings < fewest:
            fewest, best = crossings, [list(keys) for keys in work]
        if not fewest:
            break
    return best


def total_crossings(columns: Sequence[Sequence[str]], right: dict[str, list[str]]) -> int:
    """How many pairs of edges between neighbouring columns cross."""
    return sum(
        _crossings_between(keys, columns[number + 1], right)
        for number, keys in enumerate(columns[:-1])
    )


def _crossings_between(
    keys: Sequence[str], beside: Sequence[str], right: dict[str, list[str]]
) -> int:
    rank = {key: place for place, key in enumerate(beside)}
    seen: list[int] = []
    crossings = 0
    for key in keys:
        ends = sorted(rank[head] for head in right[key] if head in rank)
        crossings += sum(len(seen) - bisect_right(seen, end) for end in ends)
        for end in ends:
            insort(seen, end)
    return crossings


def _walked(columns: Sequence[Sequence[str]], right: dict[str, list[str]]) -> list[list[str]]:
    """First order: as a walk from the left meets them, so that branches stay together."""
    place = {key: number for number, keys in enumerate(columns) for key in keys}
    met: list[list[str]] = [[] for _ in columns]
    seen: set[str] = set()
    for keys in columns:
        for start in keys:
            waiting = [start]
            while waiting:
                key = waiting.pop()
                if key in seen:
                    continue
                seen.add(key)
                met[place[key]].append(key)
                waiting.extend(sorted(right[key], reverse=True))
    return met


def _sort_by_median(
    keys: list[str], beside: Sequence[str], neighbours: dict[str, list[str]]
) -> None:
    rank = {key: place for place, key in enumerate(beside)}
    medians: dict[str, float] = {}
    for place, key in enumerate(keys):
        ranks = sorted(rank[other] for other in neighbours[key] if other in rank)
        half = len(ranks) // 2
        if not ranks:
            medians[key] = float(place)
        elif len(ranks) % 2:
            medians[key] = float(ranks[half])
        else:
            medians[key] = (ranks[half - 1] + ranks[half]) / 2
    keys.sort(key=lambda key: medians[key])


def _swap_neighbours(
    columns: list[list[str]], left: dict[str, list[str]], right: dict[str, list[str]]
) -> None:
    for number, keys in enumerate(columns):
        before = {key: place for place, key in enumerate(columns[number - 1])} if number else {}
        after = (
            {key: place for place, key in enumerate(columns[number + 1])}
            if number + 1 < len(columns)
            else {}
        )
        for place in range(len(keys) - 1):
            upper, lower = keys[place], keys[place + 1]
            kept = _pair(left, upper, lower, before) + _pair(right, upper, lower, after)
            turned = _pair(left, lower, upper, before) + _pair(right, lower, upper, after)
            if turned < kept:
                keys[place], keys[place + 1] = lower, upper


def _pair(neighbours: dict[str, list[str]], upper: str, lower: str, rank: dict[str, int]) -> int:
    return sum(
        rank[one] > rank[other]
        for one in neighbours[upper]
        if one in rank
        for other in neighbours[lower]
        if other in rank
    )
