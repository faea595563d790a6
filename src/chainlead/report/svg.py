"""Draws a layout as SVG: own markup, escaped text, no script, no reference to anything outside.

Readable in greyscale: shape says what a thing is, dashes say how strongly an edge is known.
Colours are those of Okabe and Ito. See `legend` for what a reader is told.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import isqrt
from textwrap import wrap
from xml.sax.saxutils import escape

from chainlead.model import Strength
from chainlead.report.graph import Edge, Graph, Node, Shape
from chainlead.report.layout import HEADER, Column, Layout, Point
from chainlead.report.plain_text import visible

_FILL = {
    Shape.ORIGIN: "#D55E00",
    Shape.OUTPUT: "#BFE3F7",
    Shape.TRANSACTION: "#333333",
    Shape.SERVICE: "#9FDCC6",
    Shape.FOLD: "#FBE6BF",
}
_BY_HAND = "#EBD3E2"
_LINE = {Strength.OBSERVED: "#0072B2", Strength.INFERRED: "#B04A00", Strength.ASSERTED: "#8A3F74"}
_DASH = {Strength.OBSERVED: "", Strength.INFERRED: "9 5", Strength.ASSERTED: "1.5 5"}
_WIDEST = 70  # tenths of a point
_NARROWEST = 10
_FONT = "DejaVu Sans Mono, monospace"
LEGEND_HEIGHT = 98
_LEGEND_LINE = 14
_LEGEND_WIDTH = 108
_SPREAD = (
    "Several rules: the pale line is as wide as the most that any of them brings there, the dark one "
    "in it as the least; no dark line: some rule brings nothing."
)
_MINIMUM_WIDTH = 640.0


@dataclass(frozen=True, slots=True)
class Marks:
    """What persons and rules add to a picture.

    Attributes:
        notes: node key, or tail and head of a line with a space between, to its number of notes.
        marked: the same names, for what is marked for the report.
        moved: node keys that a person moved.
        dated: keys of transactions that write their own date, because no column says it.
        reasons: the same names to the id of the reason why.
        lines: further lines of the legend.
        beneath: what stands below everything, such as the name and digest of a saved view.
    """

    notes: Mapping[str, int] = field(default_factory=dict)
    marked: frozenset[str] = frozenset()
    moved: frozenset[str] = frozenset()
    dated: frozenset[str] = frozenset()
    reasons: Mapping[str, str] = field(default_factory=dict)
    lines: tuple[str, ...] = ()
    beneath: tuple[str, ...] = ()


_PLAIN = Marks()


@dataclass(frozen=True, slots=True)
class Picture:
    """SVG text with its size in points."""

    markup: str
    width: float
    height: float


def draw(
    graph: Graph,
    layout: Layout,
    *,
    title: str,
    description: str,
    scale: tuple[int, str],
    window: tuple[float, float] | None = None,
    with_legend: bool = True,
    is_live: bool = False,
    marks: Marks = _PLAIN,
    top: float = 0.0,
) -> Picture:
    """The picture.

    Args:
        graph: what is drawn.
        layout: where.
        title: name of the picture, for readers who cannot see it.
        description: what it shows, in a sentence or two.
        scale: the amount of the widest line in base units, and the same in words.
        window: draw only this range of x; the whole layout if left out.
        with_legend: whether what the marks mean is written below.
        is_live: name each thing in the markup, so that a page can point at it; the same to the eye.
        marks: what persons and rules add.
        top: the smallest y.
    """
    left, right = window or (0.0, layout.width)
    bottom = layout.height
    width = max(right - left, _MINIMUM_WIDTH)
    is_compared = any(edge.by_rule for edge in graph.edges)
    told = (*((_SPREAD,) if is_compared else ()), *marks.lines, *marks.beneath)
    said = [line for text in told for line in wrap(text, _LEGEND_WIDTH)]
    height = bottom - top + (LEGEND_HEIGHT + _LEGEND_LINE * len(said) if with_legend else 0)
    view = f"{_n(left)} {_n(top)} {_n(width)} {_n(height)}"
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="{"group" if is_live else "img"}" width="{_n(width)}" '
            f'height="{_n(height)}" viewBox="{view}" '
            f'font-family="{_FONT}" font-size="9">'
        ),
        f"<title>{_text(title)}</title>",
        f"<desc>{_text(description)}</desc>",
        (
            f'<rect x="{_n(left)}" y="{_n(top)}" width="{_n(width)}" height="{_n(height)}" '
            'fill="#FFFFFF"/>'
        ),
        *_columns(layout.columns, bottom, left, right),
        *draw_edges(layout.routes, scale[0], (left, right), is_live=is_live, marks=marks),
        *_nodes(graph.nodes, layout.places, (left, right), is_live=is_live, marks=marks),
        *(_legend(left + 14, bottom + 14, scale[1]) if with_legend else ()),
        *(_further(left + 14, bottom + LEGEND_HEIGHT, said) if with_legend else ()),
        "</svg>\n",
    ]
    return Picture("\n".join(parts), width, height)


def line_width(units: int, largest: int) -> float:
    """Width of a line in points: the square root of the amount, scaled to the largest."""
    if largest <= 0 or units <= 0:
        return _NARROWEST / 10
    return max(_NARROWEST, isqrt(_WIDEST * _WIDEST * min(units, largest) // largest)) / 10


def _n(number: float) -> str:
    text = f"{number:.1f}"
    return text.removesuffix(".0")


def _text(text: str) -> str:
    return escape(visible(text))


def _quoted(text: str) -> str:
    return escape(visible(text), {'"': "&quot;"})


def _columns(columns: Iterable[Column], bottom: float, left: float, right: float) -> Iterator[str]:
    for column in columns:
        if not left <= column.x < right:
            continue
        yield (
            f'<line x1="{_n(column.x)}" y1="{HEADER - 8}" x2="{_n(column.x)}" '
            f'y2="{_n(bottom - 6)}" stroke="#DDDDDD" stroke-width="0.6"/>'
        )
        lines = [column.first_date]
        if column.last_date != column.first_date:
            lines.append(f"– {column.last_date}")
        for number, line in enumerate(lines):
            yield (
                f'<text x="{_n(column.x)}" y="{16 + 11 * number}" text-anchor="middle" '
                f'fill="#333333">{_text(line)}</text>'
            )


def draw_edges(
    routes: Iterable[tuple[Edge, tuple[Point, ...]]],
    largest: int,
    window: tuple[float, float],
    *,
    is_live: bool,
    marks: Marks,
) -> Iterator[str]:
    """The lines, widest first, so that thin ones stay in sight."""
    for edge, points in sorted(
        routes, key=lambda route: (-route[0].units, route[0].tail, route[0].head)
    ):
        if (
            max(points[0][0], points[-1][0]) < window[0]
            or min(points[0][0], points[-1][0]) > window[1]
        ):
            continue
        path = [f"M{_n(points[0][0])} {_n(points[0][1])}"]
        for (x, y), (to_x, to_y) in itertools.pairwise(points):
            middle = (x + to_x) / 2
            path.append(f"C{_n(middle)} {_n(y)} {_n(middle)} {_n(to_y)} {_n(to_x)} {_n(to_y)}")
        way = " ".join(path)
        named = _edge_names(edge, marks) if is_live else ""
        stroke = f'fill="none" stroke="{_LINE[edge.strength]}"'
        dash = _dashed(_DASH[edge.strength])
        pale = edge.by_rule and edge.least != edge.units
        yield (
            f'<path{named} d="{way}" {stroke} stroke-opacity="{"0.3" if pale else "0.75"}" '
            f'stroke-width="{_n(line_width(edge.units, largest))}"{dash}>'
            f"<title>{_text(edge.title)}</title></path>"
        )
        if pale and edge.least:
            yield (
                f'<path d="{way}" {stroke} pointer-events="none" '
                f'stroke-width="{_n(line_width(edge.least, largest))}"{dash}/>'
            )
        yield _tip(edge, points)
        yield from _edge_marks(edge, points, marks)


def _tip(edge: Edge, points: tuple[Point, ...]) -> str:
    """The arrow head; it points where the line runs, also where a moved node turned it round."""
    x, y = points[-1]
    way = -1 if x < points[-2][0] else 1
    return (
        f'<path d="M{_n(x - 9 * way)} {_n(y)} l{-6 * way} -3.5 l0 7 z" '
        f'fill="{_LINE[edge.strength]}"/>'
    )


def _edge_names(edge: Edge, marks: Marks) -> str:
    key = f"{edge.tail} {edge.head}"
    rules = " ".join(f"{rule}={units}" for rule, units in edge.by_rule)
    return (
        f' data-tail="{_quoted(edge.tail)}" data-head="{_quoted(edge.head)}" '
        f'data-edge="{_quoted(edge.tail)}:{_quoted(edge.head)}" '
        f'data-strength="{edge.strength.value}" data-units="{edge.units}"'
        + (f' data-rules="{_quoted(rules)}"' if rules else "")
        + _added(key, marks)
    )


def _added(key: str, marks: Marks) -> str:
    return (
        (f' data-why="{_quoted(marks.reasons[key])}"' if key in marks.reasons else "")
        + (f' data-note="{marks.notes[key]}"' if marks.notes.get(key) else "")
        + (' data-marked="true"' if key in marks.marked else "")
    )


def _edge_marks(edge: Edge, points: tuple[Point, ...], marks: Marks) -> Iterator[str]:
    key = f"{edge.tail} {edge.head}"
    place = points[len(points) // 2] if len(points) > 2 else None
    x, y = place or ((points[0][0] + points[-1][0]) / 2, (points[0][1] + points[-1][1]) / 2)
    yield from _flags(x, y, key, marks)


def _flags(x: float, y: float, key: str, marks: Marks) -> Iterator[str]:
    """A flag for what is marked for the report, a sheet with a number for notes."""
    if key in marks.marked:
        yield f'<path d="M{_n(x + 8)} {_n(y - 6)} v-13 h9 l-3 4 l3 4 h-9" fill="#000000"/>'
    if marks.notes.get(key):
        yield (
            f'<rect x="{_n(x - 20)}" y="{_n(y - 19)}" width="11" height="11" fill="#FFFFFF" '
            f'stroke="#000000" stroke-width="0.8"/><text x="{_n(x - 14.5)}" y="{_n(y - 10.5)}" '
            f'text-anchor="middle" font-size="8">{marks.notes[key]}</text>'
        )


def _dashed(dash: str) -> str:
    return f' stroke-dasharray="{dash}"' if dash else ""


def _nodes(
    nodes: Iterable[Node],
    places: Mapping[str, Point],
    window: tuple[float, float],
    *,
    is_live: bool,
    marks: Marks,
) -> Iterator[str]:
    for node in nodes:
        x, y = places[node.key]
        if not window[0] <= x <= window[1]:
            continue
        named = _node_names(node, (x, y), marks) if is_live else ""
        yield f"<g{named}><title>{_text(node.title)}</title>"
        yield _hand_box(x, y) if node.is_by_hand else _shape(node.shape, x, y)
        yield from _label(node, x, y, dated=node.key in marks.dated)
        yield from _flags(x, y, node.key, marks)
        yield "</g>"


def _node_names(node: Node, place: Point, marks: Marks) -> str:
    held = node.held
    return (
        f' role="button" tabindex="-1" data-key="{_quoted(node.key)}" '
        f'data-shape="{node.shape.value}" data-x="{_n(place[0])}" data-y="{_n(place[1])}"'
        + (f' data-fold="{_quoted(node.fold)}"' if node.fold else "")
        + (
            f' data-held="{held.transactions} {held.ends} {held.units} {held.unspent}"'
            if held
            else ""
        )
        + (' data-by-hand="true"' if node.is_by_hand else "")
        + (' data-moved="true"' if node.key in marks.moved else "")
        + _added(node.key, marks)
        + f' aria-label="{_quoted(node.title)}"'
    )


def _label(node: Node, x: float, y: float, *, dated: bool) -> Iterator[str]:
    lines = (*node.lines, node.date) if dated and node.date else node.lines
    start = 18 if node.shape is not Shape.TRANSACTION else 15
    start += 5 if node.is_by_hand else 0
    shade = "#555555" if node.shape is Shape.TRANSACTION else "#111111"
    wide = max(map(len, lines), default=0) * 4.9 + 3
    yield (
        f'<rect x="{_n(x - wide / 2)}" y="{_n(y + start - 8)}" width="{_n(wide)}" '
        f'height="{10 * len(lines)}" fill="#FFFFFF" fill-opacity="0.8"/>'
    )
    for number, line in enumerate(lines):
        yield (
            f'<text x="{_n(x)}" y="{_n(y + start + 10 * number)}" text-anchor="middle" '
            f'font-size="8" fill="{shade}">{_text(line)}</text>'
        )


def _shape(shape: Shape, x: float, y: float) -> str:
    look = f'fill="{_FILL[shape]}" stroke="#222222" stroke-width="1"'
    if shape is Shape.TRANSACTION:
        return f'<rect x="{_n(x - 4.5)}" y="{_n(y - 4.5)}" width="9" height="9" {look}/>'
    if shape is Shape.OUTPUT:
        return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="8" {look}/>'
    if shape is Shape.FOLD:
        return (
            f'<rect x="{_n(x - 13)}" y="{_n(y - 8)}" width="26" height="16" rx="5" {look} />'
            f'<text x="{_n(x)}" y="{_n(y + 3)}" text-anchor="middle" fill="#222222">…</text>'
        )
    corners = (
        [(0, -10), (10, 0), (0, 10), (-10, 0)]
        if shape is Shape.ORIGIN
        else [(-11, 0), (-5.5, -9.5), (5.5, -9.5), (11, 0), (5.5, 9.5), (-5.5, 9.5)]
    )
    points = " ".join(f"{_n(x + dx)},{_n(y + dy)}" for dx, dy in corners)
    return f'<polygon points="{points}" {look}/>'


def _hand_box(x: float, y: float) -> str:
    """A fold that a person made: a double edge and a word, so that it is told from others in grey."""
    look = 'stroke="#222222" stroke-width="1"'
    return (
        f'<rect x="{_n(x - 21)}" y="{_n(y - 13)}" width="42" height="26" rx="6" fill="#FFFFFF" {look}/>'
        f'<rect x="{_n(x - 17.5)}" y="{_n(y - 9.5)}" width="35" height="19" rx="4" fill="{_BY_HAND}" {look}/>'
        f'<text x="{_n(x)}" y="{_n(y + 3)}" text-anchor="middle" fill="#222222">hand</text>'
    )


def _legend(x: float, y: float, widest: str) -> Iterator[str]:
    names = {
        Shape.ORIGIN: "origin",
        Shape.OUTPUT: "output (address)",
        Shape.TRANSACTION: "transaction",
        Shape.SERVICE: "service",
        Shape.FOLD: "folded; see table",
    }
    for number, (shape, name) in enumerate(names.items()):
        at = x + 10 + 124 * number
        yield _shape(shape, at, y + 8)
        yield f'<text x="{_n(at + 17)}" y="{_n(y + 11)}">{name}</text>'
    words = {
        Strength.OBSERVED: "observed",
        Strength.INFERRED: "inferred by the rule",
        Strength.ASSERTED: "asserted by a source",
    }
    for number, (strength, name) in enumerate(words.items()):
        at = x + 190 * number
        yield (
            f'<line x1="{_n(at)}" y1="{_n(y + 31)}" x2="{_n(at + 46)}" y2="{_n(y + 31)}" '
            f'stroke="{_LINE[strength]}" stroke-width="2.5"{_dashed(_DASH[strength])}/>'
        )
        yield f'<text x="{_n(at + 53)}" y="{_n(y + 34)}">{name}</text>'
    yield (
        f'<line x1="{_n(x)}" y1="{_n(y + 52)}" x2="{_n(x + 46)}" y2="{_n(y + 52)}" '
        f'stroke="{_LINE[Strength.OBSERVED]}" stroke-width="{_n(_WIDEST / 10)}"/>'
    )
    yield (
        f'<text x="{_n(x + 53)}" y="{_n(y + 55)}">{_text(widest)}; '
        "a line half as wide is a quarter of the amount.</text>"
    )
    yield (
        f'<text x="{_n(x)}" y="{_n(y + 72)}">Left to right is time: every transaction of a column '
        "comes before every one of the next. Dates are UTC.</text>"
    )


def _further(x: float, y: float, lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield f'<text x="{_n(x)}" y="{_n(y + _LEGEND_LINE * number)}">{_text(line)}</text>'
