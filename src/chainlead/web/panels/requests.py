"""The requests of a case: where each stands, its clocks, and recording what happened. Sends nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import quote

import msgspec
from fastapi import APIRouter, HTTPException
from starlette.responses import RedirectResponse, Response

from chainlead.errors import BlobMissingError, RequestOrderError
from chainlead.request import FOLLOWS, Clock, Moment, RequestState, State, languages
from chainlead.store import Row
from chainlead.web.desk import case_page
from chainlead.web.letter import letter, paper_name
from chainlead.web.mishap import trying
from chainlead.web.panel import Panel
from chainlead.web.rerun_words import lost_ground
from chainlead.web.times import moment_given
from chainlead.web.visit import Form, Visit, Visiting
from chainlead.workflow.case import Case
from chainlead.workflow.deadlines import case_deadlines, idle_clocks, list_deadlines
from chainlead.workflow.request_addressee import confirm_addressee, record_sent
from chainlead.workflow.request_states import record_moment, record_state, state_of, states
from chainlead.workflow.services import service_directory

_MOMENTS = tuple(each.value for each in Moment if each is not Moment.CONFIRMED)
_BY_A_SECOND = frozenset({State.REVIEWED.value, Moment.CONFIRMED.value})
_OWN_FORMS = frozenset({State.REVIEWED, State.SENT, State.ACKNOWLEDGED})
_FORMS = {
    State.REVIEWED.value: "review",
    Moment.CONFIRMED.value: "confirm",
    State.SENT.value: "sent",
    State.ACKNOWLEDGED.value: "acknowledged",
}
_CALENDAR = "text/calendar; charset=utf-8"


class RequestsPanel(Panel):
    """Requests with their clocks."""

    name: ClassVar[str] = "requests"
    title: ClassVar[str] = "Requests"
    key: ClassVar[str] = "q"
    place: ClassVar[int] = 65

    def add_routes(self, router: APIRouter) -> None:
        """The list, one request with its letters, its calendar, and recording an event."""

        @router.get("")
        def requests(case_name: str, visit: Visiting) -> Response:
            with visit.workbench.reading(case_name) as case:
                found = states(case.store)
                values = {
                    "requests": found[::-1],
                    "left": lost_ground(case.store),
                    "drafts": {row["draft_id"]: row for row in case.store.rows("drafts")},
                    "clocks": _clocks(case),
                    "now": visit.jobs.now(),
                    "paper_name": paper_name,
                    "services": {
                        row["draft_id"]: _service(case, row) for row in case.store.rows("drafts")
                    },
                    "next_of": {state.draft_id: next_form(state) for state in found},
                }
                return case_page(visit, case_name, case, "requests.html", values)

        @router.get("/terms.ics")
        def calendar(case_name: str, visit: Visiting) -> Response:
            with visit.workbench.reading(case_name) as case:
                content = list_deadlines([case.folder], now=visit.jobs.now()).to_calendar()
            saved = 'attachment; filename="terms.ics"'
            return Response(content, media_type=_CALENDAR, headers={"content-disposition": saved})

        @router.get("/{draft_id}")
        def request(case_name: str, draft_id: str, visit: Visiting) -> Response:
            return _page(visit, case_name, draft_id)

        @router.post("/record")
        def record(case_name: str, visit: Visiting, form: Form) -> Response:
            draft_id, event = form.get("draft", ""), form.get("event", "")
            here = f"/cases/{quote(case_name, safe='')}/requests/{quote(draft_id, safe='')}"
            form_id = _FORMS.get(event, "moment" if event in _MOMENTS else "happened")

            def keep() -> Response:
                with visit.workbench.writing(case_name, _author(visit, event, form)) as case:
                    _record(case, visit, draft_id, event, form)
                return RedirectResponse(here, status_code=303)

            return trying(
                visit,
                form_id,
                form,
                keep,
                page=lambda: _page(visit, case_name, draft_id),
                path=here,
            )


def next_form(state: RequestState) -> str:
    """The form that comes next for a request; empty where nothing is expected."""
    if state.was_sent:
        if state.is_closed:
            return ""
        return "acknowledged" if state.state is State.SENT else "happened"
    if not state.reviewed_by:
        return "review"
    return "sent" if state.confirmed_by else "confirm"


def _sheet_language(case: Case, draft: Mapping[str, Any]) -> str:
    """The officer's sheet is for the file: it is in the case's language, where that has letters."""
    own = case.settings["language"]
    return own if own in languages() else str(draft["language"])


def _page(visit: Visit, case_name: str, draft_id: str) -> Response:
    """One request: what to do now, its letters to read, its clocks, what was recorded."""
    with visit.workbench.reading(case_name) as case:
        state = state_of(case.store, draft_id)
        draft = case.store.lookup("drafts", draft_id=state.draft_id)
        if draft is None:
            raise HTTPException(404, "The case has no such draft.")
        letters = [
            (name.removesuffix(".md"), letter(case.blobs.get(sha256).decode("utf-8", "replace")))
            for name, sha256 in sorted(draft["files"].items())
            if name.endswith(".md")
        ]
        values: dict[str, Any] = {
            "request": state,
            "draft": draft,
            "left": lost_ground(case.store),
            "letters": letters,
            "sheet_language": _sheet_language(case, draft),
            "awaited": next_form(state),
            "paper_name": paper_name,
            "service": _service(case, draft),
            "channels": _channels(draft),
            "unsent": [each for each in state.parts if each not in state.parts_sent],
            "events_now": [
                each.value
                for each in State
                if each in FOLLOWS[state.state] and each not in _OWN_FORMS
            ],
            "moments": _MOMENTS,
            "idle": idle_clocks(case, state.draft_id) if state.was_sent else (),
            "clocks": _clocks(case).get(state.draft_id, []),
            "now": visit.jobs.now(),
            "is_team": bool(visit.request.app.state.entrance.is_team),
        }
        return case_page(visit, case_name, case, "request.html", values)


def _service(case: Case, draft: Row) -> str:
    """Who is asked, as the draft itself says it."""
    try:
        kept = msgspec.json.decode(case.blobs.get(draft["files"]["draft.json"]))
        return str(kept["lead"]["service"])
    except (BlobMissingError, KeyError, TypeError, msgspec.DecodeError):
        return str(draft["draft_id"])[:8]


def _channels(draft: Row) -> list[str]:
    """What the directory of today says about where the draft's service takes requests."""
    told = draft["parameters"].get("service")
    name = told.get("service_id") if isinstance(told, Mapping) else None
    found = service_directory().get(name) if isinstance(name, str) else None
    return [each.address for each in found.channels if each.address] if found else []


