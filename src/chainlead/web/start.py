"""The first page: the cases, a new case, the practice case, and the choice of language."""

from pathlib import Path

from fastapi import FastAPI, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from chainlead.errors import ChainleadError
from chainlead.web.rendering import render
from chainlead.web.safe_place import safe_place
from chainlead.web.visit import Form, Visiting, keep_language
from chainlead.web.words import languages

_MOST_NAME = 80


def add_start(app: FastAPI) -> None:
    """Declare the first page and what can be done on it."""

    @app.get("/")
    def start(visit: Visiting) -> Response:
        """The cases of this server."""
        rows = []
        for name in visit.workbench.cases():
            try:
                with visit.workbench.reading(name) as case:
                    settings = case.settings
                    rows.append(
                        {
                            "name": name,
                            "title": settings["title"],
                            "reference": settings["reference"],
                            "practice": settings["practice"] == "yes",
                            "problem": "",
                        }
                    )
            except ChainleadError as error:
                rows.append({
                    "name": name, "title": "", "reference": "", "practice": False,
                    "problem": error.message,
                })  # fmt: skip
        return render(
            visit,
            "start.html",
            {"rows": rows, "jobs": visit.workbench.runs(), "can_add": visit.workbench.can_add},
        )

    @app.post("/cases")
    def add(visit: Visiting, form: Form) -> Response:
        """Make a case, or the practice case, in the folder of this server."""
        name = visit.workbench.new_name(_folder_name(form.get("name", "")))
        if form.get("practice") == "yes":
            folder = visit.workbench.place_for_practice(name)
            visit.jobs.start(
                name, "Build the practice case", ["demo", "--", str(folder)], visit.session.who
            )
            return RedirectResponse("/", status_code=303)
        visit.workbench.add(
            name,
            {"title": form.get("title", ""), "reference": form.get("reference", "")},
            visit.session.who,
        )
        return RedirectResponse(f"/cases/{name}/overview", status_code=303)

    @app.get("/cases/{case_name}")
    def case(case_name: str, visit: Visiting) -> Response:
        """A case opens on its overview."""
        visit.workbench.folder(case_name)
        return RedirectResponse(f"/cases/{case_name}/overview", status_code=303)

    @app.post("/language")
    def language(request: Request, form: Form) -> Response:
        """Show the pages in another language from now on."""
        wanted = form.get("language", "")
        if wanted not in languages():
            raise HTTPException(400, "The page has no such language.")
        answer = RedirectResponse(safe_place(form.get("back", "/")), status_code=303)
        keep_language(answer, wanted, is_secure=request.app.state.entrance.is_secure)
        return answer


def _folder_name(given: str) -> str:
    """A name that is a name and nothing else on every file system.

    Raises:
        HTTPException: it is not.
    """
    name = given.strip()
    plain = name.replace("-", "").replace("_", "").replace(" ", "")
    if (
        not plain.isalnum()
        or not plain.isascii()
        or len(name) > _MOST_NAME
        or Path(name).name != name
    ):
        raise HTTPException(
            400, "A case's folder has a name of letters a to z, digits, spaces, - and _ only."
        )
    return name
