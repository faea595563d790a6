"""The money on its way: one trace as a picture with its table, and asking for a new one."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, HTTPException, Query
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from chainlead.report import HAND, picture_formats, to_export
from chainlead.web.address_pairs import LONGEST, compared, look_alikes
from chainlead.web.desk import (
    KEPT,
    case_page,
    has_leads,
    has_traces,
    is_there,
    leads_of,
    settled_mark,
    waiting_page,
)
from chainlead.web.graph_page import about_values, graph_values
from chainlead.web.graph_scene import (
    Scene,
    draw_scene,
    first_scene,
    is_prepared,
    records_of,
    scene_of,
    shown_of,
)
from chainlead.web.graph_view import GraphView, Viewing, view_from
from chainlead.web.notes import NotesHere
from chainlead.web.panel import Panel
from chainlead.web.rendering import render
from chainlead.web.safe_place import safe_place
from chainlead.web.visit import Form, Visit, Visiting
from chainlead.workflow.canvas import (
    close_fold,
    drop_view,
    move_nodes,
    open_fold,
    reset_places,
    save_view,
)
from chainlead.workflow.case import Case
from chainlead.workflow.hand_fold import (
    close_hand_fold,
    drop_hand_fold,
    fold_by_hand,
    open_hand_fold,
)

_STEP = 20
"""So many points a button moves a node."""
_WAYS = {"left": (-_STEP, 0), "right": (_STEP, 0), "up": (0, -_STEP), "down": (0, _STEP)}
_FOLD_ACTS = {
    (False, "open"): open_fold,
    (False, "close"): close_fold,
    (True, "open"): open_hand_fold,
    (True, "close"): close_hand_fold,
    (True, "drop"): drop_hand_fold,
}
"""By whether a person made the fold, and what is done with it."""
_LONGEST_NUMBER = 7
_Words = Annotated[str, Query(max_length=200)]


class GraphPanel(Panel):
    """Traces as pictures."""

    name: ClassVar[str] = "graph"
    title: ClassVar[str] = "Graph"
    key: ClassVar[str] = "g"
    place: ClassVar[int] = 40

    def work_ahead(self, case: Case) -> None:
        """The picture that is shown first."""
        _draw(case, first_scene(case))

    def add_routes(self, router: APIRouter) -> None:
        """The picture, its parts, its files, what can be done to it, and a new trace."""
        _add_pages(router)
        _add_acts(router)
        _add_views(router)


def _add_pages(router: APIRouter) -> None:
    @router.get("")
    def graph(  # noqa: PLR0917  (what the address holds)
        case_name: str,
        visit: Visiting,
        asked: Viewing,
        find: _Words = "",
        text: _Words = "",
        origin: _Words = "",
        on: Annotated[Sequence[str], Query(max_length=50)] = (),
    ) -> Response:
        with visit.workbench.reading(case_name) as case:
            if not _is_drawn(visit, case_name, case, asked, on):
                return waiting_page(visit, case_name, case, GraphPanel.title)
            scene = scene_of(visit, case, asked, on)
            values: dict[str, Any] = {
                "traces": list(case.store.rows("traces", order_by=["journal_seq"])),
                "chains": sorted(case.store.group_counts("ledger_sources", "chain")),
                "origin": origin,
                "shown": None,
            }
            if scene is not None:
                values |= graph_values(visit, case, scene, find=find, text=text)
            return case_page(visit, case_name, case, "graph.html", values)

    @router.get("/about")
    def about(case_name: str, visit: Visiting, asked: Viewing) -> Response:
        """What is said about the chosen thing, for a page that is open."""
        with visit.workbench.reading(case_name) as case:
            scene = scene_of(visit, case, asked)
            if scene is None:
                raise HTTPException(404, "The case has no such trace.")
            values = {
                **about_values(visit, case, scene, asked.chosen),
                "case_name": case_name,
                "notes": NotesHere(case.store),
                "shown": scene.trace,
                "rule": scene.rule,
                "view": scene.view,
                "back": f"/cases/{case_name}/graph{scene.view.but()}",
            }
            return render(visit, "graph_about.html", values)

    @router.get("/compare")
    def compare(
        case_name: str,
        visit: Visiting,
        first: Annotated[str, Query(max_length=LONGEST)] = "",
        second: Annotated[str, Query(max_length=LONGEST)] = "",
    ) -> Response:
        one, other = first.strip(), second.strip()
        pieces, other_pieces, differing = compared(one, other)
        with visit.workbench.reading(case_name) as case:
            values = {
                "first": one,
                "second": other,
                "first_pieces": pieces,
                "second_pieces": other_pieces,
                "differing": differing,
                "longest": LONGEST,
                "pairs": KEPT.get(
                    case.folder,
                    "look-alikes",
                    lambda: _look_alikes(visit, case),
                    mark=settled_mark(case),
                ),
            }
            return case_page(visit, case_name, case, "compare.html", values)

    @router.get("/{trace_id}/{rule_name}.{form}")
    def picture_file(  # noqa: PLR0917  (the parts of the file's name)
        case_name: str, trace_id: str, rule_name: str, form: str, visit: Visiting, asked: Viewing
    ) -> Response:
        chosen = next((each for each in picture_formats() if each.name == form), None)
        view = GraphView(**{**dict(asked.told()), "trace": trace_id, "rule": rule_name})
        with visit.workbench.reading(case_name) as case:
            scene = scene_of(visit, case, view)
            if scene is None or chosen is None:
                raise HTTPException(404, "This trace has no picture of this form.")
            content = chosen.content(to_export(scene.trace, scene.rule, shown_of(scene)))
        name = f"trace-{trace_id}-{rule_name}.{chosen.name}"
        return Response(
            content,
            media_type=chosen.media_type,
            headers={"content-disposition": f'attachment; filename="{name}"'},
        )


def _is_drawn(
    visit: Visit, case_name: str, case: Case, asked: GraphView, on: Sequence[str]
) -> bool:
    """Whether the picture that is asked for is there, or was made in the moment that a page waits."""

    def draw(opened: Case) -> None:
        with suppress(HTTPException):  # the page itself says what is wrong with the question
            _draw(opened, scene_of(visit, opened, asked, on))

    if has_traces(case):
        scene = scene_of(visit, case, asked, on)
        if scene is None or (is_prepared(case, scene) and has_leads(case)):
            return True
    return is_there(visit, case_name, case, f"{GraphPanel.name} {asked.but()}", draw)


def _draw(case: Case, scene: Scene | None) -> None:
    """What a page with this picture needs that takes long."""
    if scene is not None:
        draw_scene(case, scene)
        records_of(case, scene)
        leads_of(case)


def _look_alikes(visit: Visit, case: Case) -> list[tuple[str, str]]:
    addresses: set[str] = set()
    for row in case.store.rows("traces", columns=["trace_id"]):
        scene = scene_of(visit, case, GraphView(trace=row["trace_id"]))
        if scene is not None:
            addresses |= records_of(case, scene).addresses.keys()
    return look_alikes(addresses)


def _add_acts(router: APIRouter) -> None:
    @router.post("/move")
    async def move(case_name: str, visit: Visiting, form: Form) -> Response:
        """Put nodes somewhere: with their new places, or one step on a way."""
        places = _places(await visit.request.form(), form.get("way", ""))
        with visit.workbench.writing(case_name, visit.session.who) as case:
            move_nodes(case, form.get("trace", ""), form.get("rule", ""), places)
        return _back(form)

    @router.post("/places")
    async def places(case_name: str, visit: Visiting, form: Form) -> Response:
        """Put nodes back where the layout has them; all if none is named."""
        given = await visit.request.form()
        keys = [str(each) for each in given.getlist("node")]
        with visit.workbench.writing(case_name, visit.session.who) as case:
            reset_places(case, form.get("trace", ""), form.get("rule", ""), keys)
        return _back(form)

    @router.post("/fold")
    def fold(case_name: str, visit: Visiting, form: Form) -> Response:
        """Draw what a fold holds, or the fold again; a fold made by hand can be taken away too."""
        is_by_hand = form.get("fold", "").startswith(HAND)
        act = _FOLD_ACTS.get((is_by_hand, form.get("do") or "open"))
        if act is None:
            raise HTTPException(400, "A fold is opened or closed.")
        with visit.workbench.writing(case_name, visit.session.who) as case:
            act(case, form.get("trace", ""), form.get("rule", ""), form.get("fold", ""))
        return _back(form)

    @router.post("/hand")
    async def hand(case_name: str, visit: Visiting, form: Form) -> Response:
        """Fold chosen things, or everything after or before one, into a named box."""
        given = await visit.request.form()
        keys = [str(each) for each in given.getlist("node")]
        with visit.workbench.writing(case_name, visit.session.who) as case:
            scene = scene_of(visit, case, view_from(form))
            if scene is None or scene.saved is not None:
                raise HTTPException(400, "There is no picture to fold.")
            fold_by_hand(
                case,
                scene.view.trace,
                scene.rule,
                keys,
                name=form.get("name", ""),
                kind=form.get("kind", ""),
                narrowing=scene.narrowing,
                show_unspent=bool(scene.view.unspent),
            )
        return _back(form)

    @router.post("/trace")
    def trace(case_name: str, visit: Visiting, form: Form) -> Response:
        folder = visit.workbench.folder(case_name)
        origin = form.get("origin", "").strip()
        if not origin:
            raise HTTPException(400, "Give an address, a transaction, or transaction:output.")
        options = ["--backward"] if form.get("direction") == "backward" else []
        options += [f"--{name}={form[name]}" for name in ("chain", "why") if form.get(name)]
        arguments = ["trace", *options, "--", str(folder), origin]
        title = visit.words("Follow {origin}", origin=origin[:20])
        visit.jobs.start(case_name, title, arguments, visit.session.who)
        return RedirectResponse(f"/cases/{case_name}/graph", status_code=303)


def _add_views(router: APIRouter) -> None:
    @router.post("/view")
    def view(case_name: str, visit: Visiting, form: Form) -> Response:
        """Keep the view under a name."""
        asked = view_from(form)
        with visit.workbench.writing(case_name, visit.session.who) as case:
            scene = scene_of(visit, case, asked)
            if scene is None or asked.view:
                raise HTTPException(400, "There is no picture to keep.")
            save_view(
                case,
                form.get("name", ""),
                scene.view.trace,
                scene.rule,
                narrowing=scene.narrowing,
                show_unspent=bool(scene.view.unspent),
                box=scene.view.window,
                replace=form.get("replace") == "yes",
            )
        return _back(form)

    @router.post("/drop")
    def drop(case_name: str, visit: Visiting, form: Form) -> Response:
        """Take a saved view away."""
        with visit.workbench.writing(case_name, visit.session.who) as case:
            drop_view(case, form.get("name", ""))
        return _back(form)


def _places(given: FormData, way: str) -> dict[str, tuple[int, int]]:
    """The new places that a form names.

    Raises:
        HTTPException: a number is none, or there are more of one kind than of another.
    """
    keys, xs, ys = ([str(each) for each in given.getlist(name)] for name in ("node", "x", "y"))
    if not len(keys) == len(xs) == len(ys) or not all(map(_is_number, (*xs, *ys))):
        raise HTTPException(400, "A place is two whole numbers for each node.")
    dx, dy = _WAYS.get(way, (0, 0))
    return {key: (int(x) + dx, int(y) + dy) for key, x, y in zip(keys, xs, ys, strict=True)}


def _is_number(text: str) -> bool:
    bare = text.removeprefix("-")
    return bare.isascii() and bare.isdigit() and len(bare) <= _LONGEST_NUMBER


def _back(form: Mapping[str, str]) -> Response:
    return RedirectResponse(safe_place(form.get("back", "/")), status_code=303)
