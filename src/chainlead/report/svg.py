"""Draws a layout as SVG: own markup, escaped text, no script, no reference to anything outside.

Readable in greyscale: shape says what a thing is, dashes say how strongly an edge is known.
Colours are those of Okabe and Ito. See `legend` for what a reader is told.
"""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import isqrt
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
_LINE = {Strength.OBSERVED: "#0072B2", Strength.INFERRED: "#B04A00", Strength.ASSERTED: "#8A3F74"}
_DASH = {Strength.OBSERVED: "", Strength.INFERRED: "9 5", Strength.ASSERTED: "1.5 5"}
_WIDEST = 70  # tenths of a point
_NARROWEST = 10
_FONT = "DejaVu Sans Mono, monospace"
LEGEND_HEIGHT = 98
_MINIMUM_WIDTH = 640.0


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
    """
    left, right = window or (0.0, layout.width)
    bottom = layout.height
    width = max(right - left, _MINIMUM_WIDTH)
    height = bottom + (LEGEND_HEIGHT if with_legend else 0)
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="{"group" if is_live else "img"}" width="{_n(width)}" '
            f'height="{_n(height)}" viewBox="{_n(left)} 0 {_n(width)} {_n(height)}" '
            f'font-family="{_FONT}" font-size="9">'
        ),
        f"<title>{_text(title)}</title>",
        f"<desc>{_text(description)}</desc>",
        f'<rect x="{_n(left)}" y="0" width="{_n(width)}" height="{_n(height)}" fill="#FFFFFF"/>',
        *_columns(layout.columns, bottom, left, right),
        *_edges(layout.routes, scale[0], left, right, is_live=is_live),
        *_nodes(graph.nodes, layout.places, left, right, is_live=is_live),
        *(_legend(left + 14, bottom + 14, scale[1]) if with_legend else ()),
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


def _edges(
    routes: Iterable[tuple[Edge, tuple[Point, ...]]],
    largest: int,
    left: float,
    right: float,
    *,
    is_live: bool,
) -> Iterator[str]:
    for edge, points in sorted(
        routes, key=lambda route: (-route[0].units, route[0].tail, route[0].head)
    ):
        if points[-1][0] < left or points[0][0] > right:
            continue
        path = [f"M{_n(points[0][0])} {_n(points[0][1])}"]
        for (x, y), (to_x, to_y) in itertools.pairwise(points):
            middle = (x + to_x) / 2
            path.append(f"C{_n(middle)} {_n(y)} {_n(middle)} {_n(to_y)} {_n(to_x)} {_n(to_y)}")
        dash = _DASH[edge.strength]
        named = (
            f' data-tail="{_quoted(edge.tail)}" data-head="{_quoted(edge.head)}" '
            f'data-strength="{edge.strength.value}"'
            if is_live
            else ""
        )
        yield (
            f'<path{named} d="{" ".join(path)}" fill="none" stroke="{_LINE[edge.strength]}" '
            f'stroke-opacity="0.75" stroke-width="{_n(line_width(edge.units, largest))}"'
            f"{_dashed(dash)}>"
            f"<title>{_text(edge.title)}</title></path>"
        )
        tip_x, tip_y = points[-1]
        tip_x -= 9
        yield (
            f'<path d="M{_n(tip_x)} {_n(tip_y)} l-6 -3.5 l0 7 z" fill="{_LINE[edge.strength]}"/>'
        )


def _dashed(dash: str) -> str:
    return f' stroke-dasharray="{dash}"' if dash else ""


def _nodes(
    nodes: Iterable[Node],
    places: dict[str, Point],
    left: float,
    right: float,
    *,
    is_live: bool,
) -> Iterator[str]:
    for node in nodes:
        x, y = places[node.key]
        if not left <= x <= right:
            continue
        named = (
            f' role="button" tabindex="-1" data-key="{_quoted(node.key)}" '
            f'data-shape="{node.shape.value}" aria-label="{_quoted(node.title)}"'
            if is_live
            else ""
        )
        yield f"<g{named}><title>{_text(node.title)}</title>"
        yield _shape(node.shape, x, y)
        yield from _label(node, x, y)
        yield "</g>"


def _label(node: Node, x: float, y: float) -> Iterator[str]:
    start = 18 if node.shape is not Shape.TRANSACTION else 15
    shade = "#555555" if node.shape is Shape.TRANSACTION else "#111111"
    wide = max(map(len, node.lines), default=0) * 4.9 + 3
    yield (
        f'<rect x="{_n(x - wide / 2)}" y="{_n(y + start - 8)}" width="{_n(wide)}" '
        f'height="{10 * len(node.lines)}" fill="#FFFFFF" fill-opacity="0.8"/>'
    )
    for number, line in enumerate(node.lines):
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
