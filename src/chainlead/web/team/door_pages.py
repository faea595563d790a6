"""The door of a team server: logging in with a password, with a one-time code, or at the provider."""

from math import ceil
from typing import Any

from fastapi import FastAPI
from starlette.responses import RedirectResponse, Response

from chainlead.errors import TeamError, WireError
from chainlead.store import Person
from chainlead.web.entrance import SESSION
from chainlead.web.rendering import render
from chainlead.web.safe_place import safe_place
from chainlead.web.sessions import Session, secret_digest
from chainlead.web.team.door_visit import BROWSER, DOOR, FLOW, DoorForm, DoorVisit, DoorVisiting
from chainlead.web.team.login import Judged, let_in, log_in, log_in_by_code, record
from chainlead.web.team.provider import LONGEST_FLOW
from chainlead.web.visit import keep_language
from chainlead.web.words import languages

_BROWSER_SECONDS = 180 * 24 * 3600


def add_door(app: FastAPI) -> None:
    """Declare the pages that somebody without a session sees."""

    @app.get("/login")
    def login(visit: DoorVisiting, back: str = "/", left: str = "", language: str = "") -> Response:
        """The fields for a name and a password."""
        back = safe_place(back)
        if language in languages():
            answer: Response = RedirectResponse(visit.here("/login", back=back), status_code=303)
            keep_language(answer, language, is_secure=visit.entrance.is_secure)
            return answer
        if visit.open_session is not None:
            return RedirectResponse(back, status_code=303)
        if visit.request.headers.get("sec-fetch-site") == "cross-site":
            # A browser keeps the session's cookie back when a link elsewhere led here; it sends it
            # to a page that this page leads to.
            return render(visit, "login_on.html", {"place": visit.here("/login", back=back)})
        return _login_page(visit, back, said="left" if left else "")

    @app.post("/login")
    def judge(visit: DoorVisiting, form: DoorForm) -> Response:
        """Judge a name and a password."""
        back, name = safe_place(form.get("back", "/")), form.get("name", "")
        try:
            judged = log_in(visit.identity, name, form.get("password", ""), visit.place)
        except TeamError as error:
            return _login_page(visit, back, said="busy", status=503, error=error)
        if judged.session_id:
            return _opened(visit, judged, RedirectResponse(back, status_code=303))
        return _login_page(visit, back, name=name, **_refusal(judged))

    @app.get("/login/code")
    def code(visit: DoorVisiting) -> Response:
        """The field for a one-time code."""
        return _page(visit, "login_code.html", {"said": "", "seconds": 0})

    @app.post("/login/code")
    def judge_code(visit: DoorVisiting, form: DoorForm) -> Response:
        """Judge a one-time code; it leads to choosing a password."""
        judged = log_in_by_code(visit.identity, form.get("code", ""), visit.place)
        if judged.session_id:
            return _opened(visit, judged, RedirectResponse("/account/password", status_code=303))
        refusal = _refusal(judged)
        status = refusal.pop("status")
        return _page(visit, "login_code.html", refusal, status=status)


def add_provider_door(app: FastAPI) -> None:
    """Declare the way to the identity provider and back."""

    @app.get("/login/provider")
    def begin(visit: DoorVisiting, back: str = "/") -> Response:
        """Send the browser to the provider."""
        provider = visit.identity.provider
        if provider is None:
            return _refused_page(visit, "There is no identity provider here.", 404)
        if visit.request.headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
            return _refused_page(visit, "A login begins on this server's own page.", 403)
        try:
            place, flow = provider.begin(safe_place(back))
        except WireError as error:
            return _refused_page(visit, error.message, 502)
        secret = visit.identity.make_secret()
        visit.identity.store.add_flow(secret_digest(secret), flow)
        answer = RedirectResponse(place, status_code=303)
        visit.entrance.set_cookie(
            answer, FLOW, secret, same_site="lax", seconds=int(LONGEST_FLOW.total_seconds())
        )  # the one cookie that has to come along when the provider leads back
        return answer

    @app.get("/login/return")
    def finish(visit: DoorVisiting) -> Response:
        """Judge what the provider says of the person whom it sends back."""
        identity, provider = visit.identity, visit.identity.provider
        flow = identity.store.take_flow(secret_digest(visit.cookie(FLOW)))
        if provider is None or flow is None:
            return _refused_page(visit, "This browser began no login.", 403)
        trial = identity.throttle.try_address(visit.place.address, identity.clock.now())
        if trial.left:
            return _login_page(visit, flow.back, **_refusal(Judged(left=trial.left)))
        try:
            subject = provider.subject(flow, dict(visit.request.query_params))
        except WireError as error:
            record(identity, "", visit.place, "provider", "not believed")
            return _refused_page(visit, error.message, 403)
        person = identity.store.person_of_subject(subject)
        if person is None or person.is_disabled:
            return _unknown_page(visit, person, subject)
        identity.throttle.let_in(trial)
        judged = let_in(identity, person, visit.place, "provider")
        # The session's cookie is for requests that begin here, so this page leads on.
        return _opened(visit, judged, render(visit, "login_on.html", {"place": flow.back}))


def _unknown_page(visit: DoorVisit, person: Person | None, subject: str) -> Response:
    name = person.name if person else ""
    outcome = "account is closed" if person else "no account"
    record(visit.identity, name, visit.place, "provider", outcome)
    return _page(visit, "login_unknown.html", {"subject": subject}, status=403)


def _opened(visit: DoorVisit, judged: Judged, answer: Response) -> Response:
    """Give the browser its new session; one that it had before ends."""
    before: Session | None = visit.open_session
    if before is not None:
        visit.identity.sessions.revoke(before.digest)
    entrance, identity = visit.entrance, visit.identity
    entrance.set_cookie(answer, SESSION, judged.session_id)
    mark = identity.throttle.browser_of(judged.name, identity.make_secret())
    entrance.set_cookie(answer, BROWSER, mark, seconds=_BROWSER_SECONDS)
    entrance.drop_cookie(answer, DOOR)
    entrance.drop_cookie(answer, FLOW)
    return answer


def _refusal(judged: Judged) -> dict[str, Any]:
    seconds = ceil(judged.left.total_seconds())
    if seconds:
        return {"said": "wait", "seconds": seconds, "status": 429}
    return {"said": "wrong", "seconds": 0, "status": 401}


def _login_page(
    visit: DoorVisit,
    back: str,
    *,
    said: str = "",
    name: str = "",
    seconds: int = 0,
    status: int = 200,
    error: TeamError | None = None,
) -> Response:
    values = {
        "back": back,
        "said": said,
        "name": name,
        "seconds": seconds,
        "error": error,
        "provider": visit.identity.provider,
    }
    answer = _page(visit, "login.html", values, status=status)
    if seconds:
        answer.headers["retry-after"] = str(seconds)
    return answer


def _refused_page(visit: DoorVisit, sentence: str, status: int) -> Response:
    return _page(visit, "login_refused.html", {"sentence": sentence}, status=status)


def _page(
    visit: DoorVisit, template: str, values: dict[str, Any], *, status: int = 200
) -> Response:
    answer = render(visit, template, values, status=status)
    visit.keep(answer)
    return answer
