"""Who has which role in a case of a team server; owners change it, everybody in the case sees it."""

from typing import Any

from fastapi import FastAPI, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from chainlead.store import TeamStore
from chainlead.web.authority import CASE
from chainlead.web.desk import case_page
from chainlead.web.visit import Form, Visiting
from chainlead.workflow.access import Role, case_key, grant, withdraw

ROLES = {
    Role.READER: "reads everything, changes nothing",
    Role.INVESTIGATOR: "reads and works: judges, traces, drafts, records what happened",
    Role.REVIEWER: "reads, reviews drafts and compares addressees; does no other work",
    Role.OWNER: "does everything, gives roles, changes settings, sees the log of looks",
}
"""What each role may do, in the words of the page."""


def add_members(app: FastAPI) -> None:
    """Declare the page and changing a role."""

    @app.get(f"{CASE}/people")
    def people(case_name: str, request: Request, visit: Visiting) -> Response:
        """Everybody with a role."""
        team = _team(request)
        with visit.workbench.reading(case_name) as case:
            rows: list[dict[str, Any]] = []
            for member in team.members(case_key(case.folder)):
                person = team.person(member.name)
                rows.append({
                    "name": member.name,
                    "role": member.role,
                    "since": member.since,
                    "full_name": person.full_name if person else "",
                    "is_disabled": person is None or person.is_disabled,
                })  # fmt: skip
            return case_page(visit, case_name, case, "members.html", {"rows": rows, "roles": ROLES})

    @app.post(f"{CASE}/people/change")
    def change(case_name: str, request: Request, visit: Visiting, form: Form) -> Response:
        """Give a role, or take it away."""
        team = _team(request)
        name = form.get("person", "").strip().lower()
        role, why = form.get("role", ""), form.get("why", "")
        with visit.workbench.writing(case_name, visit.session.who) as case:
            if role:
                grant(case, team, name, role, why=why)
            else:
                withdraw(case, team, name, why=why)
        is_out = not team.role_of(case_key(visit.workbench.folder(case_name)), visit.session.who)
        where = "/" if is_out else f"/cases/{case_name}/people"
        return RedirectResponse(where, status_code=303)


def _team(request: Request) -> TeamStore:
    """The tables of the team server.

    Raises:
        HTTPException: one person works here alone.
    """
    team: TeamStore | None = request.app.state.team
    if team is None:
        raise HTTPException(404, "One person works here alone: there are no roles to give.")
    return team
