"""A team server behind nginx and behind Caddy, each set up with the very text of the how-to.

They are what Debian's packages install; without them these tests are skipped.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import httpcore
import httpx
import pytest

from chainlead.web.guard import MOST_UPLOAD_BYTES

HOWTO = Path(__file__).parents[2] / "docs" / "howto" / "run-a-team-server.md"
NAME = "chainlead.unit.example"
PASSWORD = "harbour violin seven lantern"
PROGRAM = [sys.executable, "-m", "chainlead"]
BROWSER, OTHER_BROWSER = "127.0.0.2", "127.0.0.3"
PATIENCE = 60
FORM = (
    b"--x\r\ncontent-disposition: form-data; name=form_token\r\n\r\nwrong\r\n"
    b"--x\r\ncontent-disposition: form-data; name=file; filename=phone.bin\r\n\r\n"
)
"""How an upload begins; its token is no session's."""


class AtPort(httpcore.SyncBackend):
    """Reaches the public name at a port of this machine, from an address of this machine."""

    def __init__(self, ports: dict[int, int], address: str) -> None:
        self._ports, self._address = ports, address

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        assert host == NAME
        return super().connect_tcp(
            "127.0.0.1", self._ports[port], timeout, self._address, socket_options
        )


@dataclass
class Site:
    """A team server with a proxy before it."""

    server: "Team"
    kind: str
    ports: dict[int, int]
    certificate: Path

    def client(self, address: str = BROWSER, **headers: str) -> httpx.Client:
        """A browser that knows the unit's authority; its addresses are the public ones."""
        trusted = ssl.create_default_context(cafile=str(self.certificate))
        transport = httpx.HTTPTransport(verify=trusted, trust_env=False)
        transport._pool._network_backend = AtPort(self.ports, address)
        return httpx.Client(
            base_url=f"https://{NAME}", transport=transport, timeout=PATIENCE, trust_env=False,
            headers={"user-agent": "Mozilla/5.0 Firefox/140.0", "accept": "text/html", **headers},
        )  # fmt: skip

    @contextlib.contextmanager
    def inside(self, **more: str) -> Iterator[httpx.Client]:
        """A browser in which Rita has logged in."""
        with self.client(**more) as browser:
            answer = log_in(browser)
            assert answer.status_code == 303, answer.text
            yield browser


def log_in(browser: httpx.Client, **headers: str) -> httpx.Response:
    token = token_of(browser.get("/login").text)
    return browser.post(
        "/login",
        data={"form_token": token, "name": "rita", "password": PASSWORD, "back": "/"},
        headers={"origin": f"https://{NAME}", **headers},
    )


def token_of(page: str) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', page)
    assert found, page
    return found[1]


@dataclass
class Team:
    """A running `chainlead serve --team` with one case and one person who owns it."""

    folder: Path
    port: int
    environment: dict[str, str]

    def run(self, *words: object, given: str = "") -> str:
        done = subprocess.run(
            [*PROGRAM, *map(str, words)], input=given, env=self.environment, cwd=self.folder,
            capture_output=True, text=True, check=False, timeout=PATIENCE,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    @property
    def case(self) -> Path:
        return self.folder / "cases" / "harbour"

    def connections(self) -> int:
        """How many the server has open with anybody."""
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        here = f"0100007F:{self.port:04X}"
        return sum(row[1] == here and row[3] == "01" for row in rows)


def free_port() -> int:
    """A port that nobody has; asked of another process, for this one may open no sockets yet."""
    said = "import socket; s = socket.create_server(('127.0.0.1', 0)); print(s.getsockname()[1])"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    return int(done.stdout)


@contextlib.contextmanager
def running(command: list[str], ports: list[int], log: Path, **how: object) -> Iterator[None]:
    """A program that listens at these ports until the block ends."""
    with log.open("wb") as said:
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT, **how)
        try:
            for _ in range(PATIENCE * 10):
                assert process.poll() is None, log.read_text()
                listening = Path("/proc/net/tcp").read_text() + Path("/proc/net/tcp6").read_text()
                if all(re.search(rf":{port:04X} 0+:0000 0A ", listening) for port in ports):
                    break
                time.sleep(0.1)
            else:
                pytest.fail(log.read_text())
            yield
        finally:
            process.terminate()
            process.wait(PATIENCE)


