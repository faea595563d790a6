"""The application: the guard, the door, the list of cases, and the panels of each case."""

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from chainlead.web.admission import authorise
from chainlead.web.authority import check_routes
from chainlead.web.decisions import add_decisions
from chainlead.web.entrance import SESSION, Entrance
from chainlead.web.error_pages import add_error_pages, too_large
from chainlead.web.files_pages import add_files
from chainlead.web.finding_acts import add_finding_acts
from chainlead.web.guard import Guard
from chainlead.web.job_pages import add_jobs
from chainlead.web.jobs import Jobs
from chainlead.web.look_pages import add_looks
from chainlead.web.looks import Looks
from chainlead.web.member_pages import add_members
from chainlead.web.notes import add_notes
from chainlead.web.own_page import add_own
from chainlead.web.panel import panels
from chainlead.web.sessions import SessionKeeper
from chainlead.web.start import add_start
from chainlead.web.visit import Form, Visiting
from chainlead.web.workbench import Workbench

if TYPE_CHECKING:
    from chainlead.web.team import Identity

_STATIC = Path(__file__).parent / "static"


def make_application(
    workbench: Workbench,
    sessions: "SessionKeeper | Identity",
    jobs: Jobs,
    *,
    hosts: Collection[str] = (),
) -> FastAPI:
    """The web application.

    Args:
        workbench: the cases that it shows.
        sessions: who may see them: one person at this machine, or the people of a team.
        jobs: the long runs that it starts.
        hosts: the names, with port, under which it answers to one person at this machine; a team
            comes by its own entrance.
    """
    app = FastAPI(
        title="chainlead",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        telemetry={"auto_configure": False, "tracing": False, "metrics": False},
        dependencies=[Depends(authorise)],
    )
    app.state.workbench, app.state.jobs, app.state.looks = workbench, jobs, Looks(jobs.now)
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    if isinstance(sessions, SessionKeeper):
        app.state.sessions, app.state.team, app.state.identity = sessions, None, None
        app.state.entrance = Entrance.on_this_machine(hosts)
        _add_door(app)
    else:
        from chainlead.web.team import add_team  # noqa: PLC0415  (needs what only a team installs)

        app.state.sessions, app.state.team, app.state.identity = (
            sessions.sessions,
            sessions.store,
            sessions,
        )
        app.state.entrance = sessions.entrance
        add_team(app)
    _add_leave(app)
    add_start(app)
    add_jobs(app)
    add_decisions(app)
    add_looks(app)
    add_members(app)
    add_notes(app)
    add_own(app)
    add_files(app)
    add_finding_acts(app)
    for panel in panels():
        router = APIRouter(prefix=f"/cases/{{case_name}}/{panel.name}")
        panel.add_routes(router)
        app.include_router(router)
    add_error_pages(app)
    check_routes(app.routes)
    app.add_middleware(
        Guard, entrance=app.state.entrance, sessions=app.state.sessions, too_large=too_large
    )
    return app


def _add_door(app: FastAPI) -> None:
    @app.get("/enter")
    def enter(request: Request, token: str = "") -> Response:
        """Open a session with a token that works once."""
        session_id = request.app.state.sessions.enter(token)
        if session_id is None:
            raise HTTPException(401, "This address was used already, or is none of this server.")
        answer = RedirectResponse("/", status_code=303)
        request.app.state.entrance.set_cookie(answer, SESSION, session_id)
        return answer


def _add_leave(app: FastAPI) -> None:
    @app.post("/leave")
    def leave(request: Request, visit: Visiting, _form: Form) -> Response:
        """End this session."""
        request.app.state.sessions.revoke(visit.session.digest)
        entrance: Entrance = request.app.state.entrance
        answer = RedirectResponse("/login?left=yes" if entrance.is_team else "/", status_code=303)
        entrance.drop_cookie(answer, SESSION)
        return answer
