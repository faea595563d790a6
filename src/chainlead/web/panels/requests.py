"""The requests of a case: where each stands, its clocks, and recording what happened. Sends nothing."""

from datetime import UTC, datetime
from typing import ClassVar

from fastapi import APIRouter, HTTPException
from starlette.responses import RedirectResponse, Response

from chainlead.request import FOLLOWS, State
from chainlead.web.desk import case_page
from chainlead.web.panel import Panel
from chainlead.web.visit import Form, Visiting
from chainlead.workflow.deadlines import case_deadlines
from chainlead.workflow.request_addressee import confirm_addressee, record_sent
from chainlead.workflow.request_states import record_state, states

_CONFIRM, _SEND = "addressee_confirmed", "sent"


class RequestsPanel(Panel):
    """Requests with their clocks."""

    name: ClassVar[str] = "requests"
    title: ClassVar[str] = "Requests and terms"
    key: ClassVar[str] = "q"
    place: ClassVar[int] = 65

    def add_routes(self, router: APIRouter) -> None:
        """The page, and recording an event."""

        @router.get("")
        def requests(case_name: str, visit: Visiting) -> Response:
            with visit.workbench.reading(case_name) as case:
                now = visit.jobs.now()
                clocks: dict[str, list[object]] = {}
                for clock in case_deadlines(case.store, case.blobs):
                    clocks.setdefault(clock.draft_id, []).append(clock)
                drafts = {row["draft_id"]: row for row in case.store.rows("drafts")}
                found = states(case.store)
                values = {
                    "requests": found,
                    "drafts": drafts,
                    "clocks": clocks,
                    "now": now,
                    "steps_of": {
                        state.draft_id: [
                            step.value
                            for step in State
                            if step in FOLLOWS[state.state] and step is not State.SENT
                        ]
                        for state in found
                    },
                }
                return case_page(visit, case_name, case, "requests.html", values)

        @router.post("/record")
        def record(case_name: str, visit: Visiting, form: Form) -> Response:
            when = _moment(form.get("at", ""))
            draft_id, event = form.get("draft", ""), form.get("event", "")
            with visit.workbench.writing(case_name, visit.session.who) as case:
                if event == _CONFIRM:
                    confirm_addressee(
                        case,
                        draft_id,
                        form.get("channel", ""),
                        despite_warnings=form.get("despite_warnings") == "yes",
                        note=form.get("note", ""),
                        when=when,
                    )
                elif event == _SEND:
                    record_sent(
                        case,
                        draft_id,
                        form.get("channel", ""),
                        outside_eu=form.get("outside_eu", ""),
                        when=when,
                        note=form.get("note", ""),
                        reference=form.get("reference", ""),
                    )
                else:
                    record_state(
                        case,
                        draft_id,
                        event,
                        when=when,
                        note=form.get("note", ""),
                        reference=form.get("reference", ""),
                    )
            return RedirectResponse(f"/cases/{case_name}/requests", status_code=303)


def _moment(text: str) -> datetime | None:
    """A time of a form, in UTC as the form says; None where nothing was written.

    Raises:
        HTTPException: it is no time.
    """
    if not text.strip():
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise HTTPException(400, "Write the time as 2026-03-01T09:30, in UTC.") from None
