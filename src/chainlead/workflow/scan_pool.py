"""The worker processes of a scan: started once, watched, ended together with this process."""

import atexit
import os
import select
import time
from contextlib import suppress
from typing import Any

from chainlead.errors import EvidenceError
from chainlead.evidence import BrokenFrameError, ChildEndedError, ChildSilentError, Pipe
from chainlead.workflow.scan_messages import FromWorker, Read, Ready, SetUp
from chainlead.workflow.scan_nursery import COMMAND, Nursery, take_prepared

SILENT_STEPS = 10
"""A worker that says nothing for so many times `Limits.step_seconds` is ended."""
_START_SECONDS = 600


class WorkerLostError(Exception):
    """A worker crashed, was killed, or said nothing for too long."""


class Worker:
    """One process and what it works on.

    Attributes:
        pid: its process id; 0 until it is ready.
        task: what it works on.
    """

    def __init__(self, nursery: Nursery, number: int, set_up: SetUp) -> None:
        """Take one that a nursery has or will have."""
        self._nursery = nursery
        self._number = number
        self.descriptor, tell = nursery.pipes[number]
        self._pipe = Pipe(self.descriptor, tell, FromWorker)
        self._silent_seconds = set_up.limits.step_seconds * SILENT_STEPS
        self._heard = time.monotonic() + _START_SECONDS
        self._has_spoken = False
        self.pid = 0
        self.task: Read | None = None
        with suppress(WorkerLostError):  # seen when it is listened to
            self._tell(set_up)

    @property
    def has_spoken(self) -> bool:
        """Whether it ever said anything: it does as soon as it is ready."""
        return self._has_spoken

    def give(self, task: Read) -> None:
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
        if isinstance(message, Ready):
            self.pid = message.pid
        return message

    def is_silent(self) -> bool:
        """Whether it has said nothing for too long, and says nothing now."""
        poll = select.poll()
        poll.register(self.descriptor, select.POLLIN)
        return not poll.poll(0) and time.monotonic() - self._heard > self._silent_seconds

    def end(self) -> None:
        """End it and everything that it started."""
        self._nursery.end_worker(self._number)

    def _tell(self, message: Any) -> None:
        try:
            self._pipe.send(message)
        except ChildEndedError as error:
            raise WorkerLostError from error


class Pool:
    """Some workers with the same set-up."""

    def __init__(self, count: int, set_up: SetUp, nursery: Nursery | None = None) -> None:
        """Start `count` workers, or take those of a nursery that was started for as many."""
        self.set_up = set_up
        self.owner_pid = os.getpid()
        self._nurseries = [nursery or Nursery(count, COMMAND)]
        self.workers = [Worker(self._nurseries[0], number, set_up) for number in range(count)]

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
        self._nurseries.append(Nursery(1, COMMAND))
        another = Worker(self._nurseries[-1], 0, self.set_up)
        self.workers[self.workers.index(worker)] = another

    def speaking(
        self, listened_to: list[Worker], seconds: float, other: int | None = None
    ) -> list[Worker]:
        """Those that have something to say, or have said nothing for too long.

        Args:
            listened_to: some of the workers.
            seconds: how long to wait for a word.
            other: a further descriptor; the wait ends when it can be read.
        """
        poll = select.poll()
        by_descriptor = {worker.descriptor: worker for worker in listened_to}
        for descriptor in (*by_descriptor, *(() if other is None else (other,))):
            poll.register(descriptor, select.POLLIN)
        found = (descriptor for descriptor, _ in poll.poll(int(seconds * 1000)))
        ready = {by_descriptor[number] for number in found if number != other}
        return [w for w in listened_to if w in ready or w.is_silent()]

    def close(self) -> None:
        """End all."""
        for nursery in self._nurseries:
            nursery.close()
        self._nurseries = []
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
    _KEPT["pool"] = Pool(count, set_up, take_prepared(count))
    return _KEPT["pool"]


def close_pool() -> None:
    """End the workers that wait for another scan."""
    kept = _KEPT.pop("pool", None)
    if kept is not None and kept.owner_pid == os.getpid():
        kept.close()


atexit.register(close_pool)
