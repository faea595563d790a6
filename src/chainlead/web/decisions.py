"""What every page of a case offers: the last decision taken back or made again, and the steps."""

from fastapi import FastAPI
from starlette.responses import RedirectResponse, Response

from chainlead.web.desk import steps_of
from chainlead.web.rendering import render
from chainlead.web.safe_place import safe_place
from chainlead.web.visit import Form, Visiting
from chainlead.workflow.undo import redo, undo


def add_decisions(app: FastAPI) -> None:
    """Declare them."""

    @app.post("/cases/{case_name}/undo")
    def take_back(case_name: str, visit: Visiting, form: Form) -> Response:
        """Take the last decision back."""
        with visit.workbench.writing(case_name, visit.session.who) as case:
            undo(case)
        return RedirectResponse(safe_place(form.get("back", "/")), status_code=303)

    @app.post("/cases/{case_name}/redo")
    def make_again(case_name: str, visit: Visiting, form: Form) -> Response:
        """Make the decision again that was taken back last."""
        with visit.workbench.writing(case_name, visit.session.who) as case:
            redo(case)
        return RedirectResponse(safe_place(form.get("back", "/")), status_code=303)

    @app.get("/cases/{case_name}/steps")
    def steps(case_name: str, visit: Visiting) -> Response:
        """The guide's part of a page, for a page that was shown before the steps were ready."""
        with visit.workbench.reading(case_name) as case:
            found, is_current = steps_of(visit.workbench, case_name, case)
        values = {"case_name": case_name, "steps": found, "steps_are_current": is_current}
        return render(visit, "steps.html", values, status=200 if is_current else 202)
