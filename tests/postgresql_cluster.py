"""A throw-away PostgreSQL for tests: one cluster per run, one new database per test.

Made from what Debian's package `postgresql` installs; tests that need it are skipped without it.
"""

import inspect
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from types import MappingProxyType

import pytest

_PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "log_error_verbosity": "terse",
}


@dataclass(frozen=True)
class Cluster:
    """A running server; its socket lies in `folder`.

    Attributes:
        settings: of the server; those that a test changes count from the next start.
        port: where it listens, if its settings say that it does; a part of the socket's name.
    """

    folder: Path
    programs: Path
    settings: dict[str, str]
    port: int = 5432

    def run(self, program: str, *given: str) -> "subprocess.CompletedProcess[str]":
        """One of PostgreSQL's programs, as its superuser."""
        return subprocess.run(
            [*as_owner(), str(self.programs / program), *given],
            cwd=self.folder, capture_output=True, text=True, check=True, timeout=120,
        )  # fmt: skip

    def sql(self, words: str, database: str = "postgres") -> str:
        """What the superuser is told."""
        return self.run(
            "psql", "-XAtq", "-h", str(self.folder), "-p", str(self.port), "-U", "postgres", "-d", database, "-v", "ON_ERROR_STOP=1", "-c", words
        ).stdout.strip()  # fmt: skip

    def url(self, database: str, role: str = "chainlead") -> str:
        """The address of a database."""
        return f"postgresql://{role}@/{database}?host={self.folder}"

    def start(self) -> None:
        """Start the server and wait for it."""
        options = " ".join(f"-c {name}={value!r}" for name, value in self.settings.items())
        self.run(
            "pg_ctl", "-D", str(self.folder / "data"), "-l", str(self.folder / "log"), "-w",
            "-o", f"-k {self.folder} -p {self.port} {options}", "start",
        )  # fmt: skip

    def stop(self, mode: str = "immediate") -> None:
        """Stop the server; `immediate` is as a loss of power."""
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-m", mode, "stop")


def as_owner() -> list[str]:
    """PostgreSQL refuses to run as root."""
    if os.getuid():
        return []
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]


def make_cluster(
    settings: Mapping[str, str] = MappingProxyType({}), port: int = 5432
) -> Iterator[Cluster]:
    """A new cluster in a short path (a socket's path has at most 107 bytes), until the end of the tests.

    Args:
        settings: besides those of every cluster; paths in them lie in its data folder.
        port: for a cluster that listens.
    """
    if not _PROGRAMS or (not os.getuid() and "postgres" not in {u.pw_name for u in pwd.getpwall()}):
        pytest.skip("PostgreSQL is not installed (Debian: apt install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    if not os.getuid():
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        folder.chmod(0o755)
    made = Cluster(folder, _PROGRAMS[0], {**_SETTINGS, **settings}, port)
    try:
        made.run(
            "initdb", "-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8",
            "--locale=C.UTF-8", "--no-sync",
        )  # fmt: skip
        made.start()
        with _stopped_at_the_end(made):
            made.run(
                "createuser",
                "-h",
                str(folder),
                "-p",
                str(port),
                "-U",
                "postgres",
                "--createdb",
                "chainlead",
            )
            yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _stopped_at_the_end(made: Cluster) -> Iterator[None]:
    """Stop the server when the block ends, and also when this process is killed.

    A shell waits for the end of its input, which comes with the end of this process.
    """
    stop = [
        *as_owner(),
        str(made.programs / "pg_ctl"),
        "-D",
        str(made.folder / "data"),
        "-m",
        "immediate",
    ]
    waiting = subprocess.Popen(
        ["sh", "-c", 'read -r _; "$@" stop; rm -rf "$0"', str(made.folder), *stop],
        cwd=made.folder, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    assert waiting.stdin
    try:
        yield
    finally:
        waiting.stdin.close()
        waiting.wait(60)


@pytest.fixture(scope="session")
def postgresql_cluster() -> Iterator[Cluster]:
    """A running server for this run of the tests (one for each xdist worker)."""
    yield from make_cluster()


_NUMBERS = count(1)


@pytest.fixture
def postgresql_url(postgresql_cluster: Cluster) -> Iterator[str]:
    """The URL of an empty database with a role that may make schemas in it, by a unix socket."""
    name = f"case_{next(_NUMBERS)}"
    postgresql_cluster.sql(f"create database {name} owner chainlead")
    yield postgresql_cluster.url(name)
    postgresql_cluster.sql(f"drop database {name} with (force)")


@pytest.fixture
def team_database(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The same, named by CHAINLEAD_DATABASE."""
    monkeypatch.setenv("CHAINLEAD_DATABASE", postgresql_url)
    return postgresql_url


_IS_ON_SERVER = os.environ.get("CHAINLEAD_TEST_STORE") == "postgresql"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With CHAINLEAD_TEST_STORE=postgresql, tests about the bytes of `case.db` have nothing to test."""
    if not _IS_ON_SERVER:
        return
    for item in items:
        if isinstance(item, pytest.Function) and "case.db" in inspect.getsource(item.function):
            item.add_marker(pytest.mark.skip(reason="is about the file case.db"))


@pytest.fixture(scope="session", autouse=_IS_ON_SERVER)
def _every_case_on_the_server(request: pytest.FixtureRequest) -> Iterator[None]:
    """With CHAINLEAD_TEST_STORE=postgresql every case that a test makes keeps its tables there."""
    from chainlead.workflow.case import Case

    cluster = request.getfixturevalue("postgresql_cluster")
    cluster.sql("create database every_case owner chainlead")
    url = cluster.url("every_case")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHAINLEAD_DATABASE", url)
        made = Case.create.__func__

        def create(cls: type[Case], folder: Path, **how: object) -> Case:
            return made(cls, folder, **{"database": url, **how})

        patch.setattr(Case, "create", classmethod(create))
        yield
