"""Pages that say what went wrong: what happened, what is safe, what to do next, and a number.

The number stands in the server's log too, beside the kind of the error and the address without its
question: nothing that a form held is logged.
"""

import itertools
import logging
from collections.abc import Sequence

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.types import Scope

from chainlead.errors import CaseBusyError, CaseNotFoundError, ChainleadError, DecidedMeanwhileError
from chainlead.web.guard import HEADERS
from chainlead.web.rendering import render
from chainlead.web.visit import Visit

_LOG = logging.getLogger("chainlead.web")
_COUNT = itertools.count(1)
_UNFORESEEN = 500
_STATUS: tuple[tuple[type[ChainleadError], int], ...] = (
    (CaseNotFoundError, 404),
    (CaseBusyError, 409),
    (DecidedMeanwhileError, 409),
)
TITLES = {
    400: "That cannot be done like this",
    403: "You may not do that here",
    404: "There is no such page",
    409: "Somebody else was there first",
    413: "That is too much at once",
    500: "Something unforeseen happened",
}
NEXT_STEPS = {
    400: "Go back, change what is named above, and send it again.",
    403: "Load the page again and repeat what you did. If it stays so, ask who owns the case.",
    404: "Check the address, or start from the list of cases.",
    409: "Load the page again: it shows what the other one did. Then decide.",
    413: "Give less at once, or name the file by its path on this machine.",
    500: "Go back and try once more. If it happens again, report it with the number below.",
}


def add_error_pages(app: FastAPI) -> None:
    """Say every error on a page."""
    app.add_exception_handler(ChainleadError, _named_error)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(Exception, _unforeseen)


def error_page(
    request: Request, status: int, name: str, sentence: str, others: Sequence[str] = ()
) -> Response:
    """The page, or the bare sentence for somebody who has no session."""
    if getattr(request.state, "session", None) is None:
        return PlainTextResponse(f"{sentence}\n", status_code=status)
    number = _number(request)
    _LOG.warning("error %s: %s %s %s %s", number, status, name, request.method, request.url.path)
    visit = Visit(request)
    if request.method != "GET":
        visit.shown_path = "/"  # a form's address is no page to come back to
    values = {
        "title": visit.words(TITLES.get(status, TITLES[400])),
        "name": name,
        "sentence": sentence,
        "others": others,
        "next_step": ""
        if len(others) > 1
        else visit.words(NEXT_STEPS.get(status, NEXT_STEPS[400])),
        "number": number,
    }
    return render(visit, "error.html", values, status=status)


def too_large(scope: Scope) -> Response:
    """The page for a form that holds more than the guard lets through."""
    return error_page(
        Request(scope), 413, "413", "That is more than a form of this page holds.",
        ["Nothing was done with it."],
    )  # fmt: skip


def _number(request: Request) -> str:
    """A number that the page and the log share, different for each error of this server."""
    return f"{request.app.state.jobs.now():%Y%m%d-%H%M%S}-{next(_COUNT)}"


def _named_error(request: Request, error: Exception) -> Response:
    """What happened, what is safe, what to do next."""
    assert isinstance(error, ChainleadError)
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 400)
    first, *others = error.sentences()
    return error_page(request, status, type(error).__name__, first, others)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return error_page(request, error.status_code, str(error.status_code), str(error.detail))


def _unreadable(request: Request, error: Exception) -> Response:
    """A field of the address that has another form than the page takes."""
    assert isinstance(error, RequestValidationError)
    names = sorted({str(each["loc"][-1]) for each in error.errors()})
    sentence = f"The address is not one of this page: see {', '.join(names)}."
    return error_page(request, 400, "400", sentence)


def _unforeseen(request: Request, _error: Exception) -> Response:
    """The last door. It stands before the guard, so the guard's headers are put on here."""
    sentence = "Something happened that this page is not made for."
    try:
        answer = error_page(request, _UNFORESEEN, str(_UNFORESEEN), sentence)
    except Exception:  # noqa: BLE001  (the page of errors itself may be what fails)
        _LOG.exception("the page of errors failed")
        answer = PlainTextResponse(f"{sentence}\n", status_code=_UNFORESEEN)
    for name, value in {**HEADERS, "cache-control": "no-store"}.items():
        answer.headers[name] = value
    return answer
