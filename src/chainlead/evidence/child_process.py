"""A decoder in a process of its own: made by fork, locked up, ended without mercy.

A fork has the stream's open file and the loaded libraries at once (some milliseconds), so each
risky stream gets a fresh process: what one stream breaks, no other stream meets.
"""

import contextlib
import faulthandler
import gc
import os
import signal
from collections.abc import Callable
from typing import NoReturn

from chainlead.evidence.child_frames import FromChild, Pipe, ToChild
from chainlead.evidence.item import UnreadReason
from chainlead.evidence.sandbox import ProcessLimits, die_with_parent, lock_up

_FAULTS = {
    signal.SIGSEGV: "invalid memory access",
    signal.SIGBUS: "invalid memory access",
    signal.SIGABRT: "it gave up itself",
    signal.SIGILL: "invalid instruction",
    signal.SIGFPE: "arithmetic fault",
    signal.SIGSYS: "forbidden system call",
}


class Child:
    """One decoder process and the pipe to it."""

    def __init__(self, work: Callable[[Pipe], None], limits: ProcessLimits) -> None:
        """Start `work` in a child; it gets the pipe and never returns here."""
        from_child, child_out = os.pipe()
        child_in, to_child = os.pipe()
        gc.disable()
        try:
            self._pid = os.fork()
            if self._pid == 0:
                _run(work, limits, (child_in, child_out), (from_child, to_child))
        finally:
            gc.enable()
        os.close(child_out)
        os.close(child_in)
        self.pipe = Pipe(from_child, to_child, FromChild)
        self._ended = False

    def end(self) -> tuple[UnreadReason, str] | None:
        """End it now; the reason if it had ended by itself before its time."""
        if self._ended:
            return None
        self._ended = True
        self.pipe.close()
        early, status = os.waitpid(self._pid, os.WNOHANG)
        if not early:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
            return None
        return _reason(status)

    def wait_for_end(self) -> tuple[UnreadReason, str]:
        """It closed its pipe: say why."""
        self._ended = True
        self.pipe.close()
        _, status = os.waitpid(self._pid, 0)
        return _reason(status) or (UnreadReason.CRASHED, "it ended without a word")


def _reason(status: int) -> tuple[UnreadReason, str] | None:
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number == signal.SIGXCPU:
            return UnreadReason.TOO_SLOW, "the decoder used up its processor time"
        if number == signal.SIGKILL:
            return UnreadReason.TOO_LARGE, "the system ended the decoder, most likely for memory"
        if number == signal.SIGXFSZ:
            return UnreadReason.CRASHED, "the decoder wanted to write a file"
        name = _FAULTS.get(signal.Signals(number), "")
        return UnreadReason.CRASHED, f"the decoder ended: {name or signal.Signals(number).name}"
    return None


def _run(
    work: Callable[[Pipe], None],
    limits: ProcessLimits,
    own: tuple[int, int],
    others: tuple[int, int],
) -> NoReturn:
    """The child's whole life."""
    code = 1
    try:
        faulthandler.disable()
        die_with_parent()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for number in (signal.SIGTERM, signal.SIGPIPE, signal.SIGXCPU, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)
        for descriptor in others:
            os.close(descriptor)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            if standard not in own:
                os.dup2(nowhere, standard)
        lock_up(limits)
        work(Pipe(*own, ToChild))
        code = 0
    finally:
        os._exit(code)
