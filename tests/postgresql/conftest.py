"""A case whose tables are on a server, beside those of the folders above."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from chainlead.custody import SteppingClock
from chainlead.store.postgresql import PostgresqlSchema
from chainlead.workflow.case import Case
from chainlead.workflow.case_place import schema_of

KEY = bytes(range(32))


@pytest.fixture
def place(postgresql_url: str) -> PostgresqlSchema:
    """A schema that is not made yet."""
    return PostgresqlSchema(postgresql_url, "case_0123456789abcdef")


@pytest.fixture
def new_case(tmp_path: Path, team_database: str, clock: SteppingClock) -> Callable[..., Case]:
    """Makes a case on the server, open for writing."""

    def make(name: str = "case", **how: object) -> Case:
        return Case.create(
            tmp_path / name,
            **{"key": KEY, "clock": clock, "who": "tester", "database": team_database, **how},
        )

    return make


@pytest.fixture
def place_of_case(team_database: str) -> Callable[[Path], PostgresqlSchema]:
    """The schema of a case folder."""
    return lambda folder: PostgresqlSchema(team_database, schema_of(folder))


HOWTO = Path(__file__).parents[2] / "docs" / "howto" / "keep-cases-in-postgresql.md"
NAME = "db.police.example"
RULES = """
local all all trust
hostssl all chainlead 127.0.0.1/32 scram-sha-256
hostssl all bearer 127.0.0.1/32 cert
hostssl all other 127.0.0.1/32 cert
"""


@dataclass
class Server:
    """A server that listens on this machine with a certificate, as the how-to says.

    Attributes:
        papers: the folder with the certificates and keys.
    """

    cluster: Any
    papers: Path
    passwords: dict[str, str] = field(default_factory=lambda: {"chainlead": "right"})

    def url(self, role: str = "chainlead", *, host: str = NAME, port: int = 0, **more: str) -> str:
        """Its address by the name in its certificate, which no machine has to know."""
        words = {
            "hostaddr": "127.0.0.1", "sslmode": "verify-full",
            "sslrootcert": str(self.papers / "authority.pem"), **more,
        }  # fmt: skip
        password = f":{self.passwords[role]}" if role in self.passwords else ""
        said = "&".join(f"{name}={value}" for name, value in words.items() if value)
        return f"postgresql://{role}{password}@{host}:{port or self.cluster.port}/chainlead?{said}"

    def restart(self, mode: str = "fast", **settings: str) -> None:
        """Stop it and start it with other settings."""
        self.cluster.stop(mode)
        self.cluster.settings.update(settings)
        self.cluster.start()

    def give(self, *names: str) -> None:
        """Put files among the server's own, readable by the server only."""
        for name in names:
            given = self.cluster.folder / "data" / name
            shutil.copy(self.papers / name, given)
            given.chmod(0o600)
            if not os.getuid():
                shutil.chown(given, "postgres", "postgres")


def sign(
    papers: Path, name: str, subject: str, days: int = 825, authority: str = "authority"
) -> None:
    """A key and a certificate for a subject."""
    openssl(papers, "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-subj", f"/CN={subject}", "-addext", f"subjectAltName=DNS:{subject}",
            "-keyout", f"{name}.key", "-out", f"{name}.csr")  # fmt: skip
    openssl(papers, "x509", "-req", "-in", f"{name}.csr", "-CA", f"{authority}.pem",
            "-CAkey", f"{authority}.key", "-days", str(days), "-copy_extensions", "copy",
            "-out", f"{name}.pem")  # fmt: skip
    (papers / f"{name}.key").chmod(0o600)


def openssl(papers: Path, *words: str) -> None:
    subprocess.run(["openssl", *words], cwd=papers, check=True, capture_output=True, timeout=60)


@pytest.fixture(scope="session")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An authority and the server's certificate by the commands of the how-to; and some that do not fit."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed (Debian: apt install openssl)")
    folder = tmp_path_factory.mktemp("papers")
    commands = HOWTO.read_text("utf-8").partition("openssl req -x509")
    block = (commands[1] + commands[2]).partition("```")[0]
    subprocess.run(["sh", "-ec", block], cwd=folder, check=True, capture_output=True, timeout=60)
    openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-days", "10", "-subj", "/CN=somebody else", "-keyout", "stranger.key", "-out", "stranger.pem")  # fmt: skip
    sign(folder, "expired", NAME, days=-1)
    sign(folder, "bearer", "bearer")
    sign(folder, "lapsed", "bearer", days=-1)
    sign(folder, "foreign", "bearer", authority="stranger")
    return folder


@pytest.fixture(scope="session")
def tls_server(papers: Path) -> Iterator[Server]:
    """A server with TLS on the loopback, a role with a password and one with a certificate."""
    import postgresql_cluster

    with free_port() as port:
        pass
    making = postgresql_cluster.make_cluster({}, port)
    cluster = next(making)
    try:
        server = Server(cluster, papers)
        server.give("server.pem", "server.key", "authority.pem", "expired.pem", "expired.key")
        (cluster.folder / "data" / "pg_hba.conf").write_text(RULES)
        cluster.sql(
            "alter role chainlead password 'right'; create role bearer login; create role other login"
        )
        cluster.sql("create database chainlead owner chainlead")
        cluster.sql("grant create on database chainlead to bearer")
        server.restart(
            listen_addresses="127.0.0.1", ssl="on", ssl_cert_file="server.pem",
            ssl_key_file="server.key", ssl_ca_file="authority.pem",
        )  # fmt: skip
        yield server
    finally:
        making.close()


@pytest.fixture
def server(tls_server: Server) -> Iterator[Server]:
    """The same, as it was at first after the test."""
    before = dict(tls_server.cluster.settings)
    yield tls_server
    if tls_server.cluster.settings != before:
        tls_server.restart(**before)
    tls_server.cluster.sql("drop schema if exists case_0123456789abcdef cascade", "chainlead")


@contextlib.contextmanager
def free_port() -> Iterator[int]:
    """A port that nobody has; asked of another process, for this one may open no sockets."""
    said = "import socket; s = socket.create_server(('127.0.0.1', 0)); print(s.getsockname()[1])"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    yield int(done.stdout)


class Pipe:
    """Something between a client and a server that can swallow everything, as a broken path does."""

    def __init__(self, port: int) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._to = port
        self._open = [self._listening]
        self._goes_on = threading.Event()
        self._goes_on.set()
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._take, daemon=True).start()

    def fall_silent(self) -> None:
        """From now on nothing passes, though every connection stands and new ones are taken."""
        self._goes_on.clear()

    def close(self) -> None:
        for each in self._open:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._goes_on.set()

    def _take(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                far = socket.create_connection(("127.0.0.1", self._to))
                self._open += [near, far]
                for ways in ((near, far), (far, near)):
                    threading.Thread(target=self._pass, args=ways, daemon=True).start()

    def _pass(self, here: socket.socket, there: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while given := here.recv(65_536):
                self._goes_on.wait()
                there.sendall(given)
            there.shutdown(socket.SHUT_WR)


@pytest.fixture
def pipe(server: Server, socket_enabled: None) -> Iterator[Pipe]:
    """A way to the server that can fall silent."""
    made = Pipe(server.cluster.port)
    yield made
    made.close()
