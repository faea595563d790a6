"""What was read of each exhibit, what could not be read, and reading a new one."""

from typing import ClassVar
from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from chainlead.web.desk import case_page
from chainlead.web.mishap import trying
from chainlead.web.panel import Panel
from chainlead.web.places import places_of
from chainlead.web.unread_help import help_for
from chainlead.web.visit import Form, Visit, Visiting

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
            return _page(visit, case_name)

        @router.post("/scan")
        def scan(case_name: str, visit: Visiting, form: Form) -> Response:
            here = f"/cases/{quote(case_name, safe='')}/evidence"

            def start() -> Response:
                places = places_of(visit, case_name)
                folder = visit.workbench.folder(case_name)
                exhibit = places.take(form.get("path", ""), may_be_folder=True)
                name = form.get("name", "").strip()
                options = [f"--name={name}"] if name else []
                options += [
                    f"--{field}={places.take(form[field], may_be_folder=False)}"
                    for field in ("services", "passwords")
                    if form.get(field, "").strip()
                ]
                arguments = ["scan", *options, "--", str(folder), str(exhibit)]
                title = visit.words("Read {name}", name=name or exhibit.name)
                visit.jobs.start(case_name, title, arguments, visit.session.who)
                return RedirectResponse(here, status_code=303)

            return trying(
                visit, "scan", form, start, page=lambda: _page(visit, case_name), path=here
            )


def _page(visit: Visit, case_name: str) -> Response:
    with visit.workbench.reading(case_name) as case:
        unread = case.store.rows("unread", order_by=["exhibit", "reason", "location"])
        values = {
            "exhibits": list(case.store.rows("exhibits", order_by=["journal_seq"])),
            "items": case.store.group_counts("items", "exhibit"),
            "findings": case.store.group_counts("findings", "exhibit"),
            "unread": [row for row, _ in zip(unread, range(_MOST_UNREAD), strict=False)],
            "unread_count": case.store.count("unread"),
            "help_for": help_for,
        }
        return case_page(visit, case_name, case, "evidence.html", values)
