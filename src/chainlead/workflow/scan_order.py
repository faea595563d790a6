"""Gives the parts of many files in the order of the files, whoever of the workers is done first.

Memory is bounded: at most `AHEAD_FILES` files are begun before the first unfinished one, and when
`AHEAD_BYTES` of rows wait for their turn, only the worker whose turn it is is listened to; the
others stand still at their full pipes.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import msgspec

from chainlead.errors import DiskFullError
from chainlead.evidence import (
    Cut,
    ExhibitFile,
    Limits,
    StreamRead,
    Unread,
    UnreadReason,
    hash_file,
    no_room,
    pages_per_part,
)
from chainlead.workflow.scan_digests import Digests
from chainlead.workflow.scan_messages import (
    CAREFUL,
    RAW_ONLY,
    Advanced,
    Failed,
    FileName,
    Part,
    Read,
    Ready,
    Split,
    Whole,
)
from chainlead.workflow.scan_pool import Pool, Worker, WorkerLostError
from chainlead.workflow.scan_rows import PART_BYTES, Row, Rows, manifest_row, unread_rows

AHEAD_FILES = 256
AHEAD_BYTES = 64 << 20
_WAIT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Job:
    """One file to read.

    Attributes:
        start: the cut to go on behind.
        sha256: the file's digest, if it is known already.
    """

    file: ExhibitFile
    start: Cut | None = None
    sha256: str = ""


@dataclass(slots=True)
class _State:
    """What is known of one job.

    `tasks` are those to be given out, `waiting` is one that waits for the digest. `parts` wait for
    their turn by their place; a split file has `count` places, another as many as come.
    """

    job: Job
    tasks: list[tuple[int, Read]] = field(default_factory=list)
    parts: dict[int, tuple[bytes, Cut | None]] = field(default_factory=dict)
    next_part: int = 0
    arriving: int = 0
    count: int | None = None
    stand_in: str = ""
    sha256: str = ""
    waiting: Read | None = None
    done_bytes: dict[int, int] = field(default_factory=dict)


def read_in_order(
    pool: Pool,
    jobs: Iterable[Job],
    limits: Limits,
    progress: Callable[[int], None],
) -> Iterator[tuple[Job, Rows, Cut | None]]:
    """The parts of each job, in order; the last part of a job has no cut.

    Args:
        pool: idle workers; they are idle again at the end.
        jobs: the files in order.
        limits: as the workers have them.
        progress: called with the bytes of unfinished files that were searched.
    """
    yield from _Order(pool, iter(jobs), limits, progress).run()


class _Order:
    def __init__(
        self, pool: Pool, jobs: Iterator[Job], limits: Limits, progress: Callable[[int], None]
    ) -> None:
        self._pool = pool
        self._jobs = jobs
        self._limits = limits
        self._progress = progress
        self._states: dict[int, _State] = {}
        self._first = 0
        self._begun = 0
        self._is_drained = False
        self._at_work: dict[Worker, tuple[int, int]] = {}  # job number, place
        self._digests = Digests()

    def run(self) -> Iterator[tuple[Job, Rows, Cut | None]]:
        try:
            while self._give_out():
                self._listen()
                yield from self._ready()
        except BaseException:
            self._pool.close()  # nobody waits for what they do
            raise
        finally:
            self._digests.close()

    def _give_out(self) -> bool:
        """Work for every idle worker; False when all is done."""
        while (worker := self._pool.idle()) is not None:
            task = self._next_task()
            if task is None:
                break
            number, place, order = task
            self._at_work[worker] = (number, place)
            with suppress(WorkerLostError):  # seen again when it is listened to
                worker.give(order)
        return bool(self._states)

    def _next_task(self) -> tuple[int, int, Read] | None:
        for number in sorted(self._states):
            state = self._states[number]
            if state.tasks:
                place, order = state.tasks.pop(0)
                if order.is_one_part:
                    self._digests.search_reached(number, _offset_of(order, self._limits))
                return number, place, order
        if self._is_drained or self._is_full() or self._begun - self._first >= AHEAD_FILES:
            return None
        job = next(self._jobs, None)
        if job is None:
            self._is_drained = True
            return None
        number = self._begun
        self._begun += 1
        state = _State(job, sha256=job.sha256)
        self._states[number] = state
        is_plain = job.start is None or len(job.start.path) == 1
        may_split = is_plain and job.file.size_bytes >= 2 * PART_BYTES
        if may_split and not job.sha256:
            self._digests.ask(number, job.file)
        order = Read(
            number,
            FileName.of(job.file),
            start=job.start.to_row() if job.start else None,
            may_split=may_split,
            sha256=job.sha256,
        )
        return number, 0, order

    def _is_full(self) -> bool:
        waiting = (len(rows) for s in self._states.values() for rows, _ in s.parts.values())
        return sum(waiting) > AHEAD_BYTES

    def _listen(self) -> None:
        busy = sorted(self._at_work, key=self._at_work.__getitem__)
        if not busy and not self._digests.is_at_work():
            return
        listened = busy[:1] if self._is_full() else busy
        speaking = self._pool.speaking(listened, _WAIT_SECONDS, self._digests.descriptor)
        for number, sha256 in self._digests.take():
            self._take_digest(number, sha256)
        for worker in speaking:
            try:
                self._take(worker, worker.hear())
            except WorkerLostError:
                self._recover(worker, "it ended the program")

    def _take(self, worker: Worker, message: Any) -> None:
        number, place = self._at_work[worker]
        state = self._states[number]
        match message:
            case Ready():
                pass
            case Advanced(_, done_bytes):
                if done_bytes >= 0:
                    state.done_bytes[place] = done_bytes
                    self._progress(sum(max(s.done_bytes.values(), default=0)
                                       for s in self._states.values()))  # fmt: skip
            case Part(_, rows, cut):
                order = worker.task
                assert order is not None
                if order.is_one_part:
                    state.parts[place] = (rows, Cut.from_row(cut) if cut else None)
                else:
                    state.parts[state.arriving] = (rows, Cut.from_row(cut) if cut else None)
                    state.arriving += 1
                if cut is None or order.is_one_part:
                    self._free(worker)
                else:
                    order.start = cut  # where to go on if the worker is lost
            case Split():
                self._free(worker)
                self._split(number, state)
            case Whole():
                order = worker.task
                assert order is not None
                self._free(worker)
                state.waiting = msgspec.structs.replace(order, may_split=False)
                self._digests.search_reached(number, None)
                if state.sha256:
                    self._take_digest(number, state.sha256)
            case Failed(_, error):
                if error == DiskFullError.__name__:
                    raise no_room()
                self._again(worker, error)

    def _take_digest(self, number: int, sha256: str) -> None:
        state = self._states.get(number)
        if state is None:
            return  # it was read another way
        state.sha256 = sha256
        if state.waiting is not None:
            order = msgspec.structs.replace(state.waiting, sha256=sha256)
            state.tasks.append((0, order))
            state.waiting = None

    def _free(self, worker: Worker) -> None:
        worker.task = None
        del self._at_work[worker]

    def _split(self, number: int, state: _State) -> None:
        name = FileName.of(state.job.file)
        first = state.job.start.path[0][0] - 1 if state.job.start else 0
        pages = -(-state.job.file.size_bytes // self._limits.page_bytes)
        each = pages_per_part(PART_BYTES, self._limits)
        if not state.sha256:
            digest = hashlib.sha256(self._pool.set_up.case_key + name.path).hexdigest()
            state.stand_in = digest
        starts = range(first, pages, each)
        for place, page in enumerate(starts):
            start = Cut.before_page(page).to_row() if page else None
            sha256 = state.sha256 or state.stand_in
            order = Read(number, name, start=start, is_one_part=True, sha256=sha256)
            state.tasks.append((place, order))
        state.count = len(starts)

    def _recover(self, worker: Worker, error: str) -> None:
        self._again(worker, error)
        self._pool.replace(worker)

    def _again(self, worker: Worker, error: str) -> None:
        """A worker could not do its task: the next more careful way, or none."""
        number, place = self._at_work[worker]
        state, order = self._states[number], worker.task
        self._free(worker)
        self._digests.search_reached(number, None)  # whoever needs it now shall not wait
        assert order is not None
        if order.care < (CAREFUL if order.is_one_part else RAW_ONLY):
            again = msgspec.structs.replace(order, care=order.care + 1, may_split=False)
            if again.care == RAW_ONLY:
                again.start = Cut(((-1, True),)).to_row() if order.start else None
            state.tasks.insert(0, (place, again))
            return
        where = place if order.is_one_part else state.arriving
        state.parts[where] = (_lost(order, error), None)

    def _ready(self) -> Iterator[tuple[Job, Rows, Cut | None]]:
        """What can be given now, in order."""
        while (state := self._states.get(self._first)) is not None:
            if state.stand_in and not state.sha256:
                return
            while state.next_part in state.parts:
                encoded, cut = state.parts.pop(state.next_part)
                if state.stand_in:
                    encoded = encoded.replace(state.stand_in.encode(), state.sha256.encode())
                state.next_part += 1
                if state.count is not None and state.next_part == state.count:
                    cut = None
                rows: Rows = msgspec.json.decode(encoded)
                if cut is None:
                    del self._states[self._first]
                    self._first += 1
                yield state.job, rows, cut
                if cut is None:
                    break
            else:
                return


def _offset_of(order: Read, limits: Limits) -> int:
    """Where a part of a file of raw pages begins."""
    return (Cut.from_row(order.start).path[0][0] - 1) * limits.page_bytes if order.start else 0


def _lost(order: Read, error: str) -> bytes:
    """A part of a file, or all that is left of it, that could not even be searched as raw bytes."""
    where = order.file.provenance
    unread = Unread(where, UnreadReason.CRASHED, f"searching it failed: {error}")
    read: list[Row] = []
    if not order.start:
        sha256 = order.sha256 or hash_file(order.file.to_file())
        size = order.file.size_bytes
        read = [manifest_row(StreamRead(where, "application/octet-stream", sha256, size))]
    rows = {"manifest": read, "findings": [], "unread": unread_rows([unread])}
    return msgspec.json.encode(rows, order="sorted")
