"""Long runs: each is a `chainlead` command of its own, with a folder that says how it stands.

A run is not a part of the server: it goes on when the server is killed, and the server that comes
after finds it by its folder. The folder holds the command, what it printed, its result, and a lock
that the run holds while it lives.
"""

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import msgspec

from chainlead.config import program_environment
from chainlead.custody import Clock

COMMAND, RESULT, OUTPUT, MESSAGES, LOCK = "command.json", "result", "stdout", "stderr", "lock"
_TAIL_BYTES = 8_192
_STARTED: list[subprocess.Popen[bytes]] = []
"""The processes that this server started and that have not been seen to end."""


class JobState(StrEnum):
    """How a run stands."""

    RUNNING = "running"
    DONE = "done"
    WARNINGS = "done, with warnings"
    FAILED = "failed"
    CANCELLED = "interrupted"
    LOST = "stopped from outside"


class Command(msgspec.Struct, frozen=True):
    """What a run does, as its folder keeps it."""

    case_name: str
    title: str
    arguments: tuple[str, ...]
    who: str
    started_at: str


@dataclass(frozen=True, slots=True)
class Job:
    """One run.

    Attributes:
        progress: the last line that it printed about how far it is.
        messages: what it said besides, last lines only.
    """

    job_id: str
    command: Command
    state: JobState
    progress: str
    messages: tuple[str, ...]


class Jobs:
    """The runs of this server's cases, kept in one folder."""

    def __init__(self, folder: Path, clock: Clock, make_secret: Callable[[], str]) -> None:
        """Keep each run in a folder of its own inside `folder`."""
        self._folder = folder
        self._clock = clock
        self._make_secret = make_secret

    def now(self) -> datetime:
        """The moment, from the clock of the runs."""
        return self._clock.now()

    def secret(self) -> str:
        """A text that nobody can guess."""
        return self._make_secret()

    def start(self, case_name: str, title: str, arguments: Sequence[str], who: str) -> str:
        """Start `chainlead ARGUMENTS` in the name of a person, and return the run's id."""
        now: datetime = self._clock.now()
        job_id = f"{now.strftime('%Y%m%dT%H%M%S')}-{self._make_secret()[:8]}"
        folder = self._folder / job_id
        folder.mkdir(parents=True, mode=0o700)
        command = Command(case_name, title, tuple(arguments), who, now.isoformat())
        (folder / COMMAND).write_bytes(msgspec.json.encode(command))
        (folder / LOCK).touch()
        started = subprocess.Popen(  # noqa: S603  (no shell; the arguments are a list)
            [sys.executable, "-m", "chainlead.web.job_run", str(folder)],
            env=program_environment(who),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        _STARTED[:] = [each for each in (*_STARTED, started) if each.poll() is None]
        return job_id

    def find(self, job_id: str) -> Job | None:
        """The run with this id."""
        for each in _STARTED:
            each.poll()
        if job_id not in self._ids():
            return None
        folder = self._folder / job_id
        try:
            command = msgspec.json.decode((folder / COMMAND).read_bytes(), type=Command)
        except (OSError, msgspec.MsgspecError):
            return None
        lines = _last_lines(folder / MESSAGES)
        progress = next((line for line in reversed(lines) if line.startswith("\r")), "")
        said = tuple(line for line in lines if not line.startswith("\r"))
        return Job(job_id, command, _state(folder), progress.strip(), said)

    def of_case(self, case_name: str, most: int = 20) -> tuple[Job, ...]:
        """The last runs of a case, newest first."""
        found: list[Job] = []
        for job_id in sorted(self._ids(), reverse=True):
            job = self.find(job_id)
            if job is not None and job.command.case_name == case_name:
                found.append(job)
                if len(found) == most:
                    break
        return tuple(found)

    def running(self) -> tuple[Job, ...]:
        """The runs that are under way, newest first."""
        found = (self.find(job_id) for job_id in sorted(self._ids(), reverse=True))
        return tuple(job for job in found if job is not None and job.state is JobState.RUNNING)

    def cancel(self, job_id: str) -> None:
        """Interrupt a run as Ctrl-C does; what it finished is kept."""
        if job_id in self._ids() and _is_alive(self._folder / job_id):
            number = (self._folder / job_id / LOCK).read_text()
            if number.isdigit():
                os.killpg(int(number), signal.SIGINT)

    def output(self, job_id: str) -> bytes:
        """What the run printed as its result."""
        file = self._folder / job_id / OUTPUT
        return file.read_bytes() if job_id in self._ids() and file.is_file() else b""

    def _ids(self) -> set[str]:
        if not self._folder.is_dir():
            return set()
        return {path.name for path in self._folder.iterdir() if (path / COMMAND).is_file()}


def _state(folder: Path) -> JobState:
    if _is_alive(folder):
        return JobState.RUNNING
    try:
        code = int((folder / RESULT).read_text())
    except (OSError, ValueError):
        return JobState.LOST if (folder / LOCK).read_text() else JobState.RUNNING
    if code in {130, -signal.SIGINT}:
        return JobState.CANCELLED
    known = {0: JobState.DONE, 1: JobState.WARNINGS}
    return known.get(code, JobState.FAILED)


def _is_alive(folder: Path) -> bool:
    with (folder / LOCK).open("rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _last_lines(file: Path) -> list[str]:
    """The last lines of a file; lines of progress keep the carriage return that they begin with."""
    if not file.is_file():
        return []
    with file.open("rb") as opened:
        size = opened.seek(0, os.SEEK_END)
        opened.seek(max(0, size - _TAIL_BYTES))
        text = opened.read().decode("utf-8", "replace")
    return [line for line in text.split("\n") if line.strip()]
