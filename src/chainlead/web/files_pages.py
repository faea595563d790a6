"""Choosing a file for a form: look through the allowed folders and take one, or upload one."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from fastapi import APIRouter, FastAPI, HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from chainlead.errors import ChainleadError
from chainlead.web.desk import case_page
from chainlead.web.inbox import MOST_BYTES, Receiver, Uploaded, digests
from chainlead.web.mishap import Mishap, told_on_a_page
from chainlead.web.places import INBOX, places_of
from chainlead.web.visit import Visit, Visiting


@dataclass(frozen=True, slots=True)
class Target:
    """A form that wants a file.

    Attributes:
        panel: the page that it is on; its id there is the name of the target.
        title: what the file is for, in English.
        takes_folders: whether a folder will do.
        field: its field for the path.
    """

    panel: str
    title: str
    takes_folders: bool
    field: str = "path"


TARGETS: Mapping[str, Target] = {
    "scan": Target("evidence", "the exhibit to read", takes_folders=True),
    "scan-services": Target("evidence", "a list of further services", False, "services"),
    "scan-passwords": Target("evidence", "a list of passwords", False, "passwords"),
    "blocks": Target("ledger", "ledger data", takes_folders=True),
    "rows": Target("ledger", "an export with rows", takes_folders=False),
    "tags": Target("ledger", "files that say who holds an address", takes_folders=True),
    "rates": Target("ledger", "a file of exchange rates", takes_folders=False),
    "page": Target("checks", "the saved page to check", takes_folders=False),
    "match": Target("checks", "the saved page whose prices are looked for", takes_folders=False),
    "answer": Target("answers", "the answer that came", takes_folders=False),
}
_FIELDS = frozenset(target.field for target in TARGETS.values())


def add_files(app: FastAPI) -> None:
    """Declare looking and uploading."""
    router = APIRouter(prefix="/cases/{case_name}/files")

    @router.get("")
    def files(case_name: str, visit: Visiting, at: str = "") -> Response:
        """What there is to choose, for the form that `for` names."""
        return _page(visit, case_name, visit.request.query_params.get("for", ""), at)

    @router.post("/upload")
    async def upload(case_name: str, request: Request, visit: Visiting) -> Response:
        """Keep a file in the case's inbox, then go back to the form with its path."""
        folder = visit.workbench.folder(case_name) / INBOX
        session = visit.session
        receiver = Receiver(folder, session.form_token, visit.jobs.secret())
        try:
            done = await receiver.take(request.headers.get("content-type", ""), request.stream())
            target = _target(receiver.fields.get("for", ""))
        except (ChainleadError, HTTPException) as error:
            if isinstance(error, HTTPException) and error.status_code == 403:
                raise
            return await run_in_threadpool(_failed, visit, case_name, receiver.fields, error)
        return RedirectResponse(
            _back(case_name, receiver.fields["for"], target, done), status_code=303
        )

    app.include_router(router)


def link(case_name: str, name: str, path: Path, kept: Mapping[str, str] | None = None) -> str:
    """The address of the form, with a path in its field; `kept` are paths that were chosen before."""
    target = TARGETS[name]
    form = name.partition("-")[0]
    query = urlencode({"for": form, **(kept or {}), target.field: str(path)})
    return f"/cases/{quote(case_name, safe='')}/{target.panel}?{query}#{form}"


def _back(case_name: str, name: str, target: Target, done: Uploaded) -> str:
    before, _, fragment = link(case_name, name, done.path).partition("#")
    assert target.panel in before
    return f"{before}&sha256={done.sha256}#{fragment}"


def _target(name: str) -> Target:
    if name not in TARGETS:
        raise HTTPException(404, "There is no form that takes a file like that.")
    return TARGETS[name]


def _page(visit: Visit, case_name: str, name: str, at: str) -> Response:
    target = _target(name)
    places = places_of(visit, case_name)
    shown = Path(at) if at else None
    given = visit.request.query_params
    kept = {each: given[each] for each in _FIELDS if each in given}
    with visit.workbench.reading(case_name) as case:
        found, is_all = places.look(shown) if shown else ([], True)
        above = shown.parent if shown and places.place_of(shown.parent) else None
        inbox = case.folder / INBOX
        values = {
            "target": target,
            "target_name": name,
            "places": places.places,
            "at": shown,
            "above": above,
            "found": found,
            "is_all": is_all,
            "kept": kept,
            "taken": lambda path: link(case_name, name, path, kept),
            "digests": digests(inbox) if shown and shown.resolve() == inbox.resolve() else {},
            "most_bytes": MOST_BYTES,
        }
        return case_page(visit, case_name, case, "files.html", values)


def _failed(
    visit: Visit, case_name: str, fields: Mapping[str, str], error: ChainleadError | HTTPException
) -> Response:
    """The page again, with what was wrong with the upload."""
    if isinstance(error, ChainleadError):
        name, told, status = type(error).__name__, told_on_a_page(error), 400
    else:
        name, told, status = "", (str(error.detail),), error.status_code
    wanted = fields.get("for", "scan")
    visit.mishap = Mishap("upload", name, told, fields)
    visit.shown_path = f"/cases/{quote(case_name, safe='')}/files?for={quote(wanted)}"
    answer = _page(visit, case_name, wanted if wanted in TARGETS else "scan", "")
    answer.status_code = status
    return answer
