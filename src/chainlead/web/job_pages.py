"""How a run stands, as a stream of events; and stopping it."""

import asyncio
from collections.abc import AsyncIterator
from itertools import count

from fastapi import FastAPI, HTTPException
from fastapi.sse import format_sse_event
from starlette.responses import RedirectResponse, Response, StreamingResponse

from chainlead.web.jobs import Job, JobState
from chainlead.web.safe_place import safe_place
from chainlead.web.visit import Form, Visit, Visiting

_SECONDS = 0.5
_ASKED_AGAIN = 10
"""After so many rounds the session is asked for again: a stream must not outlive it."""


def add_jobs(app: FastAPI) -> None:
    """Declare what the page asks about runs."""

    @app.get("/jobs/{job_id}/progress")
    async def progress(job_id: str, visit: Visiting) -> Response:
        """Each new line of progress, then how it ended."""
        _known(visit, job_id)
        return StreamingResponse(
            _told(visit, job_id),
            media_type="text/event-stream",
            headers={"cache-control": "no-store", "x-accel-buffering": "no"},
        )

    @app.post("/jobs/{job_id}/cancel")
    def cancel(job_id: str, visit: Visiting, form: Form) -> Response:
        """Interrupt a run."""
        _known(visit, job_id)
        visit.jobs.cancel(job_id)
        return RedirectResponse(safe_place(form.get("back", "/")), status_code=303)


def _known(visit: Visit, job_id: str) -> Job:
    job: Job | None = visit.jobs.find(job_id)
    if job is None:
        raise HTTPException(404, "There is no such run.")
    return job


def _may_know_still(visit: Visit, job_id: str) -> bool:
    """Whether the session is open still and the person's role still there."""
    is_open = visit.request.app.state.sessions.is_open(visit.session.digest)
    return is_open and bool(visit.workbench.anew().rights_in_run(job_id))


async def _told(visit: Visit, job_id: str) -> AsyncIterator[bytes]:
    shown = ""
    for times in count(1):
        if await visit.request.is_disconnected():
            return
        asks = times % _ASKED_AGAIN == 0
        if asks and not await asyncio.to_thread(_may_know_still, visit, job_id):
            return
        job = await asyncio.to_thread(visit.jobs.find, job_id)
        if job is None:
            return
        if job.state is not JobState.RUNNING:
            yield format_sse_event(event="end", data_str=job.state.value)
            return
        if job.progress and job.progress != shown:
            shown = job.progress
            yield format_sse_event(event="progress", data_str=shown)
        await asyncio.sleep(_SECONDS)
