"""The workbench page over the practice case, without a network."""

import itertools
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from chainlead.custody import SystemClock
from chainlead.web import Jobs, SessionKeeper, Workbench, make_application
from chainlead.workflow.demo import run_demo

HOST = "127.0.0.1:8765"


@dataclass
class Desk:
    """The application with one person at it."""

    app: FastAPI
    client: TestClient
    sessions: SessionKeeper
    root: Path

    @property
    def token(self) -> str:
        """What this session's forms send along."""
        session = self.sessions.find(self.client.cookies["chainlead_session"])
        assert session is not None
        return session.form_token

    def post(self, path: str, fields: dict[str, object] | None = None, **more: object):
        """Send a form of the own page."""
        return self.client.post(
            path,
            data={"form_token": self.token, **(fields or {})},
            headers={"origin": f"http://{HOST}"},
            follow_redirects=False,
            **more,
        )


@pytest.fixture(scope="session")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The practice folder, built once; copy it before writing to it."""
    folder = tmp_path_factory.mktemp("practice") / "practice"
    run_demo(folder)
    return folder


@pytest.fixture
def secrets_of_test():
    numbers = itertools.count(1)
    return lambda: f"secret-of-the-test-{next(numbers):04}"


@pytest.fixture
def desk(practice: Path, tmp_path: Path, secrets_of_test) -> Iterator[Desk]:
    root = tmp_path / "cases"
    root.mkdir()
    shutil.copytree(practice, root / "practice")
    sessions = SessionKeeper(
        tmp_path / "state" / "sessions.json", SystemClock(), secrets_of_test, "ada"
    )
    jobs = Jobs(tmp_path / "state" / "runs", SystemClock(), secrets_of_test)
    app = make_application(Workbench(root, lambda: bytes(range(32))), sessions, jobs, hosts={HOST})
    with TestClient(app, base_url=f"http://{HOST}") as client:
        client.get(f"/enter?token={sessions.invite()}")
        yield Desk(app, client, sessions, root)
