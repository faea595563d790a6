"""Notes and marks for the report: on a node, a line, a moment, a finding, a lead, a request.

What they are about is a text (`node:…`, `edge:…`, `time:…`, `finding:…`, `lead:…`, `draft:…`). The
partial `notes.html` shows them on any page of a case; the forms in it come here.
"""

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from fastapi import APIRouter, FastAPI, HTTPException
from starlette.responses import RedirectResponse, Response

from chainlead.store import Store
from chainlead.web.safe_place import safe_place
from chainlead.web.visit import Form, Visiting
from chainlead.workflow.canvas import add_note, remove_note, set_mark

MOST_CHARACTERS = 4_000


class NotesHere:
    """The notes and marks of a case, read when a page asks for the first one."""

    def __init__(self, store: Store) -> None:
        """Keep the tables; nothing is read yet."""
        self._store = store

    @cached_property
    def _notes(self) -> Mapping[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in self._store.rows("canvas_notes", order_by=["journal_seq", "note_id"]):
            found[row["subject"]].append(dict(row))
        return found

    @cached_property
    def _marks(self) -> Mapping[str, dict[str, Any]]:
        return {row["subject"]: dict(row) for row in self._store.rows("canvas_marks")}

    def of(self, subject: str) -> list[dict[str, Any]]:
        """The notes on a subject, first to last."""
        return self._notes.get(subject, [])

    def mark(self, subject: str) -> dict[str, Any] | None:
        """The mark of a subject, or None."""
        return self._marks.get(subject)

    def of_trace(
        self, trace_id: str
    ) -> list[tuple[str, list[dict[str, Any]], dict[str, Any] | None]]:
        """Each subject in the picture of a trace that has notes or a mark."""
        starts = (f"node:{trace_id}:", f"edge:{trace_id}:")
        subjects = sorted(
            subject for subject in {*self._notes, *self._marks} if subject.startswith(starts)
        )
        return [(subject, self.of(subject), self.mark(subject)) for subject in subjects]


def add_notes(app: FastAPI) -> None:
    """Declare the forms of the partial."""
    router = APIRouter(prefix="/cases/{case_name}/notes")

    @router.post("/add")
    def add(case_name: str, visit: Visiting, form: Form) -> Response:
        text = form.get("text", "").strip()
        if not text or len(text) > MOST_CHARACTERS:
            raise HTTPException(
                400,
                visit.words(
                    "A note has a text, of at most {count} letters.", count=MOST_CHARACTERS
                ),
            )
        with visit.workbench.writing(case_name, visit.session.who) as case:
            add_note(
                case, form.get("subject", ""), text, for_report=form.get("for_report") == "yes"
            )
        return _back(form)

    @router.post("/remove")
    def remove(case_name: str, visit: Visiting, form: Form) -> Response:
        with visit.workbench.writing(case_name, visit.session.who) as case:
            remove_note(case, form.get("note", ""))
        return _back(form)

    @router.post("/mark")
    def mark(case_name: str, visit: Visiting, form: Form) -> Response:
        with visit.workbench.writing(case_name, visit.session.who) as case:
            set_mark(
                case,
                form.get("subject", ""),
                marked=form.get("marked") == "yes",
                why=form.get("why", "").strip(),
            )
        return _back(form)

    app.include_router(router)


def _back(form: Mapping[str, str]) -> Response:
    return RedirectResponse(safe_place(form.get("back", "/")), status_code=303)
