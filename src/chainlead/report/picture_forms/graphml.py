"""GraphML, for programs that draw or measure graphs.

Spec: GraphML 1.0 (graphml.graphdrawing.org). Amounts are text in base units: a whole number of some
coins is larger than the format's `long`. Characters that XML cannot hold are written as their code. What
a person folded is there thing by thing, each with the name of its box.
"""

from collections.abc import Iterator
from typing import ClassVar
from xml.sax.saxutils import escape

from chainlead.report.picture import PictureToExport
from chainlead.report.picture_format import (
    PictureFormat,
    by_rule_text,
    facts_of,
    folded_in,
    lines_of,
)
from chainlead.report.plain_text import visible

_OF_NODE = ("shape", "label", "title", "date", "x", "y", "fold", "folded_in")
_OF_EDGE = ("strength", "amount_units", "amount", "symbol", "title", "by_rule")


class GraphMl(PictureFormat):
    """Nodes and lines with all that the picture says of them."""

    name: ClassVar[str] = "graphml"
    title: ClassVar[str] = "Save as GraphML"
    media_type: ClassVar[str] = "application/graphml+xml"

    def content(self, export: PictureToExport) -> bytes:
        """One directed graph; its own facts say which trace and rule it is."""
        return ("\n".join(_lines(export)) + "\n").encode()


def _lines(export: PictureToExport) -> Iterator[str]:
    facts = facts_of(export)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
    for place, names in (("graph", tuple(facts)), ("node", _OF_NODE), ("edge", _OF_EDGE)):
        for name in names:
            yield (
                f'<key id="{place}_{name}" for="{place}" attr.name="{name}" attr.type="string"/>'
            )
    yield '<graph id="trail" edgedefault="directed">'
    yield from (_data("graph", name, value) for name, value in facts.items())
    for node in sorted(export.everything.nodes, key=lambda each: each.key):
        x, y = export.places.get(export.inside.get(node.key, node.key), ("", ""))
        values = (
            node.shape.value, " / ".join(node.lines), node.title, node.date, str(x), str(y), node.fold,
            folded_in(export, node.key),
        )  # fmt: skip
        yield f'<node id="{_quoted(node.key)}">'
        yield from (_data("node", *pair) for pair in zip(_OF_NODE, values, strict=True))
        yield "</node>"
    for edge, amount in lines_of(export):
        said = (
            edge.strength.value, amount["units"], amount["decimal"], amount["symbol"], edge.title,
            by_rule_text(edge),
        )  # fmt: skip
        yield f'<edge source="{_quoted(edge.tail)}" target="{_quoted(edge.head)}">'
        yield from (_data("edge", *pair) for pair in zip(_OF_EDGE, said, strict=True))
        yield "</edge>"
    yield "</graph>"
    yield "</graphml>"


def _data(place: str, name: str, value: str) -> str:
    return f'<data key="{place}_{name}">{escape(visible(value))}</data>'


def _quoted(text: str) -> str:
    return escape(visible(text), {'"': "&quot;"})
