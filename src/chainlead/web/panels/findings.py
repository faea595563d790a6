"""Findings, own ones first: filter, judge one or many, see where each was."""

from typing import Annotated, ClassVar
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from chainlead.web.desk import KEPT, case_page, last_entry
from chainlead.web.panel import Panel
from chainlead.web.safe_place import safe_place
from chainlead.web.visit import Form, Visiting
from chainlead.workflow.case import Case
from chainlead.workflow.findings import STATES, lookup_finding, triage_many
from chainlead.workflow.findings_index import FindingsIndex, Wanted, read_findings

PAGE = 100
_FILTERS = ("kind", "role", "certainty", "chain", "exhibit", "state", "text")
_ADDS_FINDINGS = ("scan.part", "scan.batch", "scan.finish", "derive.run")


class Findings(Panel):
    """The triage list."""

    name: ClassVar[str] = "findings"
    title: ClassVar[str] = "Findings"
    key: ClassVar[str] = "f"
    place: ClassVar[int] = 30

    def add_routes(self, router: APIRouter) -> None:
        """The list, one finding, and judging."""

        @router.get("")
        def findings(  # noqa: PLR0917  (each filter is a field of the address)
            case_name: str,
            visit: Visiting,
            kind: str = "",
            role: str = "",
            certainty: str = "",
            chain: str = "",
            exhibit: str = "",
            state: str = "",
            text: str = "",
            unfold: str = "",
            page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
        ) -> Response:
            wanted = Wanted(
                kind, role, certainty, chain, exhibit, state, text, is_folded=not unfold
            )
            with visit.workbench.reading(case_name) as case:
                index = _index(case)
                lines = index.choose(case.store, wanted)
                pages = max(1, -(-len(lines) // PAGE))
                shown = min(page, pages)
                part = lines[(shown - 1) * PAGE : shown * PAGE]
                asked = {name: getattr(wanted, name) for name in _FILTERS if getattr(wanted, name)}
                if unfold:
                    asked["unfold"] = "yes"
                values = {
                    "rows": read_findings(case.store, [line.finding_id for line in part]),
                    "chosen": len(lines),
                    "total": len(index),
                    "counts": index.counts(),
                    "wanted": wanted,
                    "states": STATES,
                    "page": shown,
                    "pages": pages,
                    "question": urlencode(asked),
                    "has_filters": bool(asked),
                }
                return case_page(visit, case_name, case, "findings.html", values)

        @router.get("/{finding_id}")
        def finding(case_name: str, finding_id: str, visit: Visiting) -> Response:
            with visit.workbench.reading(case_name) as case:
                row = lookup_finding(case, finding_id)
                same = (
                    [
                        other["finding_id"]
                        for other in case.store.rows(
                            "findings", columns=["finding_id"], value=row["value"]
                        )
                        if other["finding_id"] != row["id"]
                    ]
                    if row["value"]
                    else []
                )
                values = {"row": row, "same": same[:20], "states": STATES}
                return case_page(visit, case_name, case, "finding.html", values)

        @router.post("/judge")
        async def judge(case_name: str, visit: Visiting, form: Form) -> Response:
            given = await visit.request.form()
            chosen = [str(each) for each in given.getlist("finding")]
            with visit.workbench.writing(case_name, visit.session.who) as case:
                if chosen:
                    triage_many(case, chosen, form.get("state", ""), why=form.get("why", ""))
            return RedirectResponse(safe_place(form.get("back", "/")), status_code=303)


def _index(case: Case) -> FindingsIndex:
    return KEPT.get(
        case.folder,
        "findings",
        lambda: FindingsIndex(case.store),
        mark=(last_entry(case, *_ADDS_FINDINGS), case.store.count("findings")),
    )
