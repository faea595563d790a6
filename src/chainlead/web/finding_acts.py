"""What a finding leads on to: its money followed, its key's addresses derived. No secret is shown or asked."""

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, FastAPI
from starlette.responses import RedirectResponse, Response

from chainlead.errors import ConfigError
from chainlead.web.visit import Form, Visiting
from chainlead.workflow.addresses import derive_addresses as derive_of_phrase
from chainlead.workflow.derive import derive_addresses as derive_of_key

_DIGITS = 3


def add_finding_acts(app: FastAPI) -> None:
    """Declare the forms of a finding's page that are no judgement."""
    router = APIRouter(prefix="/cases/{case_name}/derive")

    @router.post("/key")
    def of_key(case_name: str, visit: Visiting, form: Form) -> Response:
        """Put the addresses of a public extended key among the findings."""
        gap = form.get("gap", "").strip() or "20"
        if not (gap.isascii() and gap.isdigit() and len(gap) <= _DIGITS):
            raise ConfigError("The unused addresses in a row are a whole number from 1 to 999.")
        with visit.workbench.writing(case_name, visit.session.who) as case:
            derive_of_key(case, form.get("finding", ""), gap=int(gap), why=form.get("why", ""))
        return _derived(case_name)

    @router.post("/phrase")
    def of_phrase(case_name: str, visit: Visiting, form: Form) -> Response:
        """Put the addresses of a found phrase among the findings; nobody reads the phrase."""
        with visit.workbench.writing(case_name, visit.session.who) as case:
            derive_of_phrase(case, form.get("finding", ""), why=form.get("why", ""))
        return _derived(case_name)

    app.include_router(router)


def origin_of(row: Any) -> str:
    """What money is followed from for this finding; empty where there is nothing to follow."""
    if row["kind"] == "payment_uri":
        return str(row["detail"].get("address", ""))
    return str(row["value"] or "") if row["kind"] in {"address", "txid"} else ""


def _derived(case_name: str) -> Response:
    return RedirectResponse(
        f"/cases/{quote(case_name, safe='')}/findings?text=derived", status_code=303
    )
