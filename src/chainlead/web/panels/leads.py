"""Where the money reached somebody who knows a name, and the drafts of what to ask."""

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar
from urllib.parse import quote

from fastapi import APIRouter, HTTPException
from starlette.responses import RedirectResponse, Response

from chainlead.attribution import Deposit, Holding, Lead, LeadTrack, asset_of
from chainlead.errors import ChainleadError, RequestError
from chainlead.ledger import Value
from chainlead.model import Amount
from chainlead.request import (
    PARTS,
    asked_of,
    deadlines,
    get_texts,
    items,
    languages,
    minimal_items,
)
from chainlead.web.desk import KEPT, case_page, leads_of
from chainlead.web.letter import paper_name
from chainlead.web.mishap import trying
from chainlead.web.named_choices import language_names
from chainlead.web.panel import Panel
from chainlead.web.visit import Form, Visit, Visiting
from chainlead.workflow.case import Case
from chainlead.workflow.leads import get_lead
from chainlead.workflow.rates import holding_values, lead_values
from chainlead.workflow.request import REQUESTS, choose_for, draft, list_drafts, lookup_service

_KINDS = {
    ".pdf": "application/pdf",
    ".md": "text/plain; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}

_MOST_DIGITS = 4

_TRACKS = {
    LeadTrack.SERVICE: "ask the service",
    LeadTrack.UNSPENT: "seize: money that was not moved",
    LeadTrack.ISSUER: "ask the issuer to freeze",
    LeadTrack.PROVIDER: "ask the provider",
}
"""What each track is for, in the words of its heading."""


def _worths(
    case: Case, leads: Iterable[Lead]
) -> dict[str, tuple[tuple[Value | None, ...], tuple[Value | None, ...]]]:
    """What the deposits and the holdings of each lead were worth, where there is a rate."""
    return {lead.lead_id: (lead_values(case, lead), holding_values(case, lead)) for lead in leads}


def _amount(lead: Lead, part: Deposit | Holding, units: int) -> str:
    """An amount of a lead, exactly, in the words of its asset."""
    return str(Amount(asset_of(lead, part), units))


class Leads(Panel):
    """Leads and drafts."""

    name: ClassVar[str] = "leads"
    title: ClassVar[str] = "Leads"
    key: ClassVar[str] = "l"
    place: ClassVar[int] = 60

    def add_routes(self, router: APIRouter) -> None:
        """The leads, drafting, and the drafted files."""

        @router.get("")
        def leads(case_name: str, visit: Visiting) -> Response:
            with visit.workbench.reading(case_name) as case:
                found = leads_of(case)
                drafts = list_drafts(case)
                by_lead: dict[str, list[object]] = {}
                for row in drafts:
                    by_lead.setdefault(row["lead_id"], []).append(row)
                values = {
                    "leads": found,
                    "by_lead": by_lead,
                    "amount": _amount,
                    "paper_name": paper_name,
                    "rules_of": _rules_of,
                    "traced_of": _traced_of,
                    "tracks": _TRACKS,
                    "worths": KEPT.get(case.folder, "worths", lambda: _worths(case, found)),
                }
                return case_page(visit, case_name, case, "leads.html", values)

        @router.get("/ask/{lead_id}")
        def ask(case_name: str, lead_id: str, visit: Visiting) -> Response:
            return _ask_page(visit, case_name, lead_id)

        @router.post("/draft")
        def make_draft(case_name: str, visit: Visiting, form: Form) -> Response:
            here = f"/cases/{quote(case_name, safe='')}"
            lead_id = form.get("lead", "")

            def keep() -> Response:
                with visit.workbench.writing(case_name, visit.session.who) as case:
                    made = draft(case, lead_id, **_wishes(visit, form))
                return RedirectResponse(f"{here}/requests/{made.draft_id}", status_code=303)

            return trying(
                visit,
                "draft",
                form,
                keep,
                page=lambda: _ask_page(visit, case_name, lead_id),
                path=f"{here}/leads/ask/{quote(lead_id, safe='')}",
            )

        @router.get("/{draft_id}/{name}")
        def drafted(case_name: str, draft_id: str, name: str, visit: Visiting) -> Response:
            with visit.workbench.reading(case_name) as case:
                row = case.store.lookup("drafts", draft_id=draft_id)
                if row is None or name not in row["files"]:
                    raise HTTPException(404, f"The case has no such file in {REQUESTS}.")
                content = case.blobs.get(row["files"][name])
            kind = _KINDS.get(f".{name.rpartition('.')[2]}", "application/octet-stream")
            is_shown = kind == _KINDS[".pdf"] and "open" in visit.request.query_params
            saved = f'{"inline" if is_shown else "attachment"}; filename="{draft_id}-{name}"'
            return Response(content, media_type=kind, headers={"content-disposition": saved})


def _rules_of(lead: Lead) -> list[str]:
    """Every rule under which a part of some transfer was traced, by name."""
    return sorted({rule for deposit in lead.deposits for rule in deposit.traced_units})


def _traced_of(deposit: Any, rules: list[str]) -> list[int]:
    """The traced part of a transfer under each rule; what a rule does not name is nothing."""
    return [deposit.traced_units.get(rule, 0) for rule in rules]


def _ask_page(visit: Visit, case_name: str, lead_id: str) -> Response:
    """Which paper for this lead, why, and the form that drafts it."""
    with visit.workbench.reading(case_name) as case:
        lead = get_lead(case.store, case.blobs, lead_id)
        language = visit.words.language
        numbers = minimal_items(asked_of(lead))
        values = {
            "lead": lead,
            "tracks": _TRACKS,
            "parts": PARTS if lead.track is not LeadTrack.UNSPENT else (),
            "items": [
                (each.number, each.ask.get(language, each.ask["en"]), each.number in numbers)
                for each in items()
                if each.asked_of == asked_of(lead)
            ],
            "languages": language_names(languages(), visit.words),
            "today": visit.jobs.now().date().isoformat(),
            **_choice(case, lead, visit),
        }
        return case_page(visit, case_name, case, "ask.html", values)


def _choice(case: Case, lead: Lead, visit: Visit) -> dict[str, Any]:
    """What the table of instruments says, or why it says nothing."""
    country = case.settings["country"]
    language = visit.words.language if visit.words.language in languages() else "en"
    try:
        choice = choose_for(
            lead,
            country,
            instrument=visit.typed("draft", "instrument"),
            is_emergency=visit.typed("draft", "emergency") == "yes",
            service=lookup_service(lead),
        ).in_language(language)
    except ChainleadError as error:
        return {"choice": None, "no_choice": error.sentences(), "clocks": [], "texts": None}
    texts = get_texts(language)
    known = deadlines()
    clocks = [texts.clock_words(name, known[name]) for name in choice.clocks if name in known]
    return {"choice": choice, "no_choice": (), "clocks": clocks, "texts": texts}


def _wishes(visit: Visit, form: Form) -> dict[str, Any]:
    """What the form asks of a draft.

    Raises:
        RequestError: a number or a day that is none.
    """
    chosen = [each.number for each in items() if form.get(f"item{each.number}") == "yes"]
    days = form.get("period_days", "").strip() or "7"
    if not (days.isascii() and days.isdigit() and len(days) <= _MOST_DIGITS):
        raise RequestError("The days around the transfers are a whole number from 0 to 3660.")
    day = form.get("dated", "").strip()
    try:
        dated = date.fromisoformat(day) if day else visit.jobs.now().date()
    except ValueError:
        raise RequestError("Write the date of the letters as 2026-03-01.") from None
    return {
        "dated": dated,
        "instrument": form.get("instrument", ""),
        "language": form.get("language", ""),
        "item_numbers": chosen,
        "period_days": int(days),
        "is_emergency": form.get("emergency") == "yes",
        "parts": [part for part in PARTS if form.get(f"part-{part}") == "yes"],
        "why": form.get("why", ""),
    }
