"""The settings of a case, each with its meaning; a change is an act with a reason."""

from typing import ClassVar

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from chainlead.config import SETTINGS
from chainlead.web.desk import case_page
from chainlead.web.panel import Panel
from chainlead.web.visit import Form, Visiting
from chainlead.workflow.case import set_setting

_FIXED = frozenset({"practice"})


class SettingsPanel(Panel):
    """Settings."""

    name: ClassVar[str] = "settings"
    title: ClassVar[str] = "Settings"
    key: ClassVar[str] = "s"
    place: ClassVar[int] = 100

    def add_routes(self, router: APIRouter) -> None:
        """The page, and changing one."""

        @router.get("")
        def settings(case_name: str, visit: Visiting) -> Response:
            with visit.workbench.reading(case_name) as case:
                known = [setting for setting in SETTINGS if setting.name not in _FIXED]
                return case_page(visit, case_name, case, "settings.html", {"known": known})

        @router.post("/change")
        def change(case_name: str, visit: Visiting, form: Form) -> Response:
            with visit.workbench.writing(case_name, visit.session.who) as case:
                set_setting(
                    case, form.get("name", ""), form.get("value", ""), why=form.get("why", "")
                )
            return RedirectResponse(f"/cases/{case_name}/settings", status_code=303)