@pytest.fixture(scope="module")
def team_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    folder = tmp_path_factory.mktemp("team")
    (folder / "cases").mkdir()
    kept = {
        name: text for name, text in os.environ.items() if not name.startswith(("CHAINLEAD_", "PG"))
    }
    environment = {
        **kept,
        "CHAINLEAD_STATE": str(folder),
        "CHAINLEAD_UNIT": "none",
        "CHAINLEAD_USER": "operator",
    }
    team = Team(folder, free_port(), environment)
    team.run("team", "init", "rita", "--full-name", "Rita Root", given=f"{PASSWORD}\n")
    team.run("case", "new", team.case)
    team.run("access", "grant", team.case, "rita", "owner", "--why", "test")
    start = next(line.strip() for line in HOWTO.read_text("utf-8").splitlines()
                 if line.startswith("    chainlead serve CASES --team --behind-proxy"))  # fmt: skip
    words = start.removeprefix("chainlead ").replace("CASES", str(folder / "cases")).split()
    command = [*PROGRAM, *words, "--port", str(team.port)]
    with running(command, [team.port], folder / "server.log", env=environment, cwd=folder):
        yield team
    assert "Traceback" not in (folder / "server.log").read_text()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificate")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
         "-days", "2", "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}",
         "-keyout", "chainlead.key", "-out", "chainlead.pem"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    return folder / "chainlead.pem"


def example(begin: str) -> str:
    """The indented block of the how-to after the paragraph that begins so."""
    after = HOWTO.read_text("utf-8").partition(f"\n{begin}")[2].partition("\n\n")[2]
    lines = after.splitlines()
    block = lines[: next(n for n, line in enumerate(lines) if line and not line.startswith("    "))]
    return "\n".join(line.removeprefix("    ") for line in block).strip()


def swapped(text: str, **values: str) -> str:
    """The text with places of this test in place of the unit's; each has to stand in it."""
    for old, new in values.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def site(
    request: pytest.FixtureRequest, team_server: Team, certificate: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:  # fmt: skip
    kind = request.param
    program = shutil.which(kind, path=f"{os.environ['PATH']}:/usr/sbin")
    if not program:
        pytest.skip(f"{kind} is not installed (Debian: apt install {kind})")
    folder = tmp_path_factory.mktemp(kind)
    folder.chmod(0o755)
    ports = {80: free_port(), 443: free_port()}
    places = {
        "/etc/ssl/chainlead.pem": str(certificate),
        "/etc/ssl/chainlead.key": str(certificate.with_suffix(".key")),
        "127.0.0.1:8765": f"127.0.0.1:{team_server.port}",
    }
    if kind == "nginx":
        block = swapped(example("nginx"), **places, **{
            "listen 80;": f"listen 127.0.0.1:{ports[80]};", "listen 443 ": f"listen 127.0.0.1:{ports[443]} ",
        })  # fmt: skip
        temporary = "".join(
            f"{each}_temp_path {folder}/{each};"
            for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = "user root;" if not os.getuid() else ""
        (folder / "conf").write_text(
            f"{user} daemon off; pid {folder}/pid; error_log stderr;\nevents {{}}\n"
            f"http {{ access_log off; gzip on; {temporary}\n{block}\n}}\n"
        )
        command = [program, "-p", str(folder), "-c", str(folder / "conf")]
    else:
        block = swapped(example("Caddy"), **places)
        (folder / "Caddyfile").write_text(
            f"{{\n admin off\n http_port {ports[80]}\n https_port {ports[443]}\n default_bind 127.0.0.1\n}}\n{block}\n"
        )
        command = [program, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}  # fmt: skip
    with running(command, list(ports.values()), folder / "log", env=environment, cwd=folder):
        yield Site(team_server, kind, ports, certificate)


@pytest.fixture(autouse=True)
def _may_reach_this_machine(socket_enabled: None) -> None:
    """The browser of these tests is a real one."""


def test_a_person_logs_in_through_the_proxy_and_the_cookie_travels_by_https_alone(site):
    with site.client() as browser:
        seen = browser.get("/")
        assert (seen.status_code, seen.headers["location"]) == (303, "/login?back=%2F")
        answer = log_in(browser)
        assert answer.headers["location"] == "/"
        cookies = [each.split("; ") for each in answer.headers.get_list("set-cookie")]
        session = next(each for each in cookies if each[0].startswith("__Host-chainlead_session="))
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=strict"} <= set(session)
        for parts in cookies:
            assert parts[0].startswith("__Host-")
            assert "Secure" in parts
            assert not any(part.lower().startswith("domain") for part in parts)
        page = browser.get("/")
        assert page.status_code == 200
        assert 'action="/leave"' in page.text
        assert "harbour" in page.text


def test_what_guards_a_page_comes_through_and_nothing_compresses_its_tokens(site):
    with site.inside() as browser:
        page = browser.get("/account", headers={"accept-encoding": "gzip, deflate, br, zstd"})
        assert page.status_code == 200
        assert "content-encoding" not in page.headers
        assert page.headers["strict-transport-security"] == "max-age=31536000"
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert page.headers["cache-control"] == "no-store"
        assert "uvicorn" not in page.headers.get("server", "")


def test_whoever_comes_without_tls_is_sent_to_the_public_address(site):
    with site.client() as browser:
        answer = browser.get(f"http://{NAME}/login?back=%2Fpeople")
    assert answer.status_code in {301, 308}
    assert re.fullmatch(
        rf"https://{NAME}(:{site.ports[443]})?/login\?back=%2Fpeople", answer.headers["location"]
    )
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("host", ["elsewhere.example", "127.0.0.1", f"{NAME}.elsewhere.example"])
def test_another_name_reaches_no_page(site, host):
    with site.client() as browser:
        answer = browser.get("/login", headers={"host": host})
    assert answer.status_code == 421 or not answer.text
    assert "form_token" not in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://elsewhere.example"}, {"origin": f"http://{NAME}"}, {"origin": "null"}, {"origin": ""},
     {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}],
)  # fmt: skip
def test_a_change_from_another_page_is_refused(site, headers):
    with site.client() as browser:
        answer = log_in(browser, **headers)
        assert answer.status_code == 403
        assert not any("session" in name for name in browser.cookies)


