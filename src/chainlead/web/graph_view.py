"""What the address of the graph page says: which trace and rule, what of it is drawn, what is chosen.

The address holds the whole view, so that a colleague who opens it sees the same. Places by hand and
opened folds are kept in the case, and are the same for everybody.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query

_LONGEST = 600
SMALLEST_ZOOM, LARGEST_ZOOM = 8, 400


@dataclass(frozen=True, slots=True)
class GraphView:
    """A view of the graph, as text.

    Attributes:
        trace: which trace; empty for the last one.
        rule: one of its rules, `compare`, or empty for the one that the report draws.
        since: only transactions from this time on, as it was written.
        until: only transactions up to this time, as it was written.
        least: only lines that carry at least so much of the trace's asset, as a decimal number.
        start: only what is reached from this node.
        unspent: `yes`: folds of unspent outputs are drawn open.
        off: rules that are not shown in `compare`, with commas between.
        chosen: the node, or tail and head of a line with a space between.
        zoom: size in per cent.
        box: the part that is looked at: x, y, width, height with commas between.
        view: name of a saved view that is shown as it was kept.
    """

    trace: str = ""
    rule: str = ""
    since: str = ""
    until: str = ""
    least: str = ""
    start: str = ""
    unspent: str = ""
    off: str = ""
    chosen: str = ""
    zoom: str = ""
    box: str = ""
    view: str = ""

    @property
    def rules_off(self) -> frozenset[str]:
        """The rules that are not shown."""
        return frozenset(filter(None, self.off.split(",")))

    @property
    def scale(self) -> int | None:
        """The size in per cent, within what can be read; None where none was named."""
        if not self.zoom.isascii() or not self.zoom.isdigit() or len(self.zoom) > 4:
            return None
        return max(SMALLEST_ZOOM, min(LARGEST_ZOOM, int(self.zoom)))

    @property
    def window(self) -> tuple[int, int, int, int] | None:
        """The part that is looked at; None where none was named."""
        parts = self.box.split(",")
        if len(parts) != 4 or not all(_is_whole(part) for part in parts):
            return None
        x, y, width, height = map(int, parts)
        return (x, y, width, height) if width > 0 and height > 0 else None

    def but(self, **changed: str) -> str:
        """The address of the same view with some parts changed, without the page's name."""
        return f"?{urlencode(dict(replace(self, **changed).told()))}"

    def told(self) -> Iterable[tuple[str, str]]:
        """The parts that say something, with their names."""
        for each in fields(self):
            value = getattr(self, each.name)
            if value:
                yield each.name, value

    def hidden(self, *without: str) -> list[tuple[str, str]]:
        """The parts that a form sends along unseen, apart from those that it asks for itself."""
        return [(name, value) for name, value in self.told() if name not in without]


def _is_whole(text: str) -> bool:
    bare = text.removeprefix("-")
    return bare.isascii() and bare.isdigit() and len(bare) <= 7


def view_from(given: Mapping[str, str]) -> GraphView:
    """The view that a form names."""
    names = (each.name for each in fields(GraphView))
    return GraphView(**{name: given.get(name, "")[:_LONGEST] for name in names})


_Part = Annotated[str, Query(max_length=_LONGEST)]


def _asked(  # noqa: PLR0917  (each part of the view is a field of the address)
    trace: _Part = "",
    rule: _Part = "",
    since: _Part = "",
    until: _Part = "",
    least: _Part = "",
    start: _Part = "",
    unspent: _Part = "",
    off: _Part = "",
    chosen: _Part = "",
    zoom: _Part = "",
    box: _Part = "",
    view: _Part = "",
) -> GraphView:
    return GraphView(trace, rule, since, until, least, start, unspent, off, chosen, zoom, box, view)


Viewing = Annotated[GraphView, Depends(_asked)]
