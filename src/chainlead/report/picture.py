"""A trail as pictures: one wide one, and the same cut into windows that fit a page.

The picture of a page, of a file and of the report is the same drawing; a canvas adds what persons did
to it. Where too much would be drawn it folds further, and beyond that it says so.
"""

import gc
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from chainlead.errors import CanvasError
from chainlead.report.account_graph import whole_account_trail
from chainlead.report.around import Around, place_around
from chainlead.report.behind import add_behind
from chainlead.report.canvas import COMPARE, Canvas, Narrowing, Place, edge_subject, node_subject
from chainlead.report.compare import compared, in_words, only_rules
from chainlead.report.fold import TRANSACTION_BUDGET, folded
from chainlead.report.further import legend_boxes, legend_lines
from chainlead.report.graph import Graph, Node
from chainlead.report.hand_fold import ByHand, hand_folded
from chainlead.report.layout import COLUMN_WIDTH, MARGIN, Layout, place
from chainlead.report.money import money
from chainlead.report.narrow import (
    MOST_ELEMENTS,
    Refusal,
    elements,
    narrowed,
    nothing_left,
    refusal,
    unspent_count,
)
from chainlead.report.svg import Marks, Picture, draw
from chainlead.report.trail import whole_trail
from chainlead.report.whole import Whole
from chainlead.report.why.reason import Why
from chainlead.report.why.trail import reason_ids, trail_reasons

