"""The processes that read and search exhibit files for a scan: `python -P -m` starts them.

The first process loads what all of them need, and forks the workers; it ends those that it is told
to end, and ends with them. A worker gets its orders on one pipe and answers on another. None has a
case folder, environment or network, and a worker writes nothing but unnamed temporary files (see
`evidence.sandbox`).
"""

import contextlib
import gc
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from chainlead.evidence import (
    ChildEndedError,
    ExhibitFile,
    Item,
    Layer,
    Limits,
    Passwords,
    Pipe,
    ProcessLimits,
    die_with_parent,
    has_pages_only,
    hash_file,
    keep_memory,
    limit_cpu,
    load_sources,
    lock_up,
)
from chainlead.model import Provenance, Step
from chainlead.workflow.scan_messages import (
    Advanced,
    Failed,
    Part,
    Read,
    Ready,
    SetUp,
    Split,
    ToWorker,
    Whole,
)

if TYPE_CHECKING:
    from chainlead.findings import Knowledge

MEMORY_BYTES = 4 << 30
_SILENT_SECONDS = 0.2
_CPU_STEPS = 10


def main() -> None:
    """Load, fork a worker for each two descriptors of the command line, and wait for orders."""
    die_with_parent()
    keep_memory()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    descriptors = [int(text) for text in sys.argv[1:]]
    pairs = list(zip(descriptors[::2], descriptors[1::2], strict=True))
    _load()
    workers = [_fork(pair, descriptors) for pair in pairs]
    for descriptor in descriptors:
        os.close(descriptor)
    while number := os.read(0, 1):
        _end(workers, number[0])
    for place in range(len(workers)):
        _end(workers, place)


def _fork(pair: tuple[int, int], descriptors: list[int]) -> int:
    nursery = os.getpid()
    pid = os.fork()
    if pid:
        with contextlib.suppress(OSError):  # it may be gone
            os.setpgid(pid, pid)
        return pid
    code = 1
    try:
        os.setpgid(0, 0)
        die_with_parent()
        if os.getppid() != nursery:
            return 0
        nowhere = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(nowhere, standard)
        for descriptor in descriptors:
            if descriptor not in pair:
                os.close(descriptor)
        _live(Pipe(*pair, ToWorker))
        code = 0
    finally:
        os._exit(code)


def _end(workers: list[int], number: int) -> None:
    """End a worker and what it started; until then its number stays taken, even if it ended."""
    pid, workers[number] = workers[number], 0
    if pid:
        for ended in (os.killpg, os.kill):
            with contextlib.suppress(OSError):
                ended(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _load() -> None:
    """Everything that takes time, or that a locked-up process may not do."""
    from chainlead.kernels import load_every_kernel

    gc.disable()  # nothing that is loaded here is ever let go
    load_every_kernel()
    load_sources()
    _warm_up(_knowledge(()))
    gc.collect()
    gc.freeze()
    gc.enable()


def _live(pipe: Pipe) -> None:
    """A worker's whole life."""
    with contextlib.suppress(ChildEndedError):
        _Worker(pipe, pipe.receive()).work()


def _knowledge(services: tuple[str, ...]) -> "Knowledge":
    from chainlead.findings import load_knowledge

    return load_knowledge(services)


def _warm_up(knowledge: "Knowledge") -> None:
    """Load detectors before a limit holds."""
    from chainlead.findings import scan_items

    text = b"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa and words www.shop.example " * 20
    here = Provenance("E", (Step("file", "warm-up"),))
    for content in (text, text.decode().encode("utf-16-le")):
        item = Item(here, content, "bytes", "text/plain", Layer.RAW, "0" * 64)
        scan_items([item], case_key=bytes(32), knowledge=knowledge, threads=1)


class _Worker:
    """One worker after its first message."""

    def __init__(self, pipe: Pipe, set_up: SetUp) -> None:
        from chainlead.workflow.scan_parts import search_file
        from chainlead.workflow.scan_rows import PART_BYTES

        self._pipe = pipe
        self._limits: Limits = set_up.limits
        self._key = set_up.case_key
        self._knowledge = _knowledge(set_up.services)
        if set_up.services:
            _warm_up(self._knowledge)
        self._passwords = Passwords(set_up.passwords)
        self._search = search_file
        self._part_bytes = PART_BYTES
        lock_up(
            ProcessLimits(MEMORY_BYTES, file_bytes=self._limits.member_bytes),
            is_reader=True,
        )
        self._pipe.send(Ready(-1, os.getpid()))

    def work(self) -> None:
        """Order by order."""
        while True:
            try:
                order = self._pipe.receive()
            except ChildEndedError:
                return
            self._refresh()
            try:
                self._do(order)
            except ChildEndedError:
                return
            except Exception as error:  # noqa: BLE001  (the door of the worker: the scan decides what follows)
                self._pipe.send(Failed(order.number, type(error).__name__))

    def _do(self, order: Read) -> None:
        file = order.file.to_file()
        tell = self._teller(order.number)
        if order.may_split and _is_raw(file):
            self._pipe.send(Split(order.number))
            return
        if order.may_split and not order.sha256:
            self._pipe.send(Whole(order.number))
            return
        if not order.sha256:
            order.sha256 = hash_file(file, lambda _done: tell(-1))
        journey = order.journey(self._part_bytes, self._passwords)
        parts = self._search(
            file, self._limits, journey,
            case_key=self._key, knowledge=self._knowledge, advance=tell,
        )  # fmt: skip
        for rows, cut in parts:
            encoded = msgspec.json.encode(rows, order="sorted")
            self._pipe.send(Part(order.number, encoded, cut.to_row() if cut else None))
            if order.is_one_part:
                return

    def _teller(self, number: int) -> Callable[[int], None]:
        last = time.monotonic()

        def tell(done_bytes: int) -> None:
            nonlocal last
            moment = time.monotonic()
            if moment - last >= _SILENT_SECONDS:
                last = moment
                self._refresh()
                self._pipe.send(Advanced(number, done_bytes))

        return tell

    def _refresh(self) -> None:
        """Some more processor time: what is used up in one step without a word is a hang."""
        limit_cpu(int(self._limits.step_seconds * _CPU_STEPS) + 1)


def _is_raw(file: ExhibitFile) -> bool:
    try:
        return has_pages_only(file)
    except OSError:
        return False


if __name__ == "__main__":
    main()
    sys.exit(0)
