"""Asking why a case is looked at, the log of looks as a file, and what colleagues decided meanwhile."""

from typing import Any

from fastapi import FastAPI, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from chainlead.store import TeamStore
from chainlead.web.authority import CASE, Right
from chainlead.web.looks import LONGEST_REASON, ReasonWantedError
from chainlead.web.rendering import render
from chainlead.web.safe_place import safe_place
from chainlead.web.visit import Form, Visit, Visiting
from chainlead.workflow.access import case_key, check_log, looks_csv, looks_jsonl, note_log_export
from chainlead.workflow.case import Case
from chainlead.workflow.concurrency import StaleError

_MEDIA = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}
_MOST_LINES = 100
_MOST_GIVEN = 20


def add_looks(app: FastAPI) -> None:
    """Declare them."""

    @app.post(f"{CASE}/looks/reason")
    def give(case_name: str, request: Request, visit: Visiting, form: Form) -> Response:
        """Keep why this session looks at the case."""
        reason = " ".join(form.get("reason", "").split())
        if not reason or len(reason) > LONGEST_REASON:
            raise HTTPException(400, visit.words("Write in a line why you look at this case."))
        key = case_key(visit.workbench.folder(case_name))
        request.app.state.looks.give(visit.session.digest, key, reason)
        return RedirectResponse(safe_place(form.get("back", "/")), status_code=303)

    @app.post(f"{CASE}/looks/save")
    def save(case_name: str, request: Request, visit: Visiting, form: Form) -> Response:
        """The log of looks as a file; that it was saved is an act of the case."""
        team: TeamStore | None = request.app.state.team
        kind = form.get("form", "")
        if team is None or kind not in _MEDIA:
            raise HTTPException(404, visit.words("There is no such file."))
        with visit.workbench.writing(case_name, visit.session.who) as case:
            note_log_export(case, team, kind, why=form.get("why", ""))
            views = team.views(case_key(case.folder))
        content = looks_csv(views) if kind == "csv" else looks_jsonl(views)
        saved = f'attachment; filename="looks.{kind}"'
        return Response(content, media_type=_MEDIA[kind], headers={"content-disposition": saved})

    app.add_exception_handler(ReasonWantedError, _ask_reason)
    app.add_exception_handler(StaleError, _show_meanwhile)


def looks_here(visit: Visit, case: Case) -> dict[str, Any] | None:
    """The end of the log of looks, for the journal page; None where the person may not see it."""
    team: TeamStore | None = visit.request.app.state.team
    if team is None or not visit.may(Right.GOVERN):
        return None
    key = case_key(case.folder)
    lines = team.last_views(key, _MOST_LINES)
    checked = visit.request.query_params.get("looks") == "check"
    return {
        "lines": lines,
        "earlier": lines[0].number - len(lines) if lines else 0,
        "checked": checked,
        "problem": check_log(case.history, team, key) if checked else "",
    }


def _ask_reason(request: Request, error: Exception) -> Response:
    """The page that asks why, before the first page of a case in a session."""
    assert isinstance(error, ReasonWantedError)
    visit = Visit(request)
    back = visit.path if request.method == "GET" else f"/cases/{error.case_name}/overview"
    values = {"case_name": error.case_name, "back": back, "longest": LONGEST_REASON}
    return render(visit, "reason.html", values, status=428)


def _show_meanwhile(request: Request, error: Exception) -> Response:
    """What colleagues decided since the page was shown, and the form to decide all the same."""
    assert isinstance(error, StaleError)
    visit = Visit(request)
    pairs: tuple[tuple[str, str], ...] = getattr(request.state, "pairs", ())
    fields = [*pairs, ("seen", str(error.head))]
    if error.target is not None:
        fields.append(("agreed", str(error.target)))
    values: dict[str, Any] = {
        "error": error,
        "fields": fields,
        "given": [(n, v) for n, v in pairs if v and n != "back"][:_MOST_GIVEN],
        "action": request.url.path,
        "back": safe_place(getattr(request.state, "fields", {}).get("back", "/")),
    }
    return render(visit, "meanwhile.html", values, status=409)
