"""Which picture the graph page shows: the trace, the rule, what of it is drawn, what persons did to it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Context, Decimal, InvalidOperation
from typing import Any

from fastapi import HTTPException

from chainlead.model import moment_to_text
from chainlead.report import (
    COMPARE,
    Canvas,
    LiveTrail,
    Narrowing,
    Shown,
    live_trail,
    main_rule,
    prepare,
)
from chainlead.web.desk import KEPT, last_entry, traces_of
from chainlead.web.graph_about import Records
from chainlead.web.graph_view import GraphView
from chainlead.web.spans import Span, span_given
from chainlead.web.visit import Visit
from chainlead.workflow.canvas import canvas_of
from chainlead.workflow.case import Case
from chainlead.workflow.saved_views import SavedView, get_view
from chainlead.workflow.undo import AGAIN, BACK

_EXACT = Context(prec=80)
"""Enough digits that no amount is rounded; the usual context keeps 28."""
MOST_ELEMENTS = 1_500
"""More than so many nodes and lines are not drawn: nobody reads a wall."""
_CANVAS_ACTS = (
    "canvas.move", "canvas.reset", "canvas.open_fold", "canvas.close_fold", "canvas.note",
    "canvas.remove_note", "canvas.mark", "hand_fold.make", "hand_fold.open", "hand_fold.close",
    "hand_fold.drop", BACK, AGAIN,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scene:
    """A view with what it draws.

    Attributes:
        view: as the address has it, with trace and rule filled in.
        trace: the document of the trace.
        rule: one of its rules, or `compare`.
        narrowing: what of it is drawn.
        canvas: places, folds, notes and marks.
        saved: the saved view, if the address names one.
    """

    view: GraphView
    trace: Mapping[str, Any]
    rule: str
    narrowing: Narrowing
    canvas: Canvas
    saved: SavedView | None

    @property
    def rules_on(self) -> tuple[str, ...]:
        """In a comparison, the rules that are shown; none of them named means all."""
        if self.rule != COMPARE or not self.view.rules_off:
            return ()
        return tuple(name for name in self.trace["rules"] if name not in self.view.rules_off)


def trace_document(case: Case, trace_id: str) -> dict[str, Any]:
    """The document of one trace.

    Raises:
        HTTPException: the case has no such trace.
    """
    found = next((each for each in traces_of(case) if each["trace_id"] == trace_id), None)
    if found is None:
        raise HTTPException(404, "The case has no such trace.")
    return found


def scene_of(visit: Visit, case: Case, asked: GraphView, on: Collection[str] = ()) -> Scene | None:
    """The view that an address asks for; None in a case without traces.

    Args:
        visit: who asks.
        case: open.
        asked: what the address says.
        on: the rules that a form switched on, with an empty one; all where it switched nothing.

    Raises:
        HTTPException: no such trace, rule, view, time or amount.
    """
    visit.enter(case)
    if asked.view:
        return _saved_scene(case, asked)
    rows = list(case.store.rows("traces", columns=["trace_id"], order_by=["journal_seq"]))
    if not rows:
        return None
    trace = trace_document(case, asked.trace or rows[-1]["trace_id"])
    rule = asked.rule or main_rule(trace)
    if rule not in rules_of(trace):
        raise HTTPException(404, "This trace has no such rule.")
    off = ",".join(name for name in trace["rules"] if name not in on) if on else asked.off
    told = {**dict(asked.told()), "trace": trace["trace_id"], "rule": rule, "off": off}
    view = GraphView(**told)
    narrowing = _narrowing(span_given(visit, case, view.since, view.until), trace, view, visit)
    return Scene(view, trace, rule, narrowing, canvas_of(case, trace["trace_id"], rule), None)


def first_scene(case: Case) -> Scene | None:
    """What the page shows when nothing is asked for; None in a case without traces."""
    rows = list(case.store.rows("traces", columns=["trace_id"], order_by=["journal_seq"]))
    if not rows:
        return None
    trace = trace_document(case, rows[-1]["trace_id"])
    rule = main_rule(trace)
    view = GraphView(trace=trace["trace_id"], rule=rule)
    return Scene(view, trace, rule, Narrowing(), canvas_of(case, trace["trace_id"], rule), None)


def _saved_scene(case: Case, asked: GraphView) -> Scene:
    saved = get_view(case, asked.view)
    trace = trace_document(case, saved.trace_id)
    now = canvas_of(case)
    view = GraphView(
        trace=saved.trace_id,
        rule=saved.rule,
        since=saved.narrowing.only_after,
        until=saved.narrowing.only_before,
        least=decimal_of(trace, saved.narrowing.least_units),
        start=saved.narrowing.from_node,
        unspent="yes" if saved.show_unspent else "",
        off=asked.off,
        chosen=asked.chosen,
        zoom=asked.zoom,
        box=asked.box or ",".join(map(str, saved.box or ())),
        view=saved.name,
    )
    kept = saved.canvas
    canvas = Canvas(kept.places, kept.opened, now.notes, now.marked, kept.hand_folds)
    return Scene(view, trace, saved.rule, saved.narrowing, canvas, saved)


def rules_of(trace: Mapping[str, Any]) -> list[str]:
    """The rules of a trace, and `compare` where there are several."""
    return [*trace["rules"], *([COMPARE] if len(trace["rules"]) > 1 else [])]


def _narrowing(span: Span, trace: Mapping[str, Any], view: GraphView, visit: Visit) -> Narrowing:
    return Narrowing(
        only_after="" if span.since is None else moment_to_text(span.since),
        only_before="" if span.until is None else moment_to_text(_last_in(span.until)),
        least_units=least_units(trace, view.least, visit),
        from_node=view.start,
    )


def _last_in(until: datetime) -> datetime:
    """The last moment of a span whose end does not count; blocks have whole seconds."""
    return until - timedelta(seconds=1)


def least_units(trace: Mapping[str, Any], least: str, visit: Visit) -> int:
    """A decimal amount of the trace's asset in base units; 0 for none.

    Raises:
        HTTPException: it is no amount.
    """
    if not least.strip():
        return 0
    places = _places(trace)
    try:
        amount = Decimal(least.strip().replace(",", "."))
        units = _EXACT.scaleb(amount, places) if amount.is_finite() else Decimal(-1)
    except (InvalidOperation, ValueError):
        units = Decimal(-1)
    if not 0 <= units < Decimal(10) ** 60:
        raise HTTPException(400, visit.words("Write the amount as a number, such as 0.25."))
    return int(units.to_integral_value(rounding="ROUND_CEILING"))


def decimal_of(trace: Mapping[str, Any], units: int) -> str:
    """Base units of the trace's asset as a decimal number; empty for none."""
    if not units:
        return ""
    places = _places(trace)
    whole, part = divmod(units, 10**places)
    return f"{whole}.{part:0{places}d}" if places else str(whole)


