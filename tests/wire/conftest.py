import base64
import contextlib
import hashlib
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from chainlead.custody import SteppingClock
from chainlead.wire import Asked, Consent, Door, Route, WireBudget, WireLimits

TRANSACTION = "transaction"


@dataclass
class Server:
    """A server on this machine: what it was asked, and the port it listens on."""

    port: int
    elsewhere: str = ""
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    scheme: str = "http"

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        return f"{self.scheme}://{self.host}{path}"


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_args) -> None:
            pass

        def _answer(self, body: bytes, status: int = 200, **headers: str) -> None:
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            server.bodies.append(self.rfile.read(length))
            self.do_GET()

        def do_GET(self) -> None:
            server.seen.append((self.path, dict(self.headers)))
            path = self.path.partition("?")[0]
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                answers[path](self)

        def _busy(self) -> None:
            if len(server.seen) < 3:
                self._answer(b"later", 503, Retry_After="7")
            else:
                self._answer(b"now")

        def _broken_once(self) -> None:
            if len(server.seen) < 2:
                self.close_connection = True
            else:
                self._answer(b"whole")

        def _locked(self) -> None:
            given = self.headers.get("Authorization", "")
            right = base64.b64encode(b"officer:correct horse").decode()
            self._answer(
                b"in" if given == f"Basic {right}" else b"", 200 if right in given else 401
            )

        def _half(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"only this")
            self.close_connection = True

        def _endless(self) -> None:
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for _ in range(10_000):
                self.wfile.write(b"400\r\n" + b"x" * 1024 + b"\r\n")

        def _drip(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            for _ in range(100):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.05)

        def _silent(self) -> None:
            self.connection.settimeout(60)
            with contextlib.suppress(OSError):
                self.connection.recv(1)  # until the other side gives up
            self.close_connection = True

        def _nonsense(self) -> None:
            self.wfile.write(b"this is not HTTP\r\n\r\n")
            self.close_connection = True

        def _move(self, location: str) -> None:
            self._answer(b"", 302, Location=location)

    answers: dict[str, Callable[[Handler], None]] = {
        "/plain": lambda h: h._answer(b'{"txid": 1}', Content_Type="application/json"),
        "/busy": Handler._busy,
        "/broken-once": Handler._broken_once,
        "/locked": Handler._locked,
        "/none": lambda h: h._answer(b"no such thing", 404),
        "/half": Handler._half,
        "/endless": Handler._endless,
        "/large": lambda h: h._answer(b"x" * 2_000_000),
        "/drip": Handler._drip,
        "/silent": Handler._silent,
        "/nonsense": Handler._nonsense,
        "/squeezed": lambda h: h._answer(b"\x1f\x8b", Content_Encoding="gzip"),
        "/cookie": lambda h: h._answer(b"", Set_Cookie="who=police"),
        "/moved": lambda h: h._move("/plain?x=1"),
        "/circle": lambda h: h._move("/circle"),
        "/away": lambda h: h._move(server.elsewhere),
        "/away-twice": lambda h: h._move("/away"),
        "/file": lambda h: h._move("file:///etc/passwd"),
        "/odd": lambda h: h._move("http://[::1"),
    }
    return Handler


@pytest.fixture
def serve(socket_enabled) -> Iterator[Callable[[], Server]]:
    """Start servers on 127.0.0.1; they stop with the test."""
    running: list[tuple[ThreadingHTTPServer, threading.Thread]] = []

    def start(context: ssl.SSLContext | None = None) -> Server:
        told = Server(port=0, scheme="https" if context else "http")
        real = ThreadingHTTPServer(("127.0.0.1", 0), _handler(told))
        if context:
            real.socket = context.wrap_socket(real.socket, server_side=True)
        real.daemon_threads = True
        told.port = real.server_address[1]
        thread = threading.Thread(target=real.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        running.append((real, thread))
        return told

    yield start
    for real, thread in running:
        real.shutdown()
        real.server_close()
        thread.join(5)


class Kept:
    """What the door kept and noted, and the waits it asked for."""

    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}
        self.notes: list[Asked] = []
        self.waits: list[float] = []

    def keep(self, content: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        self.blobs[sha256] = content
        return sha256


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def make_door(kept) -> Callable[..., Door]:
    def make(
        *hosts: str,
        is_online: bool = True,
        routes: dict[str, Route] | None = None,
        budget: WireBudget | None = None,
        **limits: int,
    ) -> Door:
        consents = [Consent(host, TRANSACTION, "an officer", "a reason") for host in hosts]
        return Door(
            clock=SteppingClock(datetime(2024, 3, 1, tzinfo=UTC)),
            keep=kept.keep,
            note=kept.notes.append,
            consents=consents,
            is_online=is_online,
            limits=WireLimits(**{"pause_ms": 0, "silence_ms": 5_000, **limits}),
            routes=routes,
            budget=budget,
            sleep=kept.waits.append,
        )

    return make


@pytest.fixture
def certificate(tmp_path):
    """Two self-signed certificates, as PEM, and a server context for the first."""

    def make(name: str) -> tuple[bytes, bytes]:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .sign(key, hashes.SHA256())
        )
        secret = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return made.public_bytes(serialization.Encoding.PEM), secret

    own, secret = make("node.example")
    other, _ = make("other.example")
    path = tmp_path / "both.pem"
    path.write_bytes(own + secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return own.decode(), other.decode(), context
