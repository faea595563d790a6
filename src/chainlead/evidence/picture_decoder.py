"""Asks the child process of `picture_worker.py` for the codes in a picture.

One worker lives as long as it behaves: a crash, a hang or a broken answer ends it, and the next
picture gets a new one. Nothing but text, format, corners and counts comes back.
"""

import atexit
import os
import select
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from chainlead.evidence.item import UnreadReason

_WORKER = Path(__file__).with_name("picture_worker.py")
_ANSWER_BYTES = 16 << 20
_PICTURES_PER_WORKER = 5_000
_START_SECONDS = 60.0

_REASONS = {
    "damaged": UnreadReason.DAMAGED,
    "pixels": UnreadReason.TOO_LARGE,
    "memory": UnreadReason.TOO_LARGE,
    "frames": UnreadReason.TOO_LARGE,
}


class Code(msgspec.Struct, frozen=True):
    """One code: its text, its format's name, its corners in pixels, its frame from 0."""

    format: str
    text: str
    corners: list[tuple[int, int]]
    frame: int


class _Problem(msgspec.Struct, frozen=True):
    kind: str = ""
    detail: str = ""


class _Answer(msgspec.Struct, frozen=True):
    codes: list[Code] = []
    frames: int = 0
    problem: _Problem = _Problem()
    ready: bool = False


@dataclass(frozen=True, slots=True)
class PictureBounds:
    """What one picture may cost.

    Attributes:
        seconds: by the clock on the wall; half of it in processor time.
        memory_bytes: address space of the worker.
        pixels: of one frame.
        frames: pages or moments of one picture.
    """

    seconds: float = 60.0
    memory_bytes: int = 2 << 30
    pixels: int = 120_000_000
    frames: int = 200


@dataclass(frozen=True, slots=True)
class Seen:
    """What came back: codes, and why something was not seen, if so."""

    codes: tuple[Code, ...] = ()
    problems: tuple[tuple[UnreadReason, str], ...] = ()


class _WorkerGoneError(Exception):
    """The worker ended, or does not answer as it should."""

    def __init__(self, reason: UnreadReason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


@dataclass
class PictureDecoder:
    """One worker at a time; safe to use from several threads and after a fork."""

    bounds: PictureBounds = field(default_factory=PictureBounds)
    command: tuple[str, ...] = (sys.executable, "-I", str(_WORKER))

    def __post_init__(self) -> None:
        """Start nothing yet."""
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._served = 0
        self._lock = threading.Lock()

    def decode(self, picture: bytes) -> Seen:
        """The codes in a picture; never raises for what the picture holds."""
        with self._lock:
            try:
                worker = self._worker()
                answer = self._ask(worker, picture)
            except _WorkerGoneError as gone:
                self._end()
                return Seen(problems=((gone.reason, gone.detail),))
        problem = answer.problem
        reason = _REASONS.get(problem.kind, UnreadReason.DAMAGED)
        return Seen(tuple(answer.codes), ((reason, problem.detail),) if problem.kind else ())

    def close(self) -> None:
        """End the worker."""
        with self._lock:
            self._end()

    def _worker(self) -> "subprocess.Popen[bytes]":
        if self._process is not None and self._owner != os.getpid():
            self._process = None  # a forked copy: the pipes belong to the other process
        if self._process is not None and self._served >= _PICTURES_PER_WORKER:
            self._end()
        if self._process is None:
            self._process = self._start()
            self._owner, self._served = os.getpid(), 0
        self._served += 1
        return self._process

    def _start(self) -> "subprocess.Popen[bytes]":
        bounds = self.bounds
        arguments = (
            bounds.memory_bytes, max(int(bounds.seconds / 2), 1), bounds.pixels, bounds.frames
        )  # fmt: skip
        try:
            self._process = subprocess.Popen(  # noqa: S603  (this interpreter, our own file)
                [*self.command, *map(str, arguments)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                env={}, bufsize=0,
            )  # fmt: skip
        except OSError as error:
            raise _WorkerGoneError(
                UnreadReason.UNSUPPORTED, "the decoder of pictures cannot be started"
            ) from error
        try:
            is_ready = _read_answer(self._process, _START_SECONDS).ready
        except _WorkerGoneError:
            is_ready = False
        if not is_ready:
            raise _WorkerGoneError(
                UnreadReason.UNSUPPORTED, "the decoder of pictures cannot be started"
            )
        return self._process

    def _ask(self, worker: "subprocess.Popen[bytes]", picture: bytes) -> _Answer:
        assert worker.stdin is not None
        try:
            for part in (len(picture).to_bytes(4, "big"), picture):
                _write_all(worker.stdin, part)
        except OSError as error:
            raise _WorkerGoneError(UnreadReason.CRASHED, "the decoder crashed on it") from error
        return _read_answer(worker, self.bounds.seconds)

    def _end(self) -> None:
        worker, self._process = self._process, None
        if worker is None or self._owner not in {0, os.getpid()}:
            return
        worker.kill()
        for pipe in (worker.stdin, worker.stdout):
            if pipe is not None:
                pipe.close()
        worker.wait()


def _write_all(pipe: Any, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[pipe.write(view) :]


def _read_answer(worker: "subprocess.Popen[bytes]", seconds: float) -> _Answer:
    deadline = time.monotonic() + seconds
    length = int.from_bytes(_read_exactly(worker, 4, deadline), "big")
    if length > _ANSWER_BYTES:
        raise _WorkerGoneError(UnreadReason.CRASHED, "the decoder gave a broken answer")
    try:
        return msgspec.json.decode(_read_exactly(worker, length, deadline), type=_Answer)
    except msgspec.MsgspecError as error:
        raise _WorkerGoneError(UnreadReason.CRASHED, "the decoder gave a broken answer") from error


def _read_exactly(worker: "subprocess.Popen[bytes]", size: int, deadline: float) -> bytes:
    assert worker.stdout is not None
    handle = worker.stdout.fileno()
    parts: list[bytes] = []
    while size:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([handle], [], [], left)[0]:
            raise _WorkerGoneError(UnreadReason.TOO_SLOW, "the decoder did not come to an end")
        part = os.read(handle, min(size, 1 << 16))
        if not part:
            raise _WorkerGoneError(UnreadReason.CRASHED, "the decoder crashed on it")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


@cache
def picture_decoder() -> PictureDecoder:
    """The decoder of this process; it ends with the process."""
    decoder = PictureDecoder()
    atexit.register(decoder.close)
    return decoder
