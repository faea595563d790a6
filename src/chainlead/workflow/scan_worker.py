"""The process that reads and searches exhibit files for a scan: `python -P -m` starts it.

It gets its orders on standard input and answers on standard output. It has no case folder, no
environment, no network and writes nothing but unnamed temporary files (see `evidence.sandbox`).
"""

import gc
import os
import signal
import sys
import time
from collections.abc import Callable

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
    lock_up,
)
from chainlead.model import Provenance, Step
from chainlead.workflow.scan_messages import (
    Advanced,
    Digest,
    Failed,
    Hash,
    Part,
    Read,
    SetUp,
    Split,
    ToWorker,
)

MEMORY_BYTES = 4 << 30
_SILENT_SECONDS = 0.2
_CPU_STEPS = 10


def main() -> None:
    """Work until standard input ends."""
    die_with_parent()
    keep_memory()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    orders, answers = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    pipe = Pipe(orders, answers, ToWorker)
    try:
        set_up = pipe.receive()
    except ChildEndedError:
        return
    _Worker(pipe, set_up).work()


class _Worker:
    """One worker's life after its first message."""

    def __init__(self, pipe: Pipe, set_up: SetUp) -> None:
        from chainlead.findings import load_knowledge
        from chainlead.kernels import load_every_kernel
        from chainlead.workflow.scan_parts import search_file
        from chainlead.workflow.scan_rows import PART_BYTES

        self._pipe = pipe
        self._limits: Limits = set_up.limits
        self._key = set_up.case_key
        self._knowledge = load_knowledge(set_up.services)
        self._passwords = Passwords(set_up.passwords)
        self._search = search_file
        self._part_bytes = PART_BYTES
        load_every_kernel()
        self._warm_up()
        gc.freeze()
        lock_up(
            ProcessLimits(MEMORY_BYTES, file_bytes=self._limits.member_bytes),
            is_reader=True,
        )
        self._pipe.send(Advanced(-1, -1))  # ready

    def _warm_up(self) -> None:
        """Load detectors before a limit holds."""
        from chainlead.findings import scan_items

        text = b"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa and words www.shop.example " * 200
        here = Provenance("E", (Step("file", "warm-up"),))
        for content in (text, text.decode().encode("utf-16-le")):
            item = Item(here, content, "bytes", "text/plain", Layer.RAW, "0" * 64)
            scan_items([item], case_key=self._key, knowledge=self._knowledge, threads=1)

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

    def _do(self, order: Read | Hash) -> None:
        file = order.file.to_file()
        tell = self._teller(order.number)
        if isinstance(order, Hash):
            self._pipe.send(Digest(order.number, hash_file(file, tell)))
            return
        if order.may_split and _is_raw(file):
            self._pipe.send(Split(order.number))
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
