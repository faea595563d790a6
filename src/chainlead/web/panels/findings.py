"""Findings, own ones first: filter, judge one or many, see where each was, take the list away."""

from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from starlette.responses import RedirectResponse, Response

from chainlead.web.desk import case_page, is_there, waiting_page
from chainlead.web.finding_acts import origin_of
from chainlead.web.findings_question import Question, has_index, index_of
from chainlead.web.panel import Panel
from chainlead.web.safe_place import safe_place
from chainlead.web.visit import Form, Visit, Visiting
from chainlead.workflow.case import Case
from chainlead.workflow.findings import STATES, lookup_finding, triage_many
from chainlead.workflow.findings_export import export_findings
from chainlead.workflow.findings_index import FACETS, read_findings

PAGE = 100
MOST_AT_ONCE = 20_000
"""So many findings are judged in one act: the journal keeps what each was before."""
_SAME = 20
_FORMS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}
_FACETS = {
    "state": "Judged",
    "role": "Whose",
    "certainty": "Certainty",
    "chain": "Coin",
    "kind": "Kind",
    "exhibit": "Exhibit",
}
"""The filters with their headings, in the order of the page."""
assert set(_FACETS) == set(FACETS)


async def _ticked(request: Request) -> list[str]:
    """The findings that a form names, each once for every tick."""
    return [str(each) for each in (await request.form()).getlist("finding")]


Ticked = Annotated[list[str], Depends(_ticked)]


class Findings(Panel):
    """The triage list."""

    name: ClassVar[str] = "findings"
    title: ClassVar[str] = "Findings"
    key: ClassVar[str] = "f"
    place: ClassVar[int] = 30

    def work_ahead(self, case: Case) -> None:
        """The list in its order."""
        index_of(case)

    def add_routes(self, router: APIRouter) -> None:
        """The list, one finding, judging, and the list as a file."""

        @router.get("")
        def findings(
            case_name: str, visit: Visiting, page: Annotated[int, Query(ge=1, le=1_000_000)] = 1
        ) -> Response:
            question = Question.read(visit.request.query_params)
            with visit.workbench.reading(case_name) as case:
                if not _is_indexed(visit, case_name, case):
                    return waiting_page(visit, case_name, case, self.title)
                values = _list(case, question, page)
                return case_page(visit, case_name, case, "findings.html", values)

        @router.get("/{finding_id}")
        def finding(case_name: str, finding_id: str, visit: Visiting) -> Response:
            question = Question.read(visit.request.query_params)
            with visit.workbench.reading(case_name) as case:
                row = lookup_finding(case, finding_id)
                if not _is_indexed(visit, case_name, case):
                    return waiting_page(visit, case_name, case, self.title)
                values = {
                    "row": row,
                    "same": _same(case, row),
                    "states": STATES,
                    "question": question,
                    "origin": origin_of(row),
                    "ledgers": sorted(case.store.group_counts("ledger_sources", "chain")),
                    **_beside(question.choose(case).finding_ids, row["id"]),
                }
                return case_page(visit, case_name, case, "finding.html", values)

        @router.post("/judge")
        def judge(case_name: str, visit: Visiting, form: Form, ticked: Ticked) -> Response:
            with visit.workbench.writing(case_name, visit.session.who) as case:
                chosen = ticked
                if form.get("all") == "yes":
                    chosen = list(Question.parse(form.get("question", "")).choose(case).finding_ids)
                if len(chosen) > MOST_AT_ONCE:
                    most = visit.words.number(MOST_AT_ONCE)
                    say = visit.words("At most {most} findings are judged at once.", most=most)
                    raise HTTPException(400, say)
                if chosen:
                    triage_many(case, chosen, form.get("state", ""), why=form.get("why", ""))
            return RedirectResponse(safe_place(form.get("back", "/")), status_code=303)

        @router.post("/export")
        def export(case_name: str, visit: Visiting, form: Form) -> Response:
            name = form.get("form", "")
            if name not in _FORMS:
                raise HTTPException(400, visit.words("Findings are not given in that form here."))
            question = Question.parse(form.get("question", ""))
            with visit.workbench.writing(case_name, visit.session.who) as case:
                made = export_findings(
                    case,
                    name,
                    why=form.get("why", ""),
                    chosen=(question.asked, question.choose(case).finding_ids),
                )
            ((file, content),) = made.files.items()
            return Response(
                content,
                media_type=_FORMS[name],
                headers={"content-disposition": f'attachment; filename="{file}"'},
            )


def _is_indexed(visit: Visit, case_name: str, case: Case) -> bool:
    return has_index(case) or is_there(visit, case_name, case, Findings.name, index_of)


def _list(case: Case, question: Question, page: int) -> dict[str, Any]:
    """One page of the list, with what each filter would show."""
    chosen = question.choose(case)
    pages = max(1, -(-len(chosen) // PAGE))
    shown = min(page, pages)
    first = (shown - 1) * PAGE
    return {
        "rows": read_findings(case.store, chosen.finding_ids[first : first + PAGE]),
        "first": first,
        "chosen": chosen,
        "total": len(index_of(case)),
        "facets": _FACETS,
        "question": question,
        "most_at_once": MOST_AT_ONCE,
        "page": shown,
        "pages": pages,
    }


def _beside(finding_ids: Any, finding_id: str) -> dict[str, Any]:
    """The finding's place in the list, with its neighbours; nothing where it is not in it."""
    try:
        place = finding_ids.index(finding_id)
    except ValueError:
        return {"place": None, "before": None, "after": None, "count": len(finding_ids)}
    return {
        "place": place + 1,
        "before": finding_ids[place - 1] if place else None,
        "after": finding_ids[place + 1] if place + 1 < len(finding_ids) else None,
        "count": len(finding_ids),
    }


def _same(case: Case, row: dict[str, Any]) -> list[dict[str, Any]]:
    """Other places that hold the same value."""
    if not row["value"]:
        return []
    columns = ["finding_id", "exhibit", "location"]
    rows = case.store.rows("findings", columns=columns, value=row["value"], limit=_SAME + 1)
    return [other for other in rows if other["finding_id"] != row["id"]][:_SAME]