PAGE_COLUMNS = 7
_MOST_PAGES = 24
"""A picture that would fill more pages, because something was moved far away, is one small one."""
_PREFERRED = ("haircut", "fifo", "lifo", "poison")
_TIGHTER = (
    (TRANSACTION_BUDGET, True),
    (TRANSACTION_BUDGET // 2, True),
    (TRANSACTION_BUDGET // 4, True),
    (TRANSACTION_BUDGET // 4, False),
)
"""How far it is folded: transactions drawn, and whether ends at services stay out of badges."""


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


@dataclass(frozen=True, slots=True)
class Shown:
    """What is asked for: the picture as it stands on the screen.

    Attributes:
        canvas: what persons did to it.
        narrowing: which part of the trail.
        show_unspent: open every fold that holds something unspent.
        rules: in a comparison, only these rules' amounts; all if empty. Nothing moves by it.
        beneath: lines below the legend, such as the digest of a saved view.
    """

    canvas: Canvas = field(default_factory=Canvas)
    narrowing: Narrowing = field(default_factory=Narrowing)
    show_unspent: bool = False
    rules: tuple[str, ...] = ()
    beneath: tuple[str, ...] = ()


_AS_MADE = Shown()


@dataclass(frozen=True, slots=True)
class LiveTrail:
    """A trail for a page: the picture, and what it draws, for the table beside it.

    Attributes:
        markup: the SVG; where the asked one is refused, the one with nothing opened.
        graph: what it draws.
        refusal: why it is not the asked one; None where it is.
        reasons: id, as in `data-why`, to the reason why a node or line is drawn.
        places: where each node stands.
        unfolded: the same with the boxes that persons made open, for the table; what is in one is
            named by `inside`.
        inside: key of a thing in a box to the key of the box.
    """

    markup: str
    graph: Graph
    refusal: Refusal | None = None
    reasons: Mapping[str, Why] = field(default_factory=lambda: MappingProxyType({}))
    places: Mapping[str, Place] = field(default_factory=lambda: MappingProxyType({}))
    unfolded: Graph = field(default_factory=lambda: Graph((), ()))
    inside: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Prepared:
    """A trail under one rule, read and laid out once; what persons do to it comes on top.

    Attributes:
        whole: the trail before folding.
        graph: the picture with nothing opened, before the amounts of several rules are put in words.
        layout: where its things stand.
        tighter: how far it was folded.
    """

    whole: Whole
    graph: Graph
    layout: Layout
    tighter: tuple[int, bool]


def live_trail(
    trace: Mapping[str, Any],
    rule: str,
    canvas: Canvas | None = None,
    *,
    narrowing: Narrowing | None = None,
    show_unspent: bool = False,
    rules: Collection[str] = (),
    prepared: Prepared | None = None,
) -> LiveTrail:
    """The same picture as in the report, each thing named in its markup.

    Args:
        trace: one trace of the bundle.
        rule: one of its rules, or `compare` for all of them as one picture.
        canvas: what persons did to it.
        narrowing: which part of the trail; all of it if left out.
        show_unspent: open every fold that holds something unspent.
        rules: in a comparison, only these rules' amounts; all if empty. Nothing moves by it.
        prepared: what `prepare` gave for this trace, rule and narrowing, to draw again quickly.
    """
    shown = Shown(canvas or Canvas(), narrowing or Narrowing(), show_unspent, tuple(sorted(rules)))
    made = _make(trace, rule, shown, prepared)
    picture = _drawn(trace, rule, made, None, shown=shown, is_live=True)
    return LiveTrail(
        picture.markup,
        made.graph,
        made.refusal,
        trail_reasons(trace, _rules(trace, rule, shown), shown.canvas.hand_folds),
        made.places,
        made.unfolded,
        made.inside,
    )


def opened_places(
    trace: Mapping[str, Any], rule: str, shown: Shown, fold_key: str
) -> dict[str, Place]:
    """Where the things stand that opening one more fold would draw; nothing else moves.

    Args:
        trace: one trace of the bundle.
        rule: one of its rules, or `compare`.
        shown: the picture before.
        fold_key: the fold.

    Raises:
        CanvasError: too much would be drawn.
    """
    ready = prepare(trace, rule, shown.narrowing)
    before = _make(trace, rule, shown, ready).around.layout.places
    canvas = replace(shown.canvas, opened={**shown.canvas.opened, fold_key: {}})
    after = _make(trace, rule, replace(shown, canvas=canvas), ready)
    if after.refusal:
        raise CanvasError(
            after.refusal.sentence, next_step="Close another fold first, or look at a part only."
        )
    return {
        key: (round(x), round(y))
        for key, (x, y) in sorted(after.around.layout.places.items())
        if key not in before
    }


def require_room(trace: Mapping[str, Any], rule: str, shown: Shown) -> None:
    """Refuse a picture that would be too large to be read.

    Raises:
        CanvasError: too much would be drawn.
    """
    refused = _make(trace, rule, shown).refusal
    if refused:
        raise CanvasError(
            refused.sentence, next_step="Close another fold first, or look at a part only."
        )


def trail_svg(trace: Mapping[str, Any], rule: str, shown: Shown = _AS_MADE) -> str:
    """The whole trail of one rule as one SVG."""
    made = _make(trace, rule, shown)
    return _drawn(trace, rule, made, None, shown=shown).markup


@dataclass(frozen=True, slots=True)
class PictureToExport:
    """What a form of `picture_forms` is given.

    Attributes:
        trace: one trace of the bundle.
        rule: name of one of its rules, or `compare`.
        graph: what the picture draws.
        shown: how it stands on the screen.
        places: where each node stands.
        unfolded: the same with the boxes that persons made open; None: there are none.
        inside: key of a thing in a box to the key of the box.
    """

    trace: Mapping[str, Any]
    rule: str
    graph: Graph
    shown: Shown = field(default_factory=Shown)
    places: Mapping[str, Place] = field(default_factory=lambda: MappingProxyType({}))
    unfolded: Graph | None = None
    inside: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def everything(self) -> Graph:
        """The picture with the boxes that persons made open."""
        return self.graph if self.unfolded is None else self.unfolded

    @property
    def boxes(self) -> tuple[Node, ...]:
        """The boxes that persons made."""
        return tuple(node for node in self.graph.nodes if node.is_by_hand)


def to_export(
    trace: Mapping[str, Any],
    rule: str,
    shown: Shown = _AS_MADE,
    *,
    prepared: Prepared | None = None,
) -> PictureToExport:
    """The picture as it stands on the screen, for the forms."""
    made = _make(trace, rule, shown, prepared)
    return PictureToExport(trace, rule, made.graph, shown, made.places, made.unfolded, made.inside)


def drawn_for_export(export: PictureToExport) -> Picture:
    """The picture that a form is given, drawn."""
    made = _make(export.trace, export.rule, export.shown)
    return _drawn(export.trace, export.rule, made, None, shown=export.shown)


def page_svgs(trace: Mapping[str, Any], rule: str, shown: Shown = _AS_MADE) -> list[Picture]:
    """The same picture in strips of time, each narrow enough for a page; the last has the legend."""
    made = _make(trace, rule, shown)
    layout = made.around.layout
    columns = round((layout.width - made.around.left - 2 * MARGIN) / COLUMN_WIDTH) + 1
    pages = -(-columns // PAGE_COLUMNS)
    if pages <= 1 or pages > _MOST_PAGES:
        return [_drawn(trace, rule, made, None, shown=shown)]
    each = -(-columns // pages)
    cuts = [MARGIN + (each * page - 0.5) * COLUMN_WIDTH for page in range(pages + 1)]
    cuts[0] = made.around.left
    return [
        _drawn(trace, rule, made, window, shown=shown, with_legend=window[1] == cuts[-1])
        for window in pairwise(cuts)
    ]


@dataclass(frozen=True, slots=True)
class _Made:
    graph: Graph
    around: Around
    refusal: Refusal | None
    unfolded: Graph
    inside: Mapping[str, str]

    @property
    def places(self) -> dict[str, Place]:
        return {key: (round(x), round(y)) for key, (x, y) in self.around.layout.places.items()}


def prepare(trace: Mapping[str, Any], rule: str, narrowing: Narrowing | None = None) -> Prepared:
    """The part of drawing that stays the same until the trace is another one.

    Args:
        trace: one trace of the bundle.
        rule: one of its rules, or `compare`.
        narrowing: which part of the trail.
    """
    with _no_collection():
        whole = narrowed(_whole(trace, rule), narrowing or Narrowing())
        graph, tighter = _base(trace, whole)
        return Prepared(whole, graph, place(in_words(graph, whole)), tighter)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Look for no garbage meanwhile: a large trail is many small things that all stay, a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _make(
    trace: Mapping[str, Any], rule: str, shown: Shown, prepared: Prepared | None = None
) -> _Made:
    """Fold, lay out, and put what is new around what stands."""
    ready = prepared or prepare(trace, rule, shown.narrowing)
    unfolded, by_hand, refused = _asked(trace, ready, shown)
    graph = by_hand.graph
    kept = {key: at for places in shown.canvas.opened.values() for key, at in places.items()}
    kept |= {fold.key: fold.place for fold in shown.canvas.hand_folds}
    around = place_around(
        ready.layout,
        ready.graph,
        in_words(graph, ready.whole),
        moved=shown.canvas.places,
        kept=kept if shown.narrowing.is_empty else {},
    )
    if rule == COMPARE:
        graph, unfolded = (
            in_words(only_rules(each, shown.rules) if shown.rules else each, ready.whole)
            for each in (graph, unfolded)
        )
        lines = {(edge.tail, edge.head): edge for edge in graph.edges}
        routes = tuple(
            (lines[edge.tail, edge.head], points)
            for edge, points in around.layout.routes
            if (edge.tail, edge.head) in lines
        )
        around = replace(around, layout=replace(around.layout, routes=routes))
    return _Made(graph, around, refused, unfolded, by_hand.inside)


def _asked(
    trace: Mapping[str, Any], ready: Prepared, shown: Shown
) -> tuple[Graph, ByHand, Refusal | None]:
    """What is asked for, or what stands with nothing opened and why it is not more.

    First as the program folds it, then with the boxes of persons: only these count as drawn.
    """
    whole, opened = ready.whole, shown.canvas.opened

    def as_made() -> ByHand:
        return hand_folded(ready.graph, whole, shown.canvas.hand_folds)

    if not whole.graph.nodes:
        return ready.graph, ByHand(ready.graph), nothing_left()
    if not opened and not shown.show_unspent:
        return ready.graph, as_made(), None
    unspent = 2 * unspent_count(whole) if shown.show_unspent else 0
    if unspent > MOST_ELEMENTS:
        return ready.graph, as_made(), refusal(whole, shown.narrowing, unspent, is_least=True)
    budget, keep = ready.tighter
    graph = add_behind(
        folded(
            whole,
            opened=tuple(opened),
            show_unspent=shown.show_unspent,
            budget=budget,
            keep_services=keep,
        ),
        trace,
    )
    drawn = hand_folded(graph, whole, shown.canvas.hand_folds, show_unspent=shown.show_unspent)
    count = elements(drawn.graph)
    if count > MOST_ELEMENTS:
        return ready.graph, as_made(), refusal(whole, shown.narrowing, count)
    return graph, drawn, None


def _base(trace: Mapping[str, Any], whole: Whole) -> tuple[Graph, tuple[int, bool]]:
    """The picture with nothing opened, folded as far as the limit of elements asks for."""
    for budget, keep in _TIGHTER:
        graph = add_behind(folded(whole, budget=budget, keep_services=keep), trace)
        if elements(graph) <= MOST_ELEMENTS:
            break
    return graph, (budget, keep)


def _whole(trace: Mapping[str, Any], rule: str) -> Whole:
    make = whole_account_trail if trace.get("kind") == "accounts" else whole_trail
    if rule != COMPARE:
        return make(trace, rule)
    return compared(trace, make)


def whole_graph(trace: Mapping[str, Any], rule: str) -> Graph:
    """Every node and line of the trail, and the badges that it is folded to; nothing is laid out."""
    whole = _whole(trace, rule)
    badges = tuple(node for node in folded(whole).nodes if node.fold.endswith(node.key))
    keys = {node.key for node in whole.graph.nodes}
    fresh = tuple(node for node in badges if node.key not in keys)
    return add_behind(Graph((*whole.graph.nodes, *fresh), whole.graph.edges), trace)


def _rules(trace: Mapping[str, Any], rule: str, shown: Shown) -> tuple[str, ...]:
    if rule != COMPARE:
        return (rule,)
    return tuple(name for name in sorted(trace["rules"]) if not shown.rules or name in shown.rules)


def _drawn(
    trace: Mapping[str, Any],
    rule: str,
    made: _Made,
    window: tuple[float, float] | None,
    *,
    shown: Shown,
    with_legend: bool = True,
    is_live: bool = False,
) -> Picture:
    graph, around = made.graph, made.around
    chain = str(trace["pinned"].get("chain", ""))
    largest = max((edge.units for edge in graph.edges), default=0)
    amount = money(chain, largest, trace.get("asset"))
    names = _rules(trace, rule, shown)
    ends = max((len(trace["rules"][name]["frontier"]) for name in names), default=0)
    under = f"the rule {rule}" if rule != COMPARE else f"the rules {', '.join(names)}"
    is_shifted = around.left < 0 and window is None
    return draw(
        graph,
        around.layout,
        title=f"Trail {trace['trace_id']} under {under}",
        description=(
            f"From {trace['origin']}, {trace['direction']}, {len(around.layout.columns)} columns of "
            f"transactions in time order, {ends} ends. The table beside it says the same."
        ),
        scale=(largest, f"{amount['decimal']} {amount['symbol']}"),
        window=(around.left, around.layout.width) if is_shifted else window,
        with_legend=with_legend,
        is_live=is_live,
        marks=_marks(trace, made, shown),
        top=around.top,
    )


def _marks(trace: Mapping[str, Any], made: _Made, shown: Shown) -> Marks:
    """What persons did, as the drawing shows it."""
    trace_id = str(trace["trace_id"])
    names = {node_subject(trace_id, node.key): node.key for node in made.graph.nodes}
    names |= {
        edge_subject(trace_id, edge.tail, edge.head): f"{edge.tail} {edge.head}"
        for edge in made.graph.edges
    }
    notes: dict[str, int] = {}
    for note in shown.canvas.notes:
        if note.subject in names:
            notes[names[note.subject]] = notes.get(names[note.subject], 0) + 1
    around = made.around
    return Marks(
        notes=notes,
        marked=frozenset(names[each] for each in shown.canvas.marked if each in names),
        moved=around.moved,
        dated=around.fresh | around.moved | set(around.out_of_time),
        reasons=reason_ids(made.graph),
        lines=(*legend_lines(around, shown.narrowing), *legend_boxes(made.graph)),
        beneath=shown.beneath,
    )
