"""What stands before every page: host, origin, size, session, form token; and the headers after it.

A page elsewhere must not reach this server: its name has to be this machine's (against rebinding),
a change has to come from an own page (origin and form token), and nothing is answered without a
session. The policy in `POLICY` forbids everything that is not served from here, scripts in pages
included.
"""

import re
from collections.abc import Callable, Iterable
from typing import Protocol
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chainlead.web import inbox
from chainlead.web.entrance import SESSION, Entrance
from chainlead.web.sessions import Session

COOKIE = "chainlead_session"
MOST_BODY_BYTES = 1 << 20
MOST_UPLOAD_BYTES = inbox.MOST_BYTES + MOST_BODY_BYTES
_UPLOAD = re.compile(r"/cases/[^/]+/files/upload")
"""The one address that takes a file; its route looks at the token before the file."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
"""A stricter referrer policy would make browsers hide the origin of the own forms too."""
_MOST_DIGITS = 18
_SAFE = frozenset({"GET", "HEAD"})
_OPEN = ("/enter", "/static/")
_OPEN_TEAM = ("/login", "/static/")
"""What a person without a session may see: the door itself, and what makes it readable."""
_CHOOSE_PASSWORD, _WITH_OLD_PASSWORD = "/account/password", ("/account/password", "/leave")
_BY_ITSELF = "/jobs/"
"""A page asks here how a run stands; nobody need sit before it."""


class Sessions(Protocol):
    """What the guard asks: who has this session?"""

    def find(self, session_id: str, *, is_used: bool = True) -> Session | None:
        """The session with this id, if it is open; `is_used` says that a person did something."""


class _TooLargeError(Exception):
    """The body is larger than any form of this page."""


class Guard:
    """ASGI middleware; see the module's text."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        entrance: Entrance,
        sessions: Sessions,
        too_large: Callable[[Scope], Response] | None = None,
    ) -> None:
        """Answer requests for the names of this entrance only.

        Args:
            app: what answers what is let through.
            entrance: under which names the server is reached.
            sessions: who is let in.
            too_large: the page for a form that holds too much; a bare sentence if left out.
        """
        self._app = app
        self._too_large = too_large or _too_large
        self._entrance = entrance
        self._sessions = sessions
        self._open = _OPEN_TEAM if entrance.is_team else _OPEN
        self._cookie = entrance.cookie(SESSION)
        self._headers = dict(HEADERS)
        if entrance.is_secure:
            self._headers["strict-transport-security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        sending = _with_headers(send, self._headers)
        refusal = self._refusal(scope)
        if refusal is None:
            session = await self._session(scope)
            scope.setdefault("state", {})["session"] = session
            scope["state"]["address"] = self._entrance.address(scope)
            refusal = self._closed(scope, session)
        if refusal is None and int(Headers(scope=scope).get("content-length", "0")) > _most(scope):
            refusal = self._too_large(scope)
        if refusal is not None:
            await refusal(scope, receive, sending)
            return
        try:
            await self._app(scope, _bounded(receive, _most(scope)), sending)
        except _TooLargeError:
            await self._too_large(scope)(scope, receive, sending)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if (
            headers.getlist("host") != [headers.get("host")]
            or headers["host"].lower() not in self._entrance.hosts
        ):
            return _said(421, "This server answers under its own name only.")
        if scope["method"] not in _SAFE and not self._is_own(headers):
            return _said(403, "A change is taken from this server's own pages only.")
        length = headers.get("content-length", "0")
        if not length.isascii() or not length.isdigit() or len(length) > _MOST_DIGITS:
            return _too_large(scope)
        return None

    async def _session(self, scope: Scope) -> Session | None:
        session_id = cookie_parser(Headers(scope=scope).get("cookie", "")).get(self._cookie, "")
        if not session_id:
            return None
        if not self._entrance.is_team:
            return self._sessions.find(session_id)
        is_used = not scope["path"].startswith(_BY_ITSELF)
        return await run_in_threadpool(self._sessions.find, session_id, is_used=is_used)

    def _closed(self, scope: Scope, session: Session | None) -> Response | None:
        """What is answered to somebody for whom this page is closed."""
        path = scope["path"]
        if session is not None:
            if session.must_change and not path.startswith((*_WITH_OLD_PASSWORD, *self._open)):
                return RedirectResponse(_CHOOSE_PASSWORD, status_code=303)
            return None
        if path.startswith(self._open):
            return None
        if not self._entrance.is_team:
            return _said(
                401,
                "This page is closed. Open the address that `chainlead serve` printed; "
                "if it was used already, start the server again for a new one.",
            )
        if scope["method"] in _SAFE and "text/html" in Headers(scope=scope).get("accept", ""):
            query = scope.get("query_string", b"").decode("latin-1")
            back = quote(f"{path}?{query}" if query else path, safe="")
            return RedirectResponse(f"/login?back={back}", status_code=303)
        return _said(401, "Your session has ended, and nothing was changed. Log in again.")

    def _is_own(self, headers: Headers) -> bool:
        """Whether a browser says that the request comes from a page of this server."""
        return headers.get("origin", "") in self._entrance.origins and headers.get(
            "sec-fetch-site", "same-origin"
        ) in {"same-origin", "none"}


def _too_large(_scope: Scope) -> Response:
    return _said(413, "That is more than a form of this page holds.")


def _said(status: int, sentence: str) -> Response:
    return PlainTextResponse(sentence + "\n", status_code=status)


def _with_headers(send: Send, always: dict[str, str]) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in always.items():
                headers[name] = value
            headers.setdefault("cache-control", "no-store")
        await send(message)

    return sending


def _most(scope: Scope) -> int:
    """How large the body of this request may be."""
    is_upload = scope["method"] == "POST" and _UPLOAD.fullmatch(scope["path"])
    return MOST_UPLOAD_BYTES if is_upload else MOST_BODY_BYTES


def _bounded(receive: Receive, most: int) -> Receive:
    seen = 0

    async def receiving() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise _TooLargeError
        return message

    return receiving


def header_names() -> Iterable[str]:
    """The headers that every answer carries."""
    return HEADERS.keys()


__all__ = ["COOKIE", "HEADERS", "MOST_BODY_BYTES", "POLICY", "Guard", "Sessions", "header_names"]
