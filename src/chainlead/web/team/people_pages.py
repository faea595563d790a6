"""The accounts of the team, for administrators. They open no case: roles are given in the case."""

from collections.abc import Callable

from fastapi import FastAPI, HTTPException
from starlette.responses import RedirectResponse, Response

from chainlead.web.rendering import render
from chainlead.web.team.account_pages import Identified
from chainlead.web.team.accounts import CODE_LASTS, Accounts
from chainlead.web.team.browser_names import browser_name
from chainlead.web.team.identity import Identity
from chainlead.web.visit import Form, Visit, Visiting

_MOST_ROWS = 100


def add_people(app: FastAPI) -> None:
    """Declare what administrators do; that nobody else does it, `authority` says."""

    @app.get("/people")
    def people(visit: Visiting, identity: Identified) -> Response:
        """Every account, every open session, the last logins."""
        return _people_page(visit, identity)

    @app.post("/people")
    def add(visit: Visiting, identity: Identified, form: Form) -> Response:
        """Make an account and show the code that opens it once."""
        accounts = _accounts(visit, identity)
        person = accounts.add(
            form.get("name", ""), form.get("full_name", ""), subject=form.get("subject", "")
        )
        return _people_page(visit, identity, person.name, accounts.give_code(person.name))

    @app.post("/people/{name}/{act}")
    def change(name: str, act: str, visit: Visiting, identity: Identified, form: Form) -> Response:
        """Close or open an account, end its sessions, or give a code for another password."""
        accounts = _accounts(visit, identity)
        if act == "code":
            return _people_page(visit, identity, name, accounts.give_code(name))
        if act == "disable" and name == visit.session.who:
            raise HTTPException(400, "Nobody closes their own account; ask another administrator.")
        acts: dict[str, Callable[[], object]] = {
            "disable": lambda: accounts.disable(name),
            "enable": lambda: accounts.enable(name),
            "end-sessions": lambda: accounts.end_sessions(name),
            "end-session": lambda: accounts.end_session(name, form.get("digest", "")),
        }
        if act not in acts:
            raise HTTPException(404, "There is no such act.")
        acts[act]()
        return RedirectResponse("/people", status_code=303)


def _accounts(visit: Visit, identity: Identity) -> Accounts:
    return Accounts(identity.store, identity.clock, identity.make_secret, visit.session.who)


def _people_page(visit: Visit, identity: Identity, name: str = "", code: str = "") -> Response:
    visit.zone = identity.zone
    sessions = identity.sessions.open_of()
    values = {
        "people": [
            {"person": each, "sessions": [s for s in sessions if s.name == each.name]}
            for each in identity.store.persons()
        ],
        "attempts": identity.store.attempts(most=_MOST_ROWS),
        "acts": identity.store.acts(most=_MOST_ROWS),
        "browser": browser_name,
        "name": name,
        "code": code,
        "hours": int(CODE_LASTS.total_seconds() // 3600),
    }
    return render(visit, "people.html", values)
