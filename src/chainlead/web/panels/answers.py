"""What services answered: each row a statement, compared with the ledger; what was left out."""

from typing import ClassVar

from fastapi import APIRouter, HTTPException
from starlette.responses import RedirectResponse, Response

from chainlead.config import unit_folder
from chainlead.request import find_profiles
from chainlead.web.desk import case_page
from chainlead.web.named_path import named_path
from chainlead.web.panel import Panel
from chainlead.web.visit import Form, Visiting
from chainlead.workflow.answer_resume import resume
from chainlead.workflow.answers import answer_leads, answer_rows, import_answer, list_answers
from chainlead.workflow.request_states import states

_MOST_ROWS = 500
_MOST_DIGITS = 9


class AnswersPanel(Panel):
    """Answers."""

    name: ClassVar[str] = "answers"
    title: ClassVar[str] = "Answers"
    key: ClassVar[str] = "w"
    place: ClassVar[int] = 70

    def add_routes(self, router: APIRouter) -> None:
        """The page, importing an answer, and following a statement."""

        @router.get("")
        def answers(case_name: str, visit: Visiting) -> Response:
            with visit.workbench.reading(case_name) as case:
                found = list_answers(case)
                values = {
                    "answers": found,
                    "rows_of": {
                        row["answer_id"]: answer_rows(case.store, row["answer_id"])[:_MOST_ROWS]
                        for row in found
                    },
                    "leads_of": {
                        row["answer_id"]: answer_leads(case.store, row["answer_id"])
                        for row in found
                    },
                    "requests": [s for s in states(case.store) if s.was_sent],
                    "profiles": find_profiles(unit_folder()),
                }
                return case_page(visit, case_name, case, "answers.html", values)

        @router.post("/import")
        def take(case_name: str, visit: Visiting, form: Form) -> Response:
            file = named_path(form.get("path", ""), may_be_folder=False)
            with visit.workbench.writing(case_name, visit.session.who) as case:
                import_answer(
                    case,
                    form.get("draft", ""),
                    [file],
                    timezone=form.get("timezone", ""),
                    profile=form.get("profile", ""),
                    why=form.get("why", ""),
                )
            return RedirectResponse(f"/cases/{case_name}/answers", status_code=303)

        @router.post("/resume")
        def follow(case_name: str, visit: Visiting, form: Form) -> Response:
            number = form.get("row", "")
            if not number.isdecimal() or len(number) > _MOST_DIGITS:
                raise HTTPException(400, "Say which row, by its number.")
            with visit.workbench.writing(case_name, visit.session.who) as case:
                trace_id, _ = resume(
                    case, form.get("answer", ""), int(number), why=form.get("why", "")
                )
            return RedirectResponse(f"/cases/{case_name}/graph?trace={trace_id}", status_code=303)
