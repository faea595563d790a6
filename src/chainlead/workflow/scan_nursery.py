"""Starts worker processes: one new program loads what they all need, then forks them.

The program (`python -P -m chainlead.workflow.scan_worker`) inherits neither the case's lock, nor
open files, nor the environment; `-P` keeps the current folder, which may be an exhibit, off the
path of modules. It never sees a byte of an exhibit and is told no secret: each worker hears its
set-up over its own pipe, after the fork.
"""

import atexit
import contextlib
import os
import subprocess
import sys

from chainlead.config import worker_environment

_OPTIONS = ("-P", "-X", "chainlead_kept_code")  # the second one is for `kernels.compiler`
COMMAND = (sys.executable, *_OPTIONS, "-m", "chainlead.workflow.scan_worker")
_CLOSING_SECONDS = 10


class Nursery:
    """A program that has some workers as children, ends them on order, and ends with them.

    Attributes:
        pipes: for each worker the descriptors to hear it and to tell it something.
    """

    def __init__(self, count: int, command: tuple[str, ...] = COMMAND) -> None:
        """Start it for `count` workers."""
        self.pipes: list[tuple[int, int]] = []
        others: list[int] = []
        for _ in range(count):
            order, tell = os.pipe()
            hear, answer = os.pipe()
            self.pipes.append((hear, tell))
            others += (order, answer)
        try:
            self._process = subprocess.Popen(  # noqa: S603  (our own program, no shell)
                (*command, *map(str, others)),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                env=worker_environment(),
                cwd="/",
                pass_fds=others,
                start_new_session=True,
            )
        finally:
            for descriptor in others:
                os.close(descriptor)

    def end_worker(self, number: int) -> None:
        """End one worker and everything that it started; it may have ended by itself."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # all of them are gone
            os.write(self._process.stdin.fileno(), bytes([number]))

    def close(self, *, at_once: bool = False) -> None:
        """End all.

        Args:
            at_once: do not wait until it has loaded everything; for one that was never used.
        """
        assert self._process.stdin is not None
        self._process.stdin.close()
        if at_once:
            self._process.kill()
        try:
            self._process.wait(_CLOSING_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pair in self.pipes:
            for descriptor in pair:
                os.close(descriptor)
        self.pipes = []


_PREPARED: dict[int, tuple[int, Nursery]] = {}
"""By number of workers: the process that started the nursery, and the nursery."""


def prepare_nursery(count: int) -> None:
    """Let `count` workers load what they need, before it is known what for."""
    if count and not _PREPARED:
        _PREPARED[count] = (os.getpid(), Nursery(count))


def take_prepared(count: int) -> Nursery | None:
    """The nursery that was started for as many workers, if there is one."""
    owner_pid, nursery = _PREPARED.pop(count, (0, None))
    return nursery if owner_pid == os.getpid() else None


def _close_prepared() -> None:
    """End those that nobody took."""
    for count in tuple(_PREPARED):
        nursery = take_prepared(count)
        if nursery is not None:
            nursery.close(at_once=True)


atexit.register(_close_prepared)
