"""The server is killed at the worst moment; what was finished is there, and so is the page."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import httpx2
import pytest

from chainlead.workflow.case import Case

pytestmark = [pytest.mark.enable_socket, pytest.mark.wire]
PATIENCE = 180


@dataclass
class Running:
    """A server process as a browser meets it."""

    process: subprocess.Popen
    base: str
    invitation: str

    @property
    def port(self) -> int:
        return int(self.base.rpartition(":")[2])

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()


def start(root: Path, state: Path, port: int = 0) -> Running:
    process = subprocess.Popen(
        [sys.executable, "-m", "chainlead", "serve", str(root), "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "CHAINLEAD_STATE": str(state), "CHAINLEAD_USER": "ada"},
    )
    text = ""
    while line := process.stdout.readline():
        text += line
        if found := re.search(r"(http://127\.0\.0\.1:\d+)(/enter\?token=\S+)", text):
            return Running(process, found[1], found[1] + found[2])
    process.wait()
    process.stdout.close()
    raise AssertionError(text)


@pytest.fixture
def place(practice, tmp_path):
    """The cases, the state, and every server that the test starts."""
    root = tmp_path / "cases"
    root.mkdir()
    shutil.copytree(practice, root / "practice")
    servers = []

    def started(port=0):
        servers.append(start(root, tmp_path / "state", port))
        return servers[-1]

    yield root, started
    for each in servers:
        if each.process.poll() is None:
            each.kill()


@contextmanager
def visitor(running):
    with httpx2.Client(base_url=running.base, timeout=PATIENCE, trust_env=False) as client:
        assert client.get(running.invitation).status_code == 303
        yield client


def send(client, path, fields):
    token = re.search(r'name="form_token" value="(\w+)"', client.get("/").text)[1]
    origin = str(client.base_url).rstrip("/")
    return client.post(path, data={"form_token": token, **fields}, headers={"origin": origin})


def wait_until(true, what):
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if found := true():
            return found
        time.sleep(0.1)
    raise AssertionError(what)


def list_of(text):
    """The filters and the list of a findings page: the view that its address names."""
    assert "What to do next" in text
    shown = re.findall(r'name="finding" value="(\w+)"', text)
    assert shown
    return shown, re.findall(r"<option[^>]* selected>[^<]*", text)


def test_a_run_goes_on_while_the_server_is_dead_and_the_next_one_shows_it(place, tmp_path):
    root, started = place
    exhibit = tmp_path / "E9"
    exhibit.mkdir()
    for number in range(300):
        text = f"letter {number}\n" * 2000 + "1BoatSLRHtKNngkdXEeobR76b53LETtpyT\n"
        (exhibit / f"{number}.txt").write_text(text)
    first = started()
    with visitor(first) as client:
        view = "/cases/practice/findings?role=own&unfold=yes&page=1"
        seen = list_of(client.get(view).text)
        fields = {"path": str(exhibit), "name": "E9"}
        assert send(client, "/cases/practice/evidence/scan", fields).status_code == 303
        assert "data-job=" in client.get("/cases/practice/evidence").text
        first.kill()
        with pytest.raises(httpx2.TransportError):
            client.get("/")
        started(first.port)
        assert list_of(client.get(view).text) == seen
        page = wait_until(
            lambda: (
                (t := client.get("/cases/practice/evidence").text)
                and ("data-job=" not in t and ">E9<" in t and t)
            ),
            "the run did not end",
        )
        assert "stopped from outside" not in page
    with Case.open_to_read(root / "practice" / "case") as case:
        assert case.store.lookup("exhibits", exhibit="E9")["state"] == "scanned"
        found = case.store.rows("findings", exhibit="E9")
        assert {row["value"] for row in found} == {"1BoatSLRHtKNngkdXEeobR76b53LETtpyT"}
        assert [entry.who for entry in case.entries if entry.act == "scan.finish"][-1] == "ada"


def test_a_run_that_was_killed_too_is_shown_as_stopped_and_can_be_made_again(place, tmp_path):
    _, started = place
    first = started()
    with visitor(first) as client:
        assert send(client, "/cases/practice/report/make", {}).status_code == 303
        state = tmp_path / "state"
        lock = wait_until(
            lambda: next((p for p in state.rglob("lock") if p.read_text().isdigit()), None),
            "no run began",
        )
        first.kill()
        os.killpg(int(lock.read_text()), signal.SIGKILL)
        started(first.port)
        text = wait_until(
            lambda: (
                (t := client.get("/cases/practice/report").text) and ("data-job=" not in t and t)
            ),
            "the run is shown as alive",
        )
        assert 'role="alert"' in text
        assert send(client, "/cases/practice/report/make", {}).status_code == 303
        wait_until(
            lambda: "It is up to date." in client.get("/cases/practice/report").text,
            "the report was not made",
        )


def test_what_was_answered_before_the_kill_is_kept_and_the_case_stays_whole(place):
    root, started = place
    with Case.open_to_read(root / "practice" / "case") as case:
        before = len(case.entries)
        ids = [row["finding_id"] for row in case.store.rows("findings", order_by=["finding_id"])]
    answered = []
    first = started()
    with ExitStack() as stack:
        client = stack.enter_context(visitor(first))
        running = first
        for turn in range(3):
            worker = Thread(target=judge, args=(client, ids[turn * 20 : turn * 20 + 20], answered))
            known = len(answered)
            worker.start()
            enough = known + 2 + turn
            wait_until(lambda enough=enough: len(answered) >= enough, "nothing was judged")
            running.kill()
            worker.join()
            running = started(first.port)
        page = client.get("/cases/practice/findings?state=noise&unfold=yes")
        assert page.status_code == 200
        assert 'class="state-noise ' in page.text
    with Case.open_to_read(root / "practice" / "case") as case:
        states = {row["finding_id"]: row["state"] for row in case.store.rows("triage")}
        acts = [e for e in case.entries[before:] if e.act == "findings.triage_many"]
        assert all(states[finding_id] == state for finding_id, state in answered)
        assert len(answered) <= len(acts) <= len(answered) + 3
        assert all(entry.who == "ada" for entry in acts)


def judge(client, ids, answered):
    """Judge one after the other until the server is gone; note what it said was done."""
    for number, finding_id in enumerate(ids):
        state = ("noise", "relevant")[number % 2]
        fields = {"finding": finding_id, "state": state, "why": "seen"}
        try:
            answer = send(client, "/cases/practice/findings/judge", fields)
        except httpx2.TransportError:
            return
        assert answer.status_code == 303
        answered.append((finding_id, state))


def test_the_address_that_is_printed_works_once_and_the_session_outlives_the_server(place):
    _, started = place
    first = started()
    with visitor(first) as client:
        assert httpx2.get(first.invitation, trust_env=False).status_code == 401
        first.kill()
        second = started(first.port)
        assert second.invitation != first.invitation
        assert client.get("/").status_code == 200
        old = second.base + first.invitation.removeprefix(first.base)
        assert httpx2.get(old, trust_env=False).status_code == 401


def test_a_port_that_is_taken_is_named(place, tmp_path):
    root, started = place
    first = started()
    second = subprocess.run(
        [sys.executable, "-m", "chainlead", "serve", str(root), "--port", str(first.port)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "CHAINLEAD_STATE": str(tmp_path / "state")},
        timeout=PATIENCE,
    )
    assert second.returncode == 4
    assert second.stderr.startswith(f"ConfigError: The port {first.port} of this machine is taken")
    assert "Traceback" not in second.stderr
    assert httpx2.get(first.base, trust_env=False).status_code == 401
