"""The first page: the cases, a new case, the practice case, and the choice of language."""

import re
import unicodedata
from pathlib import Path

from fastapi import FastAPI, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from chainlead.errors import ChainleadError
from chainlead.request import languages as draft_languages
from chainlead.web.mishap import trying
from chainlead.web.named_choices import language_names, setting_names
from chainlead.web.rendering import render
from chainlead.web.safe_place import safe_place
from chainlead.web.visit import Form, Visit, Visiting, keep_language
from chainlead.web.words import languages

_MOST_NAME = 80
_MOST_FROM_TITLE = 60
_ASKED = ("title", "reference", "unit", "country", "currency", "language")
"""The settings that the form of a new case asks for; the others have their own page."""


def add_start(app: FastAPI) -> None:
    """Declare the first page and what can be done on it."""

    @app.get("/")
    def start(visit: Visiting) -> Response:
        """The cases of this server."""
        return _page(visit)

    @app.post("/cases")
    def add(visit: Visiting, form: Form) -> Response:
        """Make a case, or the practice case, in the folder of this server."""
        kinds = {"yes": "practice", "empty": "practice-empty"}
        form_id = kinds.get(form.get("practice", ""), "new")
        return trying(
            visit, form_id, form, lambda: _add(visit, form), page=lambda: _page(visit), path="/"
        )

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


def _page(visit: Visit) -> Response:
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
                        "last": case.history[-1].at if case.history else "",
                        "problem": "",
                    }
                )
        except ChainleadError as error:
            rows.append({
                "name": name, "title": "", "reference": "", "practice": False,
                "last": "", "problem": error.message,
            })  # fmt: skip
    names = set(visit.workbench.cases())
    values = {
        "rows": rows,
        "jobs": visit.workbench.runs(),
        "can_add": visit.workbench.can_add,
        "free_name": lambda wanted: _free_name(wanted, names),
        "countries": setting_names("country", visit.words),
        "currencies": setting_names("currency", visit.words),
        "languages": language_names(draft_languages(), visit.words),
    }
    return render(visit, "start.html", values)


def _free_name(wanted: str, taken: set[str]) -> str:
    """A name for the form that no case has."""
    numbered = (f"{wanted}-{number}" for number in range(2, 1_000))
    return next((name for name in (wanted, *numbered) if name not in taken), wanted)


def _add(visit: Visit, form: Form) -> Response:
    wanted = form.get("name", "").strip() or _from_title(
        form.get("title", ""), set(visit.workbench.cases())
    )
    name = visit.workbench.new_name(_folder_name(wanted))
    if form.get("practice") in {"yes", "empty"}:
        folder = visit.workbench.place_for_practice(name)
        options = ["--empty"] if form["practice"] == "empty" else []
        title = visit.words("Build the practice case")
        visit.jobs.start(name, title, ["demo", *options, "--", str(folder)], visit.session.who)
        return RedirectResponse("/", status_code=303)
    given = {each: form[each].strip() for each in _ASKED if form.get(each, "").strip()}
    for each in ("country", "currency"):
        if each in given:
            given[each] = given[each].upper()
    visit.workbench.add(name, given, visit.session.who)
    return RedirectResponse(f"/cases/{name}/overview", status_code=303)


def _from_title(title: str, taken: set[str]) -> str:
    """A folder's name made from what the case is called, in plain letters, that no case has.

    Raises:
        HTTPException: the case is not called anything.
    """
    if not title.strip():
        raise HTTPException(400, "Say what the case is called.")
    letters = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9]+", "-", letters)[:_MOST_FROM_TITLE].strip("-")
    return _free_name(plain or "case", taken)


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
            400,
            "A case's folder has a name of letters a to z, digits, spaces, - and _ only. "
            "Leave it empty, and it is made from what the case is called.",
        )
    return name
