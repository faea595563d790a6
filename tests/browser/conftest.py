"""The workbench page in a real browser. Needs Chromium: `apt-get install chromium`."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from chainlead.workflow.demo import run_demo

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)  # fmt: skip


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.enable_socket)
            item.add_marker(pytest.mark.wire)
            item.add_marker(pytest.mark.xdist_group("browser"))


@dataclass
class Server:
    """A running server with the folder of its cases."""

    process: subprocess.Popen
    root: Path
    state: Path
    base: str
    invitation: str


def start_server(root: Path, state: Path, port: int = 0) -> Server:
    process = subprocess.Popen(
        [sys.executable, "-m", "chainlead", "serve", str(root), "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "CHAINLEAD_STATE": str(state), "CHAINLEAD_USER": "ada"},
    )
    text = ""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        line = process.stdout.readline()
        text += line
        if found := re.search(r"(http://127\.0\.0\.1:\d+)(/enter\?token=\S+)", text):
            return Server(process, root, state, found[1], found[1] + found[2])
        if not line:
            break
    process.kill()
    raise AssertionError(f"the server did not start:\n{text}")


def stop_server(server: Server) -> None:
    server.process.send_signal(signal.SIGTERM)
    try:
        server.process.wait(60)
    except subprocess.TimeoutExpired:
        server.process.kill()
        server.process.wait()
    server.process.stdout.close()


@dataclass
class Visitor:
    """A page, with every request that it made to another host."""

    page: Page
    base: str
    foreign: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        answer = self.page.goto(f"{self.base}{path}")
        assert answer is not None
        assert answer.status == 200, path
        return self.page


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).is_file():
        pytest.skip("Chromium is not installed (apt-get install chromium)")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM, headless=True, args=list(FLAGS)
        )
        yield started
        started.close()


@pytest.fixture(scope="session")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("practice") / "practice"
    run_demo(folder)
    return folder


@pytest.fixture
def server(practice: Path, tmp_path: Path, browser: Browser) -> Iterator[Server]:
    root = tmp_path / "cases"
    root.mkdir()
    shutil.copytree(practice, root / "practice")
    started = start_server(root, tmp_path / "state")
    yield started
    stop_server(started)


def visitor_of(context: BrowserContext, server: Server) -> Visitor:
    page = context.new_page()
    visitor = Visitor(page, server.base)
    own = urlsplit(server.base).netloc

    def look(request):
        if urlsplit(request.url).netloc not in {own, ""}:
            visitor.foreign.append(request.url)

    page.on("request", look)
    page.on("console", lambda m: visitor.said.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: visitor.said.append(str(error)))
    return visitor


@pytest.fixture
def visitor(server: Server, browser: Browser) -> Iterator[Visitor]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    made = visitor_of(context, server)
    made.page.goto(server.invitation)
    yield made
    assert made.foreign == []
    assert made.said == []
    context.close()


@pytest.fixture
def newcomer(tmp_path: Path, browser: Browser) -> Iterator[Visitor]:
    """A person at a server that has no case yet."""
    root = tmp_path / "cases"
    root.mkdir()
    server = start_server(root, tmp_path / "state")
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    made = visitor_of(context, server)
    made.page.goto(server.invitation)
    yield made
    assert made.foreign == []
    assert made.said == []
    context.close()
    stop_server(server)
