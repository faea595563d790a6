"""The worker processes of a scan: started once, watched, ended together with this process.

A worker is a new program (`python -P -m chainlead.workflow.scan_worker`), so it inherits neither
the case's lock, nor open files, nor the environment. `-P` keeps the current folder, which may be
an exhibit, off the path of modules.
"""

import atexit
import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from typing import Any

from chainlead.config import worker_environment
from chainlead.errors import EvidenceError
from chainlead.evidence import BrokenFrameError, ChildEndedError, ChildSilentError, Pipe
from chainlead.workflow.scan_messages import FromWorker, Hash, Read, SetUp

COMMAND = (sys.executable, "-P", "-m", "chainlead.workflow.scan_worker")
SILENT_STEPS = 10
"""A worker that says nothing for so many times `Limits.step_seconds` is ended."""
_START_SECONDS = 120


class WorkerLostError(Exception):
    """A worker crashed, was killed, or said nothing for too long."""


class Worker:
    """One process and what it works on."""

    def __init__(self, set_up: SetUp) -> None:
        """Start it."""
        self._process = subprocess.Popen(  # noqa: S603  (our own program, no shell)
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env=worker_environment(),
            cwd="/",
            start_new_session=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.descriptor = self._process.stdout.fileno()
        self._pipe = Pipe(self.descriptor, self._process.stdin.fileno(), FromWorker)
        self._silent_seconds = set_up.limits.step_seconds * SILENT_STEPS
        self._heard = time.monotonic() + _START_SECONDS
        self._has_spoken = False
        self.task: Read | Hash | None = None
        self._tell(set_up)

    @property
    def has_spoken(self) -> bool:
        """Whether it ever said anything: it does as soon as it is ready."""
        return self._has_spoken

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def give(self, task: Read | Hash) -> None:
        """Let it work on something.

        Raises:
            WorkerLostError: it is gone.
        """
        self.task = task
        self._heard = max(self._heard, time.monotonic())
        self._tell(task)

    def hear(self) -> Any:
        """Its next message.

        Raises:
            WorkerLostError: it is gone, or talks nonsense.
        """
        if self.is_silent():
            raise WorkerLostError
        try:
            message = self._pipe.receive(lambda: self._silent_seconds)
        except (ChildEndedError, BrokenFrameError, ChildSilentError) as error:
            raise WorkerLostError from error
        self._heard = time.monotonic()
        self._has_spoken = True
        return message

    def is_silent(self) -> bool:
        """Whether it has said nothing for too long, and says nothing now."""
        poll = select.poll()
        poll.register(self.descriptor, select.POLLIN)
        return not poll.poll(0) and time.monotonic() - self._heard > self._silent_seconds

    def end(self) -> None:
        """End it and everything that it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()

    def _tell(self, message: Any) -> None:
        try:
            self._pipe.send(message)
        except ChildEndedError as error:
            raise WorkerLostError from error


class Pool:
    """Some workers with the same set-up."""

    def __init__(self, count: int, set_up: SetUp) -> None:
        """Start `count` workers."""
        self.set_up = set_up
        self.owner_pid = os.getpid()
        self.workers: list[Worker] = []
        try:
            for _ in range(count):
                self.workers.append(Worker(set_up))
        except BaseException:
            self.close()
            raise

    def idle(self) -> Worker | None:
        """A worker without work."""
        return next((worker for worker in self.workers if worker.task is None), None)

    def replace(self, worker: Worker) -> None:
        """End a worker and start another in its place.

        Raises:
            EvidenceError: it never worked, so another would not either.
        """
        worker.end()
        if not worker.has_spoken:
            raise EvidenceError(
                "A worker process of the scan does not start.",
                safe="What was finished is kept.",
                next_step="Scan with `--workers 0`, which reads in the program's own process.",
            )
        self.workers[self.workers.index(worker)] = Worker(self.set_up)

    def speaking(self, listened_to: list[Worker], seconds: float) -> list[Worker]:
        """Those that have something to say, or have said nothing for too long."""
        poll = select.poll()
        by_descriptor = {worker.descriptor: worker for worker in listened_to}
        for descriptor in by_descriptor:
            poll.register(descriptor, select.POLLIN)
        ready = {by_descriptor[descriptor] for descriptor, _ in poll.poll(int(seconds * 1000))}
        return [w for w in listened_to if w in ready or w.is_silent()]

    def close(self) -> None:
        """End all."""
        for worker in self.workers:
            worker.end()
        self.workers = []


_KEPT: dict[str, Pool] = {}


def get_pool(count: int, set_up: SetUp) -> Pool:
    """A pool with this set-up: the one of the scan before, if it fits."""
    kept = _KEPT.get("pool")
    if kept is not None and kept.owner_pid != os.getpid():
        _KEPT.clear()  # this process is a copy of the one that has those workers
        kept = None
    if kept is not None:
        idle = all(worker.task is None for worker in kept.workers)
        if len(kept.workers) == count and kept.set_up == set_up and idle:
            return kept
        kept.close()
    _KEPT["pool"] = Pool(count, set_up)
    return _KEPT["pool"]


def close_pool() -> None:
    """End the workers that wait for another scan."""
    kept = _KEPT.pop("pool", None)
    if kept is not None and kept.owner_pid == os.getpid():
        kept.close()


atexit.register(close_pool)
