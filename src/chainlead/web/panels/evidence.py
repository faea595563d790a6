"""What was read of each exhibit, what could not be read, and reading a new one."""

from typing import ClassVar

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from chainlead.web.desk import case_page
from chainlead.web.named_path import named_path
from chainlead.web.panel import Panel
from chainlead.web.visit import Form, Visiting

_MOST_UNREAD = 500


class Evidence(Panel):
    """Exhibits with their unread items."""

    name: ClassVar[str] = "evidence"
    title: ClassVar[str] = "Evidence"
    key: ClassVar[str] = "e"
    place: ClassVar[int] = 20

    def add_routes(self, router: APIRouter) -> None:
        """The page, and starting a scan."""

        @router.get("")
        def evidence(case_name: str, visit: Visiting) -> Response:
            with visit.workbench.reading(case_name) as case:
                unread = case.store.rows("unread", order_by=["exhibit", "reason", "location"])
                values = {
                    "exhibits": list(case.store.rows("exhibits", order_by=["journal_seq"])),
                    "items": case.store.group_counts("items", "exhibit"),
                    "findings": case.store.group_counts("findings", "exhibit"),
                    "unread": [row for row, _ in zip(unread, range(_MOST_UNREAD), strict=False)],
                    "unread_count": case.store.count("unread"),
                }
                return case_page(visit, case_name, case, "evidence.html", values)

        @router.post("/scan")
        def scan(case_name: str, visit: Visiting, form: Form) -> Response:
            folder = visit.workbench.folder(case_name)
            exhibit = named_path(form.get("path", ""), may_be_folder=True)
            name = form.get("name", "").strip()
            options = [f"--name={name}"] if name else []
            arguments = ["scan", *options, "--", str(folder), str(exhibit)]
            title = visit.words("Read {name}", name=name or exhibit.name)
            visit.jobs.start(case_name, title, arguments, visit.session.who)
            return RedirectResponse(f"/cases/{case_name}/evidence", status_code=303)
