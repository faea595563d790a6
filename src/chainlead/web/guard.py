"""What stands before every page: host, origin, size, session, form token; and the headers after it.

A page elsewhere must not reach this server: its name has to be this machine's (against rebinding),
a change has to come from an own page (origin and form token), and nothing is answered without a
session. The policy in `POLICY` forbids everything that is not served from here, scripts in pages
included.
"""

from collections.abc import Collection, Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chainlead.web.sessions import SessionKeeper

COOKIE = "chainlead_session"
MOST_BODY_BYTES = 1 << 20
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
_SAFE = frozenset({"GET", "HEAD"})
_OPEN = ("/enter", "/static/")
"""What a person without a session may see: the door itself, and what makes it readable."""


class _TooLargeError(Exception):
    """The body is larger than any form of this page."""


class Guard:
    """ASGI middleware; see the module's text."""

    def __init__(self, app: ASGIApp, *, hosts: Collection[str], sessions: SessionKeeper) -> None:
        """Answer requests for these hosts (name and port) only."""
        self._app = app
        self._hosts = frozenset(hosts)
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, _with_headers(send))
            return
        try:
            await self._app(scope, _bounded(receive), _with_headers(send))
        except _TooLargeError:
            await _said(413, "That is more than a form of this page holds.")(
                scope, receive, _with_headers(send)
            )

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if headers.getlist("host") != [headers.get("host")] or headers["host"] not in self._hosts:
            return _said(421, "This server answers under its own name only.")
        if scope["method"] not in _SAFE and not self._is_own(headers):
            return _said(403, "A change is taken from this server's own pages only.")
        length = headers.get("content-length", "0")
        if not length.isascii() or not length.isdigit() or int(length) > MOST_BODY_BYTES:
            return _said(413, "That is more than a form of this page holds.")
        session = self._sessions.find(session_id) if (session_id := _cookie(headers)) else None
        scope.setdefault("state", {})["session"] = session
        if session is None and not scope["path"].startswith(_OPEN):
            return _said(
                401,
                "This page is closed. Open the address that `chainlead serve` printed; "
                "if it was used already, start the server again for a new one.",
            )
        return None

    def _is_own(self, headers: Headers) -> bool:
        """Whether a browser says that the request comes from a page of this server."""
        origin = headers.get("origin", "")
        return origin.partition("://")[2] in self._hosts and headers.get(
            "sec-fetch-site", "same-origin"
        ) in {"same-origin", "none"}


def _cookie(headers: Headers) -> str:
    return cookie_parser(headers.get("cookie", "")).get(COOKIE, "")


def _said(status: int, sentence: str) -> Response:
    return PlainTextResponse(sentence + "\n", status_code=status)


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            headers.setdefault("cache-control", "no-store")
        await send(message)

    return sending


def _bounded(receive: Receive) -> Receive:
    seen = 0

    async def receiving() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > MOST_BODY_BYTES:
            raise _TooLargeError
        return message

    return receiving


def header_names() -> Iterable[str]:
    """The headers that every answer carries."""
    return HEADERS.keys()


__all__ = ["COOKIE", "HEADERS", "MOST_BODY_BYTES", "POLICY", "Guard", "header_names"]
