"""Taking the last decision of a case back, and making it again, from any of its pages."""

from fastapi import FastAPI
from starlette.responses import RedirectResponse, Response

from chainlead.web.safe_place import safe_place
from chainlead.web.visit import Form, Visiting
from chainlead.workflow.undo import redo, undo


def add_decisions(app: FastAPI) -> None:
    """Declare both."""

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
