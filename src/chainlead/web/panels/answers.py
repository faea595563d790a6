"""What services answered: each row a statement, compared with the ledger; what was left out."""

from typing import Any, ClassVar
from urllib.parse import quote

from fastapi import APIRouter, HTTPException
from starlette.responses import RedirectResponse, Response

from chainlead.config import unit_folder
from chainlead.errors import AnswerMappingError
from chainlead.request import find_profiles
from chainlead.store import Store
from chainlead.web.desk import case_page
from chainlead.web.mishap import Mishap, trying
from chainlead.web.panel import Panel
from chainlead.web.places import places_of
from chainlead.web.times import moment_given
from chainlead.web.visit import Form, Visit, Visiting
from chainlead.workflow.answer_follow_up import follow_up
from chainlead.workflow.answer_resume import resume
from chainlead.workflow.answers import (
    answer_leads,
    answer_rows,
    import_answer,
    list_answers,
    look,
)
from chainlead.workflow.request_states import states
from chainlead.workflow.services import service_directory

_MOST_ROWS = 500
_MOST_DIGITS = 9


class AnswersPanel(Panel):
    """Answers."""

    name: ClassVar[str] = "answers"
    title: ClassVar[str] = "Answers"
    key: ClassVar[str] = "w"
    place: ClassVar[int] = 70

    def add_routes(self, router: APIRouter) -> None:
        """The page, looking at files, importing an answer, asking again, following a statement."""

        @router.get("")
        def answers(case_name: str, visit: Visiting) -> Response:
            return _page(visit, case_name)

        @router.post("/look")
        def look_first(case_name: str, visit: Visiting, form: Form) -> Response:
            here = _here(case_name)

            def show() -> Response:
                file = places_of(visit, case_name).take(form.get("path", ""), may_be_folder=False)
                read, profile = look([file], profile=form.get("profile", ""))
                visit.mishap, visit.shown_path = Mishap("answer", "", (), form), here
                return _page(visit, case_name, {"files": read, "profile": profile})

            return trying(
                visit, "answer", form, show, page=lambda: _page(visit, case_name), path=here
            )

        @router.post("/import")
        def take(case_name: str, visit: Visiting, form: Form) -> Response:
            here = _here(case_name)

            def keep() -> Response:
                file = places_of(visit, case_name).take(form.get("path", ""), may_be_folder=False)
                if not form.get("timezone", "").strip():
                    raise AnswerMappingError(
                        "Say which time zone its times are in.",
                        next_step="Ask the service if the answer does not say it; UTC is common.",
                    )
                if not form.get("profile") and form.get("accept") != "yes":
                    read, profile = look([file])
                    say = visit.words(
                        "Look below at what its columns mean. If it is right, tick that you looked."
                    )
                    visit.mishap, visit.shown_path = Mishap("answer", "", (say,), form), here
                    return _page(visit, case_name, {"files": read, "profile": profile})
                with visit.workbench.writing(case_name, visit.session.who) as case:
                    made = import_answer(
                        case,
                        form.get("draft", ""),
                        [file],
                        timezone=form.get("timezone", ""),
                        profile=form.get("profile", ""),
                        accept_proposed=form.get("accept") == "yes",
                        received_at=moment_given(visit, case, form.get("at", "")),
                        why=form.get("why", ""),
                    )
                return RedirectResponse(f"{here}#{made.answer_id}", status_code=303)

            return trying(
                visit, "answer", form, keep, page=lambda: _page(visit, case_name), path=here
            )

        @router.post("/follow-up")
        def ask_again(case_name: str, visit: Visiting, form: Form) -> Response:
            answer_id = form.get("answer", "")

            def keep() -> Response:
                with visit.workbench.writing(case_name, visit.session.who) as case:
                    made = follow_up(
                        case, answer_id, dated=visit.jobs.now().date(), why=form.get("why", "")
                    )
                place = f"/cases/{quote(case_name, safe='')}/requests/{made.draft_id}"
                return RedirectResponse(place, status_code=303)

            return _try(visit, case_name, f"follow-up-{answer_id}", form, keep)

        @router.post("/resume")
        def follow(case_name: str, visit: Visiting, form: Form) -> Response:
            answer_id = form.get("answer", "")

            def keep() -> Response:
                number = form.get("row", "")
                if not number.isdecimal() or len(number) > _MOST_DIGITS:
                    raise HTTPException(400, visit.words("Say which row, by its number."))
                with visit.workbench.writing(case_name, visit.session.who) as case:
                    trace_id, _ = resume(case, answer_id, int(number), why=form.get("why", ""))
                place = f"/cases/{quote(case_name, safe='')}/graph?trace={trace_id}"
                return RedirectResponse(place, status_code=303)

            return _try(visit, case_name, f"resume-{answer_id}", form, keep)


def _try(visit: Visit, case_name: str, form_id: str, form: Form, act: Any) -> Response:
    return trying(
        visit, form_id, form, act, page=lambda: _page(visit, case_name), path=_here(case_name)
    )


def _here(case_name: str) -> str:
    return f"/cases/{quote(case_name, safe='')}/answers"


def _page(visit: Visit, case_name: str, looked: dict[str, Any] | None = None) -> Response:
    with visit.workbench.reading(case_name) as case:
        found = list_answers(case)
        store = case.store
        profiles = find_profiles(unit_folder())
        requests = [state for state in states(store) if state.was_sent][::-1]
        names = _services(store)
        values = {
            "answers": found[::-1],
            "rows_of": {
                row["answer_id"]: answer_rows(store, row["answer_id"])[:_MOST_ROWS] for row in found
            },
            "leads_of": {row["answer_id"]: answer_leads(store, row["answer_id"]) for row in found},
            "requests": [(each.draft_id, names.get(each.draft_id, "")) for each in requests],
            "profiles": [(name, each.title or name) for name, each in profiles.items()],
            "usual_profile": _usual(profiles, [names.get(each.draft_id, "") for each in requests]),
            "looked": looked,
        }
        return case_page(visit, case_name, case, "answers.html", values)


def _services(store: Store) -> dict[str, str]:
    """The name of the service of each draft."""
    directory = service_directory()
    found = {}
    for row in store.rows("drafts", columns=["draft_id", "parameters"]):
        told = row["parameters"].get("service")
        service = directory.get(str(told.get("service_id", ""))) if isinstance(told, dict) else None
        found[row["draft_id"]] = service.brand if service else ""
    return found


def _usual(profiles: Any, services: list[str]) -> str:
    """The profile of the service that was asked last, if there is one."""
    for service in services:
        for name, profile in profiles.items():
            if service and profile.service.casefold() == service.casefold():
                return str(name)
    return ""
