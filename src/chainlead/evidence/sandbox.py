"""What a process that reads hostile bytes may still do: little memory, no network, no new files.

Three nets, one behind the other, because each has holes of its own:

1. Limits of the system (`setrlimit`): address space, processor time, size of files it writes, open
   files, no core dump. They hold for native code too.
2. On Linux no new privileges, an end together with its parent, and an empty network namespace
   where the system allows one.
3. An audit hook that refuses sockets, new programs and writing. It stops the Python layer only:
   native code that an attacker has taken over does not ask it.

Nothing here can be undone, so it is called in a process made for the purpose.
"""

import contextlib
import ctypes
import os
import resource
import signal
import sys
import tempfile
from dataclasses import dataclass
from typing import Any

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38
_CLONE_NEWUSER = 0x1000_0000
_CLONE_NEWNET = 0x4000_0000
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_REFUSED = (
    "socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "os.startfile",
    "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate",
    "os.chmod", "os.chown", "os.utime", "os.setxattr", "os.removexattr", "os.kill", "os.killpg",
    "pty.", "shutil.", "ftplib.", "http.", "smtplib.", "urllib.", "webbrowser.", "winreg.",
)  # fmt: skip
_FORKS = ("os.fork", "os.forkpty")
_KILLS = ("os.kill", "os.killpg")


@dataclass(frozen=True, slots=True)
class ProcessLimits:
    """What one process may use.

    Attributes:
        memory_bytes: address space on top of what the process has when it is locked up.
        cpu_seconds: processor time from then on; 0 for no limit yet.
        file_bytes: size of a file that it writes.
        open_files: file descriptors.
    """

    memory_bytes: int
    cpu_seconds: int = 0
    file_bytes: int = 0
    open_files: int = 256


def lock_up(limits: ProcessLimits, *, is_reader: bool = False) -> None:
    """Give up, for good, what reading needs not.

    Args:
        limits: what is left.
        is_reader: this is a worker, which may fork and end decoders and write unnamed temporary
            files; a decoder may do neither.
    """
    temporary = tempfile.gettempdir() if is_reader else ""
    os.environ.clear()  # noqa: TID251  (forgets what the parent had there; reads nothing)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_AS, address_space_bytes() + limits.memory_bytes)
    _limit(resource.RLIMIT_FSIZE, limits.file_bytes)
    _limit(resource.RLIMIT_NOFILE, limits.open_files)
    if limits.cpu_seconds:
        limit_cpu(limits.cpu_seconds)
    if sys.platform == "linux":
        _leave_linux_rights()
    sys.addaudithook(_Refusal(temporary, is_reader=is_reader))


def limit_cpu(seconds: int) -> None:
    """Let this process have so much more processor time; after that the system ends it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + max(seconds, 1), is_soft=True)


def die_with_parent() -> None:
    """On Linux: end at once when the process that made this one ends."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)


def address_space_bytes() -> int:
    """How much address space this process has in use; 0 where the system does not say."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123  (no path object in a locked process)
            return int(file.read().split()[0]) * resource.getpagesize()
    except (OSError, ValueError):
        return 0


def _limit(which: int, wanted: int, *, is_soft: bool = False) -> None:
    _, hard = resource.getrlimit(which)
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    with contextlib.suppress(OSError, ValueError):  # macOS refuses some; the clock stays
        resource.setrlimit(which, (wanted, hard if is_soft else wanted))


def _leave_linux_rights() -> None:
    with contextlib.suppress(OSError, AttributeError):
        system = ctypes.CDLL(None)
        system.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        system.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        if system.unshare(_CLONE_NEWNET) != 0:
            system.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


class _Refusal:
    """The audit hook."""

    def __init__(self, temporary: str, *, is_reader: bool) -> None:
        self._temporary = temporary
        self._may_fork = is_reader

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            self._check_open(arguments)
        elif event in _FORKS:
            if not self._may_fork:
                raise PermissionError(f"{event} is not allowed here")
        elif event.startswith(_REFUSED) and not self._is_excused(event, arguments):
            raise PermissionError(f"{event} is not allowed here")

    def _is_excused(self, event: str, arguments: tuple[Any, ...]) -> bool:
        if not self._may_fork:
            return False
        if event in _KILLS:
            return True
        paths = [os.fsdecode(path) for path in arguments if isinstance(path, str | bytes)]
        return bool(paths) and all(self._is_temporary(path) for path in paths)

    def _check_open(self, arguments: tuple[Any, ...]) -> None:
        path, _, flags = arguments
        if not isinstance(flags, int) or not flags & _WRITES or isinstance(path, int):
            return
        name = os.fsdecode(path)
        if name != os.devnull and not self._is_temporary(name):
            raise PermissionError("writing is not allowed here")

    def _is_temporary(self, path: str) -> bool:
        """The folder itself is opened for a file that never has a name."""
        folder = self._temporary
        return bool(folder) and folder in {path, path.rpartition("/")[0]}
