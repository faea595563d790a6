"""The money on its way: one trace as a picture with its table, and asking for a new one."""

from typing import Any, ClassVar

from fastapi import APIRouter, HTTPException
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from chainlead.report import live_trail, main_rule, picture_formats, to_export, trace_documents
from chainlead.web.desk import KEPT, case_page
from chainlead.web.panel import Panel
from chainlead.web.visit import Form, Visiting
from chainlead.workflow.case import Case

MOST_ENDS = 200
"""So many ends stand on the page; the report's tables have all of them."""


class GraphPanel(Panel):
    """Traces as pictures."""

    name: ClassVar[str] = "graph"
    title: ClassVar[str] = "Graph"
    key: ClassVar[str] = "g"
    place: ClassVar[int] = 40

    def add_routes(self, router: APIRouter) -> None:
        """The picture, its file, and a new trace."""

        @router.get("")
        def graph(case_name: str, visit: Visiting, trace: str = "", rule: str = "") -> Response:
            with visit.workbench.reading(case_name) as case:
                rows = list(case.store.rows("traces", order_by=["journal_seq"]))
                values: dict[str, Any] = {
                    "traces": rows,
                    "chains": sorted(case.store.group_counts("ledger_sources", "chain")),
                    "shown": None,
                }
                if rows:
                    shown = _document(case, trace or rows[-1]["trace_id"])
                    chosen = rule or main_rule(shown)
                    if chosen not in shown["rules"]:
                        raise HTTPException(404, "This trace has no such rule.")
                    picture = KEPT.get(
                        case.folder,
                        f"picture {shown['trace_id']} {chosen}",
                        lambda: live_trail(shown, chosen),
                        mark=shown["result_sha256"],
                    )
                    values |= {
                        "shown": shown,
                        "rule": chosen,
                        "picture": Markup(picture.markup),  # noqa: S704  (our own SVG, escaped)
                        "nodes": picture.graph.nodes,
                        "edges": picture.graph.edges,
                        "forms": picture_formats(),
                        "ends": shown["side_by_side"][:MOST_ENDS],
                        "ends_in_all": len(shown["side_by_side"]),
                    }
                return case_page(visit, case_name, case, "graph.html", values)

        @router.get("/{trace_id}/{rule}.{form}")
        def picture_file(
            case_name: str, trace_id: str, rule: str, form: str, visit: Visiting
        ) -> Response:
            chosen = next((each for each in picture_formats() if each.name == form), None)
            with visit.workbench.reading(case_name) as case:
                shown = _document(case, trace_id)
            if rule not in shown["rules"] or chosen is None:
                raise HTTPException(404, "This trace has no such rule, or no picture of this form.")
            name = f"trace-{shown['trace_id']}-{rule}.{chosen.name}"
            return Response(
                chosen.content(to_export(shown, rule)),
                media_type=chosen.media_type,
                headers={"content-disposition": f'attachment; filename="{name}"'},
            )

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


def _document(case: Case, trace_id: str) -> dict[str, Any]:
    documents = KEPT.get(case.folder, "traces", lambda: trace_documents(case.store, case.blobs))
    found = next((each for each in documents if each["trace_id"] == trace_id), None)
    if found is None:
        raise HTTPException(404, "The case has no such trace.")
    return found
