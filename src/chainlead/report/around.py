"""Places for a picture whose base stands still: what was moved stays, what is new comes around it.

The base picture is laid out as if nothing were open and nothing had been moved. Then hand-moved nodes
take their places, and what an opened fold shows is put near its badge: at the x of its time between
the frozen columns, and at the nearest y where nothing stands. Deterministic; no search depends on the
order in which a set is read.

Limits: a new node's x lies between those of the frozen transactions before and after it, so many of
them in one gap stand close in x and are set apart in y.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from chainlead.report.canvas import Place
from chainlead.report.graph import Edge, Graph, Node
from chainlead.report.layout import (
    COLUMN_WIDTH,
    HEADER,
    MARGIN,
    Layout,
    Point,
    label_height,
    slabs,
)

BOX_WIDTH, BOX_HEIGHT = 80, 50
"""No two new things stand nearer than this in both directions; a long label needs more below it."""
_TOP = HEADER + MARGIN // 2


@dataclass(frozen=True, slots=True)
class Around:
    """A layout around a frozen base.

    Attributes:
        layout: where everything is, with the dates of the base's columns.
        left, top: the smallest x and y that is drawn; 0 where nothing stands outside.
        fresh: keys that the base does not have.
        moved: keys that a person moved.
        out_of_time: transactions that stand right of a later one, as keys, in ledger order.
    """

    layout: Layout
    left: float
    top: float
    fresh: frozenset[str]
    moved: frozenset[str]
    out_of_time: tuple[str, ...]


def place_around(
    base: Layout,
    base_graph: Graph,
    graph: Graph,
    *,
    moved: Mapping[str, Place],
    kept: Mapping[str, Place],
) -> Around:
    """Positions for a graph that shares nodes with a base that was laid out before.

    Args:
        base: the layout of `base_graph`.
        base_graph: what was drawn before anything was opened.
        graph: what is drawn now.
        moved: places that a person chose; they win.
        kept: places that opened nodes got when they were opened.
    """
    present = {node.key for node in graph.nodes}
    places: dict[str, Point] = {}
    for key in sorted(present):
        if key in moved:
            places[key] = (float(moved[key][0]), float(moved[key][1]))
        elif key in base.places:
            places[key] = base.places[key]
        elif key in kept:
            places[key] = (float(kept[key][0]), float(kept[key][1]))
    fresh = sorted(present - places.keys())
    if fresh:
        _place_fresh(_Frozen(base, base_graph, graph, places), graph, fresh)
    xs = [x for x, _ in places.values()]
    ys = [y for _, y in places.values()]
    layout = replace(
        base,
        width=max([base.width, *(round(x + MARGIN, 1) for x in xs)]),
        height=max([base.height, *(round(y + MARGIN, 1) for y in ys)]),
        places=places,
        routes=_routes(base, graph, places),
    )
    return Around(
        layout,
        left=min([0.0, *(x - MARGIN for x in xs)]),
        top=min([0.0, *(y - MARGIN for y in ys)]),
        fresh=frozenset(present - base.places.keys()),
        moved=frozenset(present & moved.keys()),
        out_of_time=out_of_time(graph, places),
    )


def out_of_time(graph: Graph, places: Mapping[str, Point]) -> tuple[str, ...]:
    """Transactions that stand right of one that is later, in ledger order."""
    timed = sorted(
        (node for node in graph.nodes if node.has_time), key=lambda node: (node.moment, node.key)
    )
    found: list[str] = []
    nearest = float("inf")
    for node in reversed(timed):
        x = places[node.key][0]
        if x > nearest:
            found.append(node.key)
        nearest = min(nearest, x)
    return tuple(reversed(found))


class _Frozen:
    """What stands already: taken boxes, and the x that a time has."""

    def __init__(
        self, base: Layout, base_graph: Graph, graph: Graph, places: dict[str, Point]
    ) -> None:
        self.places = places
        self.heights = {node.key: max(BOX_HEIGHT, label_height(node)) for node in graph.nodes}
        self._cells: dict[int, list[tuple[float, float, float]]] = defaultdict(list)
        for key in sorted(places):
            self._take(key)
        columns = slabs(base_graph)
        self.firsts = [min((node.moment, node.key) for node in slab) for slab in columns]
        self.lasts = [max(node.moment for node in slab) for slab in columns]
        self.xs = [base.places[slab[0].key][0] for slab in columns]

    def put(self, key: str, x: float, y: float) -> None:
        """Put a node at this x, as near to this y as there is room; above is as good as below."""
        height = self.heights.get(key, BOX_HEIGHT)
        cell = int(x // BOX_WIDTH)
        taken = sorted(
            (top - height, bottom)
            for each in (cell - 1, cell, cell + 1)
            for other_x, top, bottom in self._cells.get(each, ())
            if abs(x - other_x) < BOX_WIDTH
        )
        best = None
        low = float(_TOP)
        for high, below in (*taken, (float("inf"), 0.0)):
            if low <= high:
                at = min(max(y, low), high)
                if best is None or abs(at - y) < abs(best - y):
                    best = at
            low = max(low, below)
        assert best is not None  # below everything there is room
        self.places[key] = (x, round(best, 1))
        self._take(key)

    def _take(self, key: str) -> None:
        x, y = self.places[key]
        box = (x, y, y + self.heights.get(key, BOX_HEIGHT))
        self._cells[int(x // BOX_WIDTH)].append(box)


def _place_fresh(frozen: _Frozen, graph: Graph, fresh: list[str]) -> None:
    nodes = {node.key: node for node in graph.nodes}
    entering: dict[str, list[Edge]] = defaultdict(list)
    leaving: dict[str, list[Edge]] = defaultdict(list)
    for edge in graph.edges:
        entering[edge.head].append(edge)
        leaving[edge.tail].append(edge)
    timed = sorted(
        (nodes[key] for key in fresh if nodes[key].has_time),
        key=lambda node: (node.moment, node.key),
    )
    x_of = _times(frozen, graph, timed, entering)
    for key in fresh:
        if nodes[key].has_time:
            continue
        before = [_x(frozen, x_of, edge.tail) for edge in entering[key]]
        after = [_x(frozen, x_of, edge.head) for edge in leaving[key]]
        left = max((x for x in before if x is not None), default=None)
        right = min((x for x in after if x is not None), default=None)
        x_of[key] = _between(left, right)
    order = sorted(fresh, key=lambda key: (x_of[key], nodes[key].moment, key))
    for key in order:
        beside = [
            frozen.places[other]
            for other in sorted(
                {
                    *(edge.tail for edge in entering[key]),
                    *(edge.head for edge in leaving[key]),
                }
            )
            if other in frozen.places
        ]
        y = sum(point[1] for point in beside) / len(beside) if beside else float(_TOP)
        frozen.put(key, float(round(x_of[key])), round(y, 1))


def _x(frozen: _Frozen, x_of: Mapping[str, float], key: str) -> float | None:
    if key in x_of:
        return x_of[key]
    return frozen.places[key][0] if key in frozen.places else None


def _between(left: float | None, right: float | None) -> float:
    """The x of an output between the transaction that made it and the one that spends it."""
    if left is not None and right is not None and left < right:
        return left + min(COLUMN_WIDTH, (right - left) / 2)
    if left is not None:
        return left + COLUMN_WIDTH
    return max((right or COLUMN_WIDTH) - COLUMN_WIDTH, 0)


def _times(
    frozen: _Frozen, graph: Graph, timed: list[Node], entering: Mapping[str, list[Edge]]
) -> dict[str, float]:
    """The x of each new transaction: in the gap of the frozen columns to which its time belongs.

    One whose time is within that of a column stands in it, unless it needs what stands there.
    """
    gaps: dict[int, list[Node]] = defaultdict(list)
    x_of: dict[str, float] = {}
    late: set[str] = set()
    for node in timed:
        gap = bisect_right(frozen.firsts, (node.moment, node.key))
        before = {step.tail for edge in entering[node.key] for step in entering[edge.tail]}
        column = frozen.xs[gap - 1] if gap else 0.0
        stands = all(
            (x_of.get(key) or frozen.places.get(key, (column, 0.0))[0]) < column and key not in late
            for key in before
        )
        if gap and node.moment < frozen.lasts[gap - 1] and stands:
            x_of[node.key] = column
        else:
            gaps[gap].append(node)
            late.add(node.key)
    for gap, members in sorted(gaps.items()):
        keys = {node.key for node in members}
        near = {edge.head for edge in graph.edges if edge.tail in keys} | {
            edge.tail for edge in graph.edges if edge.head in keys
        }
        inner = tuple(edge for edge in graph.edges if {edge.tail, edge.head} <= keys | near)
        rest = tuple(n for n in graph.nodes if n.key in near and not n.has_time)
        columns = slabs(Graph((*members, *rest), inner))
        left = frozen.xs[gap - 1] if gap else None
        right = frozen.xs[gap] if gap < len(frozen.xs) else None
        for number, members_here in enumerate(columns, start=1):
            for node in members_here:
                x_of[node.key] = _share(left, right, number, len(columns))
    return x_of


def _share(left: float | None, right: float | None, number: int, count: int) -> float:
    if left is not None and right is not None:
        start = min(left + COLUMN_WIDTH, right)  # right of what the column before created
        return start + (right - start) * number / (count + 1)
    if left is not None:
        return left + 2 * COLUMN_WIDTH * number
    if right is not None:
        return right - 2 * COLUMN_WIDTH * (count + 1 - number)
    return MARGIN + 2 * COLUMN_WIDTH * (number - 1)


def _routes(
    base: Layout, graph: Graph, places: Mapping[str, Point]
) -> tuple[tuple[Edge, tuple[Point, ...]], ...]:
    """The base's own ways where both ends stand where they stood; else straight ones."""
    ways = {(edge.tail, edge.head): points for edge, points in base.routes}
    found = []
    for edge in graph.edges:
        ends = (places[edge.tail], places[edge.head])
        way = ways.get((edge.tail, edge.head), ())
        found.append((edge, way if way and (way[0], way[-1]) == ends else ends))
    return tuple(found)
