"""A team's tables on each kind of database, and a team server with people at it."""

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import Parameters
from argon2.low_level import Type
from fastapi import FastAPI
from starlette.testclient import TestClient

from chainlead.store import TeamStore
from chainlead.web import Jobs, Workbench, make_application
from chainlead.web.entrance import Entrance
from chainlead.web.team import Identity
from chainlead.web.team.passwords import Passwords

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HOST = "cases.unit.example"
QUICK = Parameters(Type.ID, 19, 16, 32, time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "harbour violin seven lantern"


class Hands:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.moment = START

    def now(self) -> datetime:
        return self.moment

    def move(self, **by: float) -> None:
        self.moment += timedelta(**by)


@dataclass
class TeamDesk:
    """A team server, and browsers before it."""

    app: FastAPI
    identity: Identity
    clock: Hands
    host: str = HOST
    browsers: list[TestClient] = field(default_factory=list)

    @property
    def store(self) -> TeamStore:
        return self.identity.store

    @property
    def origin(self) -> str:
        return next(iter(self.identity.entrance.origins))

    def browser(
        self, address: str = "192.0.2.10", agent: str = "Mozilla/5.0 Firefox/140.0"
    ) -> TestClient:
        """A browser that has never been here; it comes through the proxy on this machine."""
        made = TestClient(
            self.app,
            base_url=self.origin,
            client=("127.0.0.1", 40_000),
            headers={"x-forwarded-for": address, "user-agent": agent, "accept": "text/html"},
            follow_redirects=False,
        )
        self.browsers.append(made)
        return made

    def log_in(self, browser: TestClient, name: str, password: str = PASSWORD, back: str = "/"):
        """Fill in the login page and send it."""
        page = browser.get("/login", params={"back": back})
        return self.send(browser, "/login", page.text, name=name, password=password, back=back)

    def send(self, browser: TestClient, path: str, page: str, **fields: str):
        """Send a form with the token of a page that was seen."""
        token = re.search(r'name="form_token" value="([^"]+)"', page)[1]
        return browser.post(
            path, data={"form_token": token, **fields}, headers={"origin": self.origin}
        )

    def inside(self, name: str = "ada", **more: str) -> TestClient:
        """A browser in which a person has logged in."""
        browser = self.browser(**more)
        answer = self.log_in(browser, name)
        assert answer.status_code == 303, answer.text
        return browser


@pytest.fixture
def now() -> datetime:
    return START


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def team(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TeamStore]:
    """The tables of a team, empty: a SQLite file, or what the parameter says."""
    place: str | Path = tmp_path / "team.db"
    if getattr(request, "param", "sqlite") == "postgresql":
        place = request.getfixturevalue("postgresql_url")
    with TeamStore.open(place) as opened:
        yield opened


@pytest.fixture
def secrets_of_test() -> Callable[[], str]:
    numbers = itertools.count(1)
    return lambda: f"secret-of-the-test-{next(numbers):06}"


@pytest.fixture
def make_desk(
    team: TeamStore, hands: Hands, secrets_of_test: Callable[[], str], tmp_path: Path
) -> Callable[..., TeamDesk]:
    """Makes a team server; call it again for the server after a restart."""

    def make(entrance: Entrance | None = None, **more: object) -> TeamDesk:
        identity = Identity.of(
            team, entrance or Entrance.behind(f"https://{HOST}"), hands, secrets_of_test,
            **{"passwords": Passwords(QUICK), **more},
        )  # fmt: skip
        root = tmp_path / "cases"
        root.mkdir(exist_ok=True)
        jobs = Jobs(tmp_path / "runs", hands, secrets_of_test)
        app = make_application(Workbench(root, lambda: bytes(range(32))), identity, jobs)
        return TeamDesk(app, identity, hands)

    return make


@pytest.fixture
def desk(make_desk: Callable[..., TeamDesk]) -> TeamDesk:
    """A team server with an administrator, two people and one whose account is closed."""
    made = make_desk()
    for name, is_admin in (("root", True), ("ada", False), ("bo", False), ("closed", False)):
        made.store.add_person(
            name, f"{name.title()} Person", made.identity.passwords.hash(PASSWORD), None, is_admin,
            at=START,
        )  # fmt: skip
    made.store.disable("closed")
    return made
