"""The case at a glance: what stands, what runs, what to do next."""

from typing import ClassVar

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from chainlead.web.desk import aside_of, case_page
from chainlead.web.panel import Panel
from chainlead.web.visit import Form, Visiting
from chainlead.workflow.next import dismiss_step, recall_step


class Overview(Panel):
    """Counts with the page that shows them, and the guide's steps in full."""

    name: ClassVar[str] = "overview"
    title: ClassVar[str] = "Overview"
    key: ClassVar[str] = "o"
    place: ClassVar[int] = 10

    def add_routes(self, router: APIRouter) -> None:
        """The page, and setting a step aside."""

        @router.get("")
        def overview(case_name: str, visit: Visiting) -> Response:
            with visit.workbench.reading(case_name) as case:
                store = case.store
                counts = {
                    "exhibits": store.count("exhibits"),
                    "unread": store.count("unread"),
                    "findings": store.count("findings"),
                    "judged": store.count("triage"),
                    "blocks": store.count("blocks"),
                    "traces": store.count("traces"),
                    "tags": store.count("tags"),
                    "drafts": store.count("drafts"),
                    "answers": store.count("answers"),
                    "reports": sum(entry.act == "report.export" for entry in case.entries),
                }
                values = {"counts": counts, "aside": aside_of(visit.workbench, case_name, case)}
                return case_page(visit, case_name, case, "overview.html", values)

        @router.post("/dismiss")
        def dismiss(case_name: str, visit: Visiting, form: Form) -> Response:
            with visit.workbench.writing(case_name, visit.session.who) as case:
                dismiss_step(case, form.get("step_id", ""), why=form.get("why", ""))
            return RedirectResponse(f"/cases/{case_name}/overview", status_code=303)

        @router.post("/recall")
        def recall(case_name: str, visit: Visiting, form: Form) -> Response:
            with visit.workbench.writing(case_name, visit.session.who) as case:
                recall_step(case, form.get("step_id", ""))
            return RedirectResponse(f"/cases/{case_name}/overview#aside", status_code=303)