def test_the_sessions_name_the_browsers_address_whatever_it_says_itself(site):
    lies = {
        "x-forwarded-for": "203.0.113.9", "forwarded": "for=203.0.113.9", "x-real-ip": "203.0.113.9",
        "x-forwarded-host": "elsewhere.example", "x-forwarded-proto": "http",
    }  # fmt: skip
    site.server.run("team", "end-sessions", "--everybody")
    with site.inside(**lies) as browser, site.inside(address=OTHER_BROWSER):
        said = json.loads(site.server.run("team", "sessions", "--json"))
        assert sorted(each["address"] for each in said) == [BROWSER, OTHER_BROWSER]
        page = browser.get("/account").text
        assert BROWSER in page
        assert "203.0.113.9" not in page


_NUMBERS = count(1)


@contextlib.contextmanager
def a_run(team: Team):
    """A run of the case that says what it is told to say."""
    folder = team.folder / "chainlead" / "runs" / f"20260302T080000-{next(_NUMBERS)}"
    folder.mkdir(parents=True)
    command = {"case_name": "harbour", "title": "Scan", "arguments": ["scan"], "who": "rita", "started_at": "2026-03-02T08:00:00+00:00"}  # fmt: skip
    (folder / "command.json").write_text(json.dumps(command))
    with (folder / "lock").open("w") as lock, (folder / "stderr").open("w") as said:
        lock.write("1")
        lock.flush()
        fcntl.flock(lock, fcntl.LOCK_EX)

        def say(words: str) -> None:
            said.write(f"\r{words}\n")
            said.flush()

        try:
            yield folder, say
        finally:
            shutil.rmtree(folder)


def test_progress_arrives_while_the_run_goes_on(site):
    with a_run(site.server) as (folder, say), site.inside() as browser:
        say("read 1 of 3")
        with browser.stream(
            "GET", f"/jobs/{folder.name}/progress", headers={"accept": "text/event-stream"}
        ) as answer:
            assert answer.status_code == 200
            assert answer.headers["content-type"].startswith("text/event-stream")
            events = (line for line in answer.iter_lines() if line.startswith("data: "))
            for number in (1, 2, 3):
                assert next(events) == f"data: read {number} of 3"
                say(f"read {number + 1} of 3")


