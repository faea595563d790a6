"""Where the money reached somebody who knows a name, and the drafts of what to ask."""

from typing import ClassVar

from fastapi import APIRouter, HTTPException
from starlette.responses import RedirectResponse, Response

from chainlead.attribution import Deposit, Holding, Lead, LeadTrack, asset_of
from chainlead.model import Amount
from chainlead.web.desk import KEPT, case_page
from chainlead.web.panel import Panel
from chainlead.web.visit import Form, Visiting
from chainlead.workflow.leads import list_leads
from chainlead.workflow.request import REQUESTS, draft, list_drafts

_KINDS = {
    ".pdf": "application/pdf",
    ".md": "text/plain; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


_TRACKS = {
    LeadTrack.SERVICE: "ask the service",
    LeadTrack.UNSPENT: "seize: money that was not moved",
    LeadTrack.ISSUER: "ask the issuer to freeze",
    LeadTrack.PROVIDER: "ask the provider",
}
"""What each track is for, in the words of its heading."""


def _amount(lead: Lead, part: Deposit | Holding, units: int) -> str:
    """An amount of a lead, exactly, in the words of its asset."""
    return str(Amount(asset_of(lead, part), units))


class Leads(Panel):
    """Leads and drafts."""

    name: ClassVar[str] = "leads"
    title: ClassVar[str] = "Leads and requests"
    key: ClassVar[str] = "l"
    place: ClassVar[int] = 60

    def add_routes(self, router: APIRouter) -> None:
        """The leads, drafting, and the drafted files."""

        @router.get("")
        def leads(case_name: str, visit: Visiting) -> Response:
            with visit.workbench.reading(case_name) as case:
                found = KEPT.get(case.folder, "leads", lambda: list_leads(case))
                drafts = list_drafts(case)
                by_lead: dict[str, list[object]] = {}
                for row in drafts:
                    by_lead.setdefault(row["lead_id"], []).append(row)
                values = {"leads": found, "by_lead": by_lead, "amount": _amount, "tracks": _TRACKS}
                return case_page(visit, case_name, case, "leads.html", values)

        @router.post("/draft")
        def make_draft(case_name: str, visit: Visiting, form: Form) -> Response:
            with visit.workbench.writing(case_name, visit.session.who) as case:
                draft(
                    case,
                    form.get("lead", ""),
                    language=form.get("language", ""),
                    is_emergency=form.get("emergency") == "yes",
                    why=form.get("why", ""),
                )
            return RedirectResponse(f"/cases/{case_name}/leads", status_code=303)

        @router.get("/{draft_id}/{name}")
        def drafted(case_name: str, draft_id: str, name: str, visit: Visiting) -> Response:
            with visit.workbench.reading(case_name) as case:
                row = case.store.lookup("drafts", draft_id=draft_id)
                if row is None or name not in row["files"]:
                    raise HTTPException(404, f"The case has no such file in {REQUESTS}.")
                content = case.blobs.get(row["files"][name])
            kind = _KINDS.get(f".{name.rpartition('.')[2]}", "application/octet-stream")
            saved = f'attachment; filename="{draft_id}-{name}"'
            return Response(content, media_type=kind, headers={"content-disposition": saved})
