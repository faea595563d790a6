"""The report: made on order, with its files and their digests."""

from typing import ClassVar

from fastapi import APIRouter, HTTPException
from starlette.responses import RedirectResponse, Response

from chainlead.web.desk import case_page
from chainlead.web.panel import Panel
from chainlead.web.visit import Form, Visiting
from chainlead.workflow.case import content_head
from chainlead.workflow.report import FOLDER


class ReportPanel(Panel):
    """The report's files."""

    name: ClassVar[str] = "report"
    title: ClassVar[str] = "Report"
    key: ClassVar[str] = "r"
    place: ClassVar[int] = 80

    def add_routes(self, router: APIRouter) -> None:
        """The page, making the report, and its files."""

        @router.get("")
        def report(case_name: str, visit: Visiting) -> Response:
            with visit.workbench.reading(case_name) as case:
                last = next((e for e in reversed(case.entries) if e.act == "report.export"), None)
                is_current = last is not None and last.what["content_head"] == content_head(
                    case.entries
                )
                files = last.what["files"] if last is not None else {}
                values = {
                    "last": last,
                    "is_current": is_current,
                    "files": {name.removeprefix(f"{FOLDER}/"): files[name] for name in files},
                }
                return case_page(visit, case_name, case, "report.html", values)

        @router.post("/make")
        def make(case_name: str, visit: Visiting, _form: Form) -> Response:
            folder = visit.workbench.folder(case_name)
            title = visit.words("Make the report")
            visit.jobs.start(case_name, title, ["report", "--", str(folder)], visit.session.who)
            return RedirectResponse(f"/cases/{case_name}/report", status_code=303)

        @router.get("/file/{name}")
        def file(case_name: str, name: str, visit: Visiting) -> Response:
            with visit.workbench.reading(case_name) as case:
                last = next((e for e in reversed(case.entries) if e.act == "report.export"), None)
                if last is None or f"{FOLDER}/{name}" not in last.what["files"]:
                    raise HTTPException(404, "The report has no such file.")
                content = (case.folder / FOLDER / name).read_bytes()
            saved = f'attachment; filename="{name}"'
            return Response(
                content,
                media_type="application/octet-stream",
                headers={"content-disposition": saved},
            )
