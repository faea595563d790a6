"""A team server with one case that is full of things, people in each role, and one who may not know."""

import hashlib
import itertools
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from chainlead.store import TeamStore
from chainlead.web import Workbench
from chainlead.workflow.access import Role, case_key
from chainlead.workflow.demo import run_demo

CASE = "nordlicht"
PEOPLE = {"olga": "owner", "ivar": "investigator", "rea": "reader", "remo": "reviewer"}
OUTSIDERS = ("vera", "root")


@pytest.fixture(scope="session")
def worked_case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case with findings, traces, drafts, an answer and a report; copy it before writing to it."""
    folder = tmp_path_factory.mktemp("worked") / "demo"
    run_demo(folder)
    return folder / "case"


@dataclass
class Unit:
    """The server with its people, each at an own browser."""

    desk: object
    root: Path
    browsers: dict[str, TestClient]

    @property
    def store(self) -> TeamStore:
        return self.desk.store

    @property
    def folder(self) -> Path:
        return self.root / CASE

    @property
    def key(self) -> str:
        return case_key(self.folder)

    def at(self, name: str) -> TestClient:
        """The browser of a person, logged in."""
        if name not in self.browsers:
            self.browsers[name] = self.desk.inside(name)
        return self.browsers[name]

    def get(self, name: str, path: str, **more: object):
        return self.at(name).get(path, **more)

    def token(self, name: str) -> str:
        return re.search(r'name="form_token" value="([^"]+)"', self.at(name).get("/").text)[1]

    def post(self, name: str, path: str, fields: dict[str, object] | None = None, **more: object):
        """Send a form of the own page; `seen` is what a page that was just loaded says."""
        return self.at(name).post(
            path,
            data={"form_token": self.token(name), **(fields or {})},
            headers={"origin": self.desk.origin},
            **more,
        )

    def seen(self, name: str, case: str = CASE) -> str:
        """The number that the forms of a page carry now."""
        page = self.at(name).get(f"/cases/{case}/overview").text
        return re.search(r'name="seen" value="(\d+)"', page)[1]

    def journal(self, case: str = CASE) -> bytes:
        return (self.root / case / "journal.jsonl").read_bytes()

    def routes(self, method: str, within: str = "/cases/{case_name}") -> list[str]:
        """Every path of the application that takes this method, with `case_name` as the only gap."""
        found = [
            re.sub(r"{(?!case_name)\w+}", "x", path)
            for path, methods in self.desk.app.openapi()["paths"].items()
            if method.lower() in methods and path.startswith(within)
        ]
        assert found
        return found


@pytest.fixture
def unit(make_desk: Callable[..., object], worked_case: Path, tmp_path: Path) -> Unit:
    desk = make_desk()
    for name in (*PEOPLE, "vera", "root"):
        desk.store.add_person(
            name, f"{name.title()} Person", desk.identity.passwords.hash(desk_password()), None,
            name == "root", at=desk.clock.now(),
        )  # fmt: skip
    root = tmp_path / "cases"
    shutil.copytree(worked_case, root / CASE)
    numbers = itertools.count(1)
    keys = (hashlib.sha256(f"key {n}".encode()).digest() for n in numbers)
    desk.app.state.workbench = Workbench(root, lambda: next(keys))
    for name, role in PEOPLE.items():
        assert role in set(Role)
        desk.store.set_role(case_key(root / CASE), name, role, at=desk.clock.now())
    return Unit(desk, root, {})


def desk_password() -> str:
    return "harbour violin seven lantern"