def _clocks(case: Case) -> dict[str, list[Clock]]:
    found: dict[str, list[Clock]] = {}
    for clock in case_deadlines(case.store, case.blobs):
        found.setdefault(clock.draft_id, []).append(clock)
    return found


def _author(visit: Visit, event: str, form: Form) -> str:
    """Who records: the person of the session, or alone a second person who names themselves.

    On a team server a second person has a session of their own.
    """
    is_team = bool(visit.request.app.state.entrance.is_team)
    second = form.get("second", "").strip()
    return visit.session.who if is_team or event not in _BY_A_SECOND or not second else second


def _record(case: Case, visit: Visit, draft_id: str, event: str, form: Form) -> None:
    when = moment_given(visit, case, form.get("at", ""))
    told: dict[str, Any] = {"when": when, "note": form.get("note", "")}
    parts = tuple(name[5:] for name, value in form.items() if name[:5] == "part-" and value)
    clocks = tuple(name[6:] for name, value in form.items() if name[:6] == "clock-" and value)
    if event == Moment.CONFIRMED:
        despite = form.get("despite_warnings") == "yes"
        channel = form.get("channel", "")
        confirm_addressee(case, draft_id, channel, despite_warnings=despite, **told)
        return
    told["reference"] = form.get("reference", "")
    if event == State.SENT:
        record_sent(
            case,
            draft_id,
            form.get("channel", ""),
            parts=parts,
            clocks=clocks,
            to_country=form.get("to_country", "").strip().upper(),
            outside_eu=form.get("outside_eu", ""),
            **told,
        )
        return
    until = moment_given(visit, case, _day_or_moment(form.get("until", "")))
    if event in _MOMENTS:
        record_moment(case, draft_id, event, until=until, parts=parts, clocks=clocks, **told)
    elif event in {each.value for each in State}:
        record_state(case, draft_id, event, until=until, **told)
    else:
        raise RequestOrderError("Choose what happened.")


def _day_or_moment(text: str) -> str:
    """A day alone ends at its beginning in UTC."""
    given = text.strip()
    try:
        is_day = len(given) == len("2026-03-01") and datetime.fromisoformat(given) is not None
    except ValueError:
        is_day = False
    return f"{given}T00:00:00+00:00" if is_day else given