def _places(trace: Mapping[str, Any]) -> int:
    """How many decimals the asset of a trace has."""
    for result in trace["rules"].values():
        for told in (*result["transfers"], *result["frontier"]):
            if told.get("traced"):
                return len(str(told["traced"]["decimal"]).partition(".")[2])
    return 0


def records_of(case: Case, scene: Scene) -> Records:
    """The records of the scene's trace by node."""
    return KEPT.get(
        case.folder,
        f"records {scene.view.trace}",
        lambda: Records(scene.trace),
        mark=scene.trace["result_sha256"],
    )


def is_prepared(case: Case, scene: Scene) -> bool:
    """Whether `draw_scene` answers soon."""
    return KEPT.holds(case.folder, _prepared_name(scene), scene.trace["result_sha256"])


def _prepared_name(scene: Scene) -> str:
    return f"prepared {scene.view.trace} {scene.rule} {scene.narrowing}"


def draw_scene(case: Case, scene: Scene) -> LiveTrail:
    """The picture of a scene, kept while nothing about it changes."""
    view = scene.view
    name = f"picture {view.trace} {scene.rule} {scene.narrowing} {view.unspent} {view.view} {scene.rules_on}"
    mark = (
        scene.trace["result_sha256"],
        last_entry(case, *_CANVAS_ACTS),
        scene.saved.sha256 if scene.saved else "",
    )
    prepared = KEPT.get(
        case.folder,
        _prepared_name(scene),
        lambda: prepare(scene.trace, scene.rule, scene.narrowing),
        mark=scene.trace["result_sha256"],
    )
    return KEPT.get(
        case.folder,
        name,
        lambda: live_trail(
            scene.trace,
            scene.rule,
            scene.canvas,
            narrowing=scene.narrowing,
            show_unspent=bool(view.unspent),
            rules=scene.rules_on,
            prepared=prepared,
        ),
        mark=mark,
    )


def shown_of(scene: Scene) -> Shown:
    """The same picture, for the forms in which it is saved."""
    beneath: tuple[str, ...] = ()
    if scene.saved is not None:
        beneath = (f"Saved view {scene.saved.name}, {scene.saved.sha256}",)
    return Shown(scene.canvas, scene.narrowing, bool(scene.view.unspent), scene.rules_on, beneath)
