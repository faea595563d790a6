"""Time-slab layout: left to right is time, always.

Transactions are cut into slabs: every transaction of a column comes before every one of the next.
What a transaction creates stands in the column after it. The order inside a column is chosen by
medians and swaps so that few edges cross; heights follow the neighbours. Deterministic: the same
graph gives the same picture on every machine.

Limits: x is the order in time, not its length; dates stand above the columns.
"""

import itertools
from collections import defaultdict
from dataclasses import dataclass

from chainlead.report.crossings import ordered_columns
from chainlead.report.graph import Edge, Graph, Node, Shape
from chainlead.report.heights import spread

COLUMN_WIDTH = 86
ROW_GAP = 52
BEND_GAP = 18
MARGIN = 64
HEADER = 46
_SLAB_SIZE = 8
_SHAPE_HEIGHT, _LINE_HEIGHT = 22, 10

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Column:
    """A slab of transactions: where it stands, and the dates of its first and last one."""

    x: float
    first_date: str
    last_date: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Positions of all nodes, the points that each edge runs through, and the columns."""

    width: float
    height: float
    columns: tuple[Column, ...]
    places: dict[str, Point]
    routes: tuple[tuple[Edge, tuple[Point, ...]], ...]


def slabs(graph: Graph) -> list[list[Node]]:
    """The transactions in ledger order, cut where one needs what an earlier of its slab created."""
    creators: dict[str, str] = {}
    needs: dict[str, set[str]] = defaultdict(set)
    transactions = sorted(
        (node for node in graph.nodes if node.has_time),
        key=lambda node: (node.moment, node.key),
    )
    keys = {node.key for node in transactions}
    for edge in graph.edges:
        if edge.tail in keys:
            creators[edge.head] = edge.tail
    for edge in graph.edges:
        if edge.head in keys and edge.tail in creators:
            needs[edge.head].add(creators[edge.tail])
    cut: list[list[Node]] = []
    for node in transactions:
        here = {earlier.key for earlier in cut[-1]} if cut else set()
        if not cut or len(cut[-1]) >= _SLAB_SIZE or needs[node.key] & here:
            cut.append([])
        cut[-1].append(node)
    return cut


def column_of(graph: Graph) -> dict[str, int]:
    """The column of each node: even for transactions, odd for what they created."""
    cut = slabs(graph)
    columns = {node.key: 2 * place for place, slab in enumerate(cut) for node in slab}
    leaving: dict[str, list[str]] = defaultdict(list)
    for edge in graph.edges:
        leaving[edge.tail].append(edge.head)
    created = {edge.head: edge.tail for edge in graph.edges if edge.tail in columns}
    rest = [node for node in graph.nodes if not node.has_time]
    for node in rest:
        if node.key in created:
            columns[node.key] = columns[created[node.key]] + 1
    for node in rest:
        if node.key not in columns and node.shape is not Shape.SERVICE:
            later = [columns[head] for head in leaving[node.key] if head in columns]
            columns[node.key] = min(later) - 1 if later else -1
    for edge in graph.edges:
        if edge.head not in columns:
            columns[edge.head] = columns[edge.tail] + 1
    for node in graph.nodes:
        columns.setdefault(node.key, 0)
    return columns


def place(graph: Graph) -> Layout:
    """Positions for everything in the graph; the same for the same graph."""
    columns = column_of(graph)
    first = min(columns.values(), default=0)
    chains = [_chain(edge, columns, number) for number, edge in enumerate(graph.edges)]
    members: dict[int, list[str]] = defaultdict(list)
    for key in sorted(columns):
        members[columns[key]].append(key)
    links: list[tuple[str, str]] = []
    for edge, chain in zip(graph.edges, chains, strict=True):
        for step, key in enumerate(chain[1:-1], start=1):
            members[columns[edge.tail] + step].append(key)
        links.extend(itertools.pairwise(chain))
    ordered = ordered_columns([members[column] for column in sorted(members)], links)
    gaps = {n.key: max(ROW_GAP, 2 * label_height(n) - ROW_GAP) for n in graph.nodes}
    heights = spread(ordered, links, lambda key: gaps.get(key, BEND_GAP))
    x_of = {
        key: MARGIN + (column - first) * COLUMN_WIDTH
        for column, keys in zip(sorted(members), ordered, strict=True)
        for key in keys
    }
    points = {
        key: (round(x_of[key], 1), round(HEADER + MARGIN / 2 + y, 1)) for key, y in heights.items()
    }
    return Layout(
        width=round(max((x for x, _ in points.values()), default=0.0) + MARGIN, 1),
        height=round(max((y for _, y in points.values()), default=0.0) + MARGIN, 1),
        columns=_dated(graph, first),
        places={key: points[key] for key in columns},
        routes=tuple(
            (edge, tuple(points[key] for key in chain))
            for edge, chain in zip(graph.edges, chains, strict=True)
        ),
    )


def label_height(node: Node) -> int:
    """How much room a node needs down to the end of its label, with a date below it."""
    return _SHAPE_HEIGHT + _LINE_HEIGHT * len(node.lines)


def _chain(edge: Edge, columns: dict[str, int], number: int) -> list[str]:
    """The edge's tail, a bend in each column that it passes, its head."""
    passed = max(columns[edge.head] - columns[edge.tail] - 1, 0)
    return [edge.tail, *(f"\0bend {number:06d} {step:06d}" for step in range(passed)), edge.head]


def _dated(graph: Graph, first: int) -> tuple[Column, ...]:
    return tuple(
        Column(
            x=float(MARGIN + (2 * position - first) * COLUMN_WIDTH),
            first_date=slab[0].date,
            last_date=slab[-1].date,
        )
        for position, slab in enumerate(slabs(graph))
    )
