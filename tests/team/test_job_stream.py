"""A page that watches a run hears nothing more once its session has ended."""

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace

from chainlead.web import job_pages
from chainlead.web.jobs import Command, Job, JobState


def test_a_stream_ends_soon_after_its_session(desk, monkeypatch):
    monkeypatch.setattr(job_pages, "_SECONDS", 0.0)
    desk.inside()
    digest = desk.store.sessions_of("ada")[0].digest
    rounds = []

    def find(_job_id):
        rounds.append(1)
        if len(rounds) == 25:
            desk.identity.sessions.revoke_of("ada")
        assert len(rounds) < 100, "the stream outlives its session"
        at = datetime(2026, 3, 2, tzinfo=UTC).isoformat()
        command = Command("nordlicht", "Scan", ("scan",), "ada", at)
        return Job("j", command, JobState.RUNNING, f"step {len(rounds)}", ())

    async def is_disconnected():
        return False

    request = SimpleNamespace(is_disconnected=is_disconnected, app=desk.app)
    with_role = SimpleNamespace(rights_in_run=lambda _job_id: {"read"})
    visit = SimpleNamespace(
        request=request, session=SimpleNamespace(digest=digest), jobs=SimpleNamespace(find=find),
        workbench=SimpleNamespace(anew=lambda: with_role),
    )  # fmt: skip

    async def listen():
        return [each async for each in job_pages._told(visit, "j")]

    heard = asyncio.run(listen())
    assert 25 <= len(heard) <= 35
