"""The accounts of the team, for administrators. They open no case: roles are given in the case."""

import base64
from collections.abc import Callable
from datetime import timedelta

from fastapi import Depends, FastAPI, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from chainlead.errors import TeamError
from chainlead.web.rendering import render
from chainlead.web.sessions import Session, secret_digest
from chainlead.web.team.account_pages import Identified
from chainlead.web.team.browser_names import browser_name
from chainlead.web.team.identity import Identity
from chainlead.web.team.login import code_digest
from chainlead.web.team.names import required_name
from chainlead.web.visit import Form, Visit, Visiting

CODE_LASTS = timedelta(hours=24)
_CODE_CHARACTERS = 20
"""100 bits of chance."""
_MOST_ATTEMPTS = 100


def _require_admin(request: Request) -> None:
    session: Session | None = request.state.session
    if session is None or not session.is_admin:
        raise HTTPException(403, "Accounts are managed by administrators.")


def add_people(app: FastAPI) -> None:
    """Declare what administrators do."""
    only_admin = [Depends(_require_admin)]

    @app.get("/people", dependencies=only_admin)
    def people(visit: Visiting, identity: Identified) -> Response:
        """Every account, every open session, the last logins."""
        return _people_page(visit, identity)

    @app.post("/people", dependencies=only_admin)
    def add(visit: Visiting, identity: Identified, form: Form) -> Response:
        """Make an account and show the code that opens it once."""
        name = required_name(form.get("name", ""))
        identity.store.add_person(
            name,
            form.get("full_name", "").strip()[:200] or name,
            None,
            form.get("subject", "").strip() or None,
            at=identity.clock.now(),
        )
        return _people_page(visit, identity, name=name, code=new_code(identity, name))

    @app.post("/people/{name}/{act}", dependencies=only_admin)
    def change(name: str, act: str, visit: Visiting, identity: Identified, form: Form) -> Response:
        """Close or open an account, end its sessions, or give a code for another password."""
        identity.store.required_person(name)
        if act == "code":
            return _people_page(visit, identity, name=name, code=new_code(identity, name))
        if act == "disable" and name == visit.session.who:
            raise HTTPException(400, "Nobody closes their own account; ask another administrator.")
        acts: dict[str, Callable[[], object]] = {
            "disable": lambda: identity.store.disable(name),
            "enable": lambda: identity.store.enable(name),
            "end-sessions": lambda: identity.sessions.revoke_of(name),
            "end-session": lambda: _end_one(identity, name, form.get("digest", "")),
        }
        if act not in acts:
            raise HTTPException(404, "There is no such act.")
        acts[act]()
        return RedirectResponse("/people", status_code=303)


def new_code(identity: Identity, name: str) -> str:
    """A one-time code for an account, to be told to its person by another way than this page.

    Raises:
        PersonNotFoundError: there is no such account.
    """
    drawn = base64.b32encode(bytes.fromhex(secret_digest(identity.make_secret()))).decode()
    code = "-".join(drawn[i : i + 4].lower() for i in range(0, _CODE_CHARACTERS, 4))
    identity.store.set_code(name, code_digest(code), identity.clock.now() + CODE_LASTS)
    return code


def _end_one(identity: Identity, name: str, digest: str) -> None:
    if not any(each.digest == digest for each in identity.sessions.open_of(name)):
        raise TeamError("There is no such session; perhaps it has ended.")
    identity.sessions.revoke(digest)


def _people_page(visit: Visit, identity: Identity, *, name: str = "", code: str = "") -> Response:
    sessions = identity.sessions.open_of()
    values = {
        "people": [
            {"person": each, "sessions": [s for s in sessions if s.name == each.name]}
            for each in identity.store.persons()
        ],
        "attempts": identity.store.attempts(most=_MOST_ATTEMPTS),
        "browser": browser_name,
        "name": name,
        "code": code,
        "hours": int(CODE_LASTS.total_seconds() // 3600),
    }
    return render(visit, "people.html", values)