def test_a_stream_whose_browser_left_is_left_by_the_server_too(site):
    with a_run(site.server) as (folder, say), site.inside() as browser:
        say("read 1 of 3")
        with browser.stream("GET", f"/jobs/{folder.name}/progress") as answer:
            assert answer.status_code == 200
            told = answer.iter_raw()
            assert b"read 1 of 3" in next(told)
            during = site.server.connections()
        deadline = time.monotonic() + PATIENCE
        while site.server.connections() >= during and time.monotonic() < deadline:
            time.sleep(0.2)
        assert site.server.connections() < during


def upload(browser: httpx.Client, content: bytes) -> httpx.Response:
    token = token_of(browser.get("/cases/harbour/files?for=scan").text)
    return browser.post(
        "/cases/harbour/files/upload",
        data={"form_token": token, "for": "scan"}, files={"file": ("phone.bin", content)},
        headers={"origin": f"https://{NAME}"},
    )  # fmt: skip


def test_a_file_that_is_larger_than_a_proxy_takes_by_itself_arrives_whole(site):
    content = os.urandom(1 << 20) * 12
    with site.inside() as browser:
        answer = upload(browser, content)
        assert answer.status_code == 303, answer.text
        digest = hashlib.sha256(content).hexdigest()
        assert digest in answer.headers["location"]
        kept = [p for p in (site.server.case / "inbox").iterdir() if p.suffix == ".bin"]
        assert digest in {hashlib.sha256(p.read_bytes()).hexdigest() for p in kept}


def early_answer(site: Site, browser: httpx.Client, size: int, folder: Path) -> tuple[int, str]:
    """The answer to an upload of this size, by a client that goes on sending until an answer comes."""
    if not shutil.which("curl"):
        pytest.skip("curl is not installed (Debian: apt install curl)")
    body = folder / "body"  # a file of holes
    body.write_bytes(FORM)
    os.truncate(body, size)
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    done = subprocess.run(
        ["curl", "--silent", "--http1.1", "--noproxy", "*", "--max-time", str(PATIENCE),
         "--connect-to", f"{NAME}:443:127.0.0.1:{site.ports[443]}", "--cacert", str(site.certificate),
         "--request", "POST", "--upload-file", str(body), "--header", f"origin: https://{NAME}",
         "--header", f"cookie: {cookies}", "--header", "content-type: multipart/form-data; boundary=x",
         "--header", "expect:", "--write-out", "\n%{http_code}",
         f"https://{NAME}/cases/harbour/files/upload"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    page, _, status = done.stdout.rpartition("\n")
    return int(status), page


def test_a_body_above_the_limit_is_refused_by_the_server_itself_in_its_own_words(site):
    with site.inside() as browser:
        answer = browser.post(
            "/cases/harbour/settings", content=b"x" * ((1 << 20) + 1),
            headers={"origin": f"https://{NAME}", "content-type": "application/x-www-form-urlencoded"},
        )  # fmt: skip
        assert answer.status_code == 413
        assert "chainlead" in answer.text


@pytest.mark.parametrize(
    ("size", "status", "words"),
    [
        (MOST_UPLOAD_BYTES, 403, "chainlead"),
        (MOST_UPLOAD_BYTES + 1, 413, "chainlead"),
        (1 << 30, 401, "Your session has ended"),
    ],
)
def test_an_answer_before_the_end_of_a_file_is_the_servers_and_not_the_proxys(
    site, size, status, words, tmp_path
):
    """The server looks at the announced length, the session and the form's token, in this order."""
    with site.inside() as browser:
        if status == 401:
            browser.cookies.clear()
        told, page = early_answer(site, browser, size, tmp_path)
    assert (told, words in page) == (status, True)


def test_nobody_opens_a_websocket(site):
    with site.inside() as browser:
        answer = browser.get("/", headers={
            "connection": "Upgrade", "upgrade": "websocket", "sec-websocket-version": "13",
            "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==", "origin": f"https://{NAME}",
        })  # fmt: skip
    assert answer.status_code != 101
