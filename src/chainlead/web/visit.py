"""One request as the pages see it: the person, the language, the cases, the token of the forms."""

import hmac
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Request
from starlette.responses import Response

from chainlead.config import case_timezone, is_network_off
from chainlead.web.authority import Right
from chainlead.web.keys import KEYS, Key
from chainlead.web.own import own_of
from chainlead.web.reach import Reach, reach_of
from chainlead.web.sessions import Session
from chainlead.web.words import Words, language_name, languages, words_in
from chainlead.workflow.case import Case

_PLAIN = "application/x-www-form-urlencoded"
"""The one kind of form that the pages send: no file is taken, no other character set is decoded."""
_MOST_CHARACTERS = 20_000
"""A field may become one argument of a command; no system takes a longer one than 128 KiB."""
_LANGUAGE_COOKIE = "chainlead_language"


class Visit:
    """What a page needs to know of its request."""

    def __init__(self, request: Request) -> None:
        """Take the session that the guard found."""
        self.request = request
        self.session: Session = request.state.session
        self.workbench: Reach = reach_of(request)
        self.jobs: Any = request.app.state.jobs
        self.words: Words = words_in(_language(request))
        self.is_offline = is_network_off()
        self.own = own_of(request.cookies, request.app.state.entrance)
        self.zone = self.other_zone = "UTC"
        self.seen: int | None = None
        self.mishap: Any = None
        self.shown_path = ""

    def typed(self, form: str, name: str, default: str = "") -> str:
        """What a field of a form holds: what was typed before an error, what a link gave, or the usual."""
        if self.mishap is not None and self.mishap.form == form:
            return str(self.mishap.fields.get(name, ""))
        given = self.request.query_params
        return given.get(name, default) if given.get("for") == form else default

    def enter(self, case: Case) -> None:
        """From now on the page is one of this case: its time zone, its last journal entry."""
        own, utc = case_timezone(case.settings), "UTC"
        self.zone, self.other_zone = (utc, own) if self.own.times == "utc" else (own, utc)
        self.seen = case.history[-1].seq if case.history else None

    @property
    def is_team(self) -> bool:
        """Whether several people log in to this server."""
        return self.request.app.state.team is not None

    def may(self, right: str) -> bool:
        """Whether the person's role in the case of this page holds a right; alone it holds all."""
        return Right(right) in getattr(self.request.state, "rights", frozenset())

    @property
    def path(self) -> str:
        """Path and question of the page: where a form comes back to."""
        if self.shown_path:
            return self.shown_path
        query = self.request.url.query
        return f"{self.request.url.path}?{query}" if query else self.request.url.path

    @property
    def is_whole_page(self) -> bool:
        """Whether a browser says that it wants a page to show, and not a part for one that is open."""
        return self.request.headers.get("sec-fetch-mode") == "navigate"

    @property
    def section(self) -> str:
        """The part of the address that says which page of a case this is, or belongs to."""
        parts = self.request.url.path.split("/")
        return parts[3] if len(parts) > 3 and parts[1] == "cases" else ""

    @property
    def key_table(self) -> tuple[Key, ...]:
        """What each key does."""
        return KEYS

    @property
    def all_languages(self) -> tuple[dict[str, str], ...]:
        """The languages of the page, each by its own name."""
        return tuple({"code": code, "name": language_name(code)} for code in languages())

    @property
    def form_token(self) -> str:
        """What each form sends along."""
        return self.session.form_token


def _language(request: Request) -> str:
    chosen = request.cookies.get(_LANGUAGE_COOKIE, "")
    if chosen in languages():
        return chosen
    for part in request.headers.get("accept-language", "").split(","):
        wanted = part.partition(";")[0].strip().partition("-")[0].lower()
        if wanted in languages():
            return wanted
    return "en"


def keep_language(answer: Response, code: str, *, is_secure: bool) -> None:
    """Let the browser remember a language of the page."""
    answer.set_cookie(
        _LANGUAGE_COOKIE, code, path="/", httponly=True, samesite="strict", secure=is_secure
    )


def _visit(request: Request) -> Visit:
    return Visit(request)


async def plain_fields(request: Request) -> dict[str, str]:
    """The fields of a form as a page of this server sends it; text only, no files.

    Raises:
        HTTPException: it is no such form.
    """
    kind, _, more = request.headers.get("content-type", _PLAIN).partition(";")
    if kind.strip().lower() != _PLAIN or more.strip().lower() not in {"", "charset=utf-8"}:
        raise HTTPException(415, "The forms of this page are sent as plain fields in UTF-8.")
    fields = {
        name: value for name, value in (await request.form()).items() if isinstance(value, str)
    }
    if any("\x00" in value or len(value) > _MOST_CHARACTERS for value in fields.values()):
        raise HTTPException(400, "A field holds more than a line of text, or what is no text.")
    return fields


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form that this session's page sent.

    Raises:
        HTTPException: it is no form of this page, or does not carry the session's token.
    """
    fields = await plain_fields(request)
    given = fields.pop("form_token", "") or request.headers.get("x-form-token", "")
    session: Session | None = request.state.session
    if session is None or not hmac.compare_digest(given.encode(), session.form_token.encode()):
        raise HTTPException(403, "This form was not made by this session. Load the page again.")
    request.state.fields = fields
    own = {"form_token", "seen", "agreed"}
    request.state.pairs = tuple(
        (name, str(value))
        for name, value in (await request.form()).multi_items()
        if name not in own
    )
    return fields


Visiting = Annotated[Visit, Depends(_visit)]
Form = Annotated[dict[str, str], Depends(_form)]
