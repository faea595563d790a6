"""One piece of work on hostile bytes, done whole in a locked-up process: bytes come back, or a reason.

For readers that give one answer (a table, a text) where `child_reader` gives pieces. The process is
made by fork, so the work has what its caller has; it is locked as every decoder is (`sandbox`).
"""

import importlib
from collections.abc import Callable, Sequence
from contextlib import suppress

from chainlead.evidence.child_frames import (
    BrokenFrameError,
    ChildEndedError,
    ChildSilentError,
    ChunkFrame,
    Pipe,
    StopFrame,
)
from chainlead.evidence.child_process import Child
from chainlead.evidence.item import UnreadReason
from chainlead.evidence.sandbox import ProcessLimits

_PIECE = 64 << 20


class LockedWorkError(Exception):
    """The work ended without a result.

    Attributes:
        reason: too slow, too large, crashed or damaged.
        detail: in words; holds nothing of the bytes that were read.
    """

    def __init__(self, reason: UnreadReason, detail: str) -> None:
        """Say why."""
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


def work_locked(
    work: Callable[[], bytes],
    *,
    memory_bytes: int,
    seconds: int,
    preload: Sequence[str] = (),
) -> bytes:
    """What `work` returns, done in a process of its own without network, files to write or rights.

    Args:
        work: called in that process.
        memory_bytes: address space on top of what this process has.
        seconds: processor time, and time without a word.
        preload: modules to load before the fork.

    Raises:
        LockedWorkError: it crashed, took too long or too much, or failed with an exception.
    """
    for name in preload:
        with suppress(ImportError):  # the work will say so itself
            importlib.import_module(name)
    child = Child(lambda pipe: _serve(work, pipe), ProcessLimits(memory_bytes, cpu_seconds=seconds))
    content = bytearray()
    try:
        while True:
            match child.pipe.receive(lambda: float(seconds)):
                case ChunkFrame(piece):
                    content += piece
                case StopFrame(None):
                    return bytes(content)
                case StopFrame(reason, detail):
                    assert reason is not None
                    raise LockedWorkError(reason, detail)
                case _:
                    raise LockedWorkError(UnreadReason.CRASHED, "the reader spoke out of turn")
    except ChildSilentError as error:
        raise LockedWorkError(UnreadReason.TOO_SLOW, f"silent for {seconds} s") from error
    except ChildEndedError as error:
        raise LockedWorkError(*child.wait_for_end()) from error
    except BrokenFrameError as error:
        raise LockedWorkError(UnreadReason.CRASHED, f"the reader gave {error}") from error
    finally:
        child.end()


def _serve(work: Callable[[], bytes], pipe: Pipe) -> None:
    try:
        content = work()
    except MemoryError:
        pipe.send(StopFrame(UnreadReason.TOO_LARGE, "reading it needs too much memory"))
        return
    except Exception as error:  # noqa: BLE001  (the door of the process: no fault of a reader gets out)
        name = type(error).__name__
        pipe.send(StopFrame(UnreadReason.DAMAGED, f"reading it failed with {name}"))
        return
    for start in range(0, len(content), _PIECE):
        pipe.send(ChunkFrame(content[start : start + _PIECE]))
    pipe.send(StopFrame())
