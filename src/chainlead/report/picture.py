"""A trail as pictures: one wide one, and the same cut into windows that fit a page."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from chainlead.report.account_graph import account_graph
from chainlead.report.graph import Graph
from chainlead.report.layout import COLUMN_WIDTH, MARGIN, Layout, place
from chainlead.report.money import money
from chainlead.report.svg import Picture, draw
from chainlead.report.trail import trail_graph

PAGE_COLUMNS = 7
_PREFERRED = ("haircut", "fifo", "lifo", "poison")


def main_rule(trace: Mapping[str, Any]) -> str:
    """The rule whose trail the report draws; the others are files beside it.

    Over accounts most rules end where a balance is not known: the rule that divides money and goes
    furthest is drawn.
    """
    names = sorted(trace["rules"])
    if trace.get("kind") == "accounts":
        dividing = [name for name in names if trace["rules"][name]["conserves"]]
        ordered = [name for name in _PREFERRED if name in dividing]
        ordered += [name for name in dividing if name not in ordered]
        return max(
            ordered or names, key=lambda name: len(trace["rules"][name]["transfers"]), default=""
        )
    return next((name for name in _PREFERRED if name in names), names[0] if names else "")


def trail_svg(trace: Mapping[str, Any], rule: str) -> str:
    """The whole trail of one rule as one SVG."""
    graph = _graph(trace, rule)
    return _drawn(trace, rule, graph, place(graph), None).markup


@dataclass(frozen=True, slots=True)
class LiveTrail:
    """A trail for a page: the picture, and what it draws, for the table beside it."""

    markup: str
    graph: Graph


def live_trail(trace: Mapping[str, Any], rule: str) -> LiveTrail:
    """The same picture as in the report, each thing named in its markup."""
    graph = _graph(trace, rule)
    return LiveTrail(_drawn(trace, rule, graph, place(graph), None, is_live=True).markup, graph)


@dataclass(frozen=True, slots=True)
class PictureToExport:
    """What a form of `picture_forms` is given.

    Attributes:
        trace: one trace of the bundle.
        rule: name of one of its rules.
        graph: what the picture draws.
    """

    trace: Mapping[str, Any]
    rule: str
    graph: Graph


def to_export(trace: Mapping[str, Any], rule: str) -> PictureToExport:
    """The picture of one rule, for the forms."""
    return PictureToExport(trace, rule, _graph(trace, rule))


def page_svgs(trace: Mapping[str, Any], rule: str) -> list[Picture]:
    """The same picture in strips of time, each narrow enough for a page; the last has the legend."""
    graph = _graph(trace, rule)
    layout = place(graph)
    columns = round((layout.width - 2 * MARGIN) / COLUMN_WIDTH) + 1
    pages = -(-columns // PAGE_COLUMNS)
    if pages <= 1:
        return [_drawn(trace, rule, graph, layout, None)]
    each = -(-columns // pages)
    cuts = [MARGIN + (each * page - 0.5) * COLUMN_WIDTH for page in range(pages + 1)]
    cuts[0] = 0.0
    return [
        _drawn(trace, rule, graph, layout, window, with_legend=window[1] == cuts[-1])
        for window in pairwise(cuts)
    ]


def _graph(trace: Mapping[str, Any], rule: str) -> Graph:
    over_accounts = trace.get("kind") == "accounts"
    return account_graph(trace, rule) if over_accounts else trail_graph(trace, rule)


def _drawn(
    trace: Mapping[str, Any],
    rule: str,
    graph: Graph,
    layout: Layout,
    window: tuple[float, float] | None,
    *,
    with_legend: bool = True,
    is_live: bool = False,
) -> Picture:
    chain = str(trace["pinned"].get("chain", ""))
    largest = max((edge.units for edge in graph.edges), default=0)
    amount = money(chain, largest, trace.get("asset"))
    ends = len(trace["rules"][rule]["frontier"])
    return draw(
        graph,
        layout,
        title=f"Trail {trace['trace_id']} under the rule {rule}",
        description=(
            f"From {trace['origin']}, {trace['direction']}, {len(layout.columns)} columns of "
            f"transactions in time order, {ends} ends. The table beside it says the same."
        ),
        scale=(largest, f"{amount['decimal']} {amount['symbol']}"),
        window=window,
        with_legend=with_legend,
        is_live=is_live,
    )
