"""A person's own account: where it is open now, the last logins, another password."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from chainlead.errors import PasswordUnfitError, TeamError
from chainlead.web.entrance import SESSION, Entrance
from chainlead.web.rendering import render
from chainlead.web.team.browser_names import browser_name
from chainlead.web.team.door_visit import place_of
from chainlead.web.team.identity import Identity
from chainlead.web.team.login import record
from chainlead.web.team.password_rules import LEAST_CHARACTERS, require_fit
from chainlead.web.visit import Form, Visit, Visiting

_MOST_ATTEMPTS = 20


def identity_of(request: Request) -> Identity:
    """Who the people of this server are."""
    identity: Identity = request.app.state.identity
    return identity


Identified = Annotated[Identity, Depends(identity_of)]


def add_account(app: FastAPI) -> None:
    """Declare the pages of one's own account."""

    @app.get("/account")
    def account(visit: Visiting, identity: Identified) -> Response:
        """The open sessions and the last logins of this account."""
        name, visit.zone = visit.session.who, identity.zone
        values = {
            "person": identity.store.required_person(name),
            "sessions": identity.sessions.open_of(name),
            "attempts": identity.store.attempts(most=_MOST_ATTEMPTS, name=name),
            "browser": browser_name,
        }
        return render(visit, "account.html", values)

    @app.post("/account/sessions")
    def end(visit: Visiting, identity: Identified, form: Form) -> Response:
        """End one of the own sessions, or all others."""
        name, digest = visit.session.who, form.get("digest", "")
        if form.get("others") == "yes":
            identity.sessions.revoke_of(name, but=visit.session.digest)
        elif any(each.digest == digest for each in identity.sessions.open_of(name)):
            identity.sessions.revoke(digest)
        else:
            raise HTTPException(404, "You have no such session; perhaps it has ended.")
        return RedirectResponse("/account", status_code=303)

    @app.get("/account/password")
    def password(visit: Visiting, identity: Identified) -> Response:
        """The fields for another password."""
        return _password_page(visit, identity)

    @app.post("/account/password")
    def change(visit: Visiting, identity: Identified, form: Form) -> Response:
        """Take another password, end every other session, and begin this one anew."""
        try:
            return _changed(visit, identity, form)
        except PasswordUnfitError as error:
            return _password_page(visit, identity, problem=error.message, status=400)
        except TeamError as error:
            return _password_page(visit, identity, problem=error.message, status=503)


def _changed(visit: Visit, identity: Identity, form: dict[str, str]) -> Response:
    session, wanted = visit.session, form.get("wanted", "")
    person = identity.store.required_person(session.who)
    place = place_of(visit.request)
    if _needs_old(visit, identity):
        trial = identity.throttle.try_again(session.who, session.digest, identity.clock.now())
        if trial.left > timedelta(0):
            return _password_page(visit, identity, problem="wait", status=429)
        kept = identity.store.password_hash(session.who)
        if not identity.passwords.is_right(kept, form.get("current", "")):
            record(identity, session.who, place, "password", "wrong old password")
            return _password_page(visit, identity, problem="wrong", status=403)
        identity.throttle.let_in(trial)
        if identity.passwords.is_right(kept, wanted):
            return _password_page(visit, identity, problem="same", status=400)
    require_fit(wanted, person.name, person.full_name)
    if wanted != form.get("again", ""):
        return _password_page(visit, identity, problem="differ", status=400)
    identity.store.set_password(person.name, identity.passwords.hash(wanted), must_change=False)
    identity.sessions.revoke_of(person.name)
    record(identity, person.name, place, "password", "changed")
    opened = identity.sessions.open(
        person.name, way="password", address=place.address, agent=place.agent
    )
    entrance: Entrance = visit.request.app.state.entrance
    answer = RedirectResponse("/" if session.must_change else "/account", status_code=303)
    entrance.set_cookie(answer, SESSION, opened)
    return answer


def _needs_old(visit: Visit, identity: Identity) -> bool:
    """A code stands for the old password; who has none cannot say it."""
    return (
        visit.session.way != "code"
        and identity.store.required_person(visit.session.who).has_password
    )


def _password_page(
    visit: Visit, identity: Identity, *, problem: str = "", status: int = 200
) -> Response:
    values: dict[str, Any] = {
        "problem": problem,
        "needs_old": _needs_old(visit, identity),
        "least": LEAST_CHARACTERS,
    }
    return render(visit, "password.html", values, status=status)
