"""Kill -9 at random moments, over acts with and without stored bytes."""

import os
import random
import signal
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chainlead.custody import SteppingClock, audit_journal, read_entries
from chainlead.store import Blobs, Store
from chainlead.workflow.case import Case, Projection, apply_entry

KILLS = 60
KILLS_PER_CASE = 10
KEY = bytes(range(32))


def clock() -> SteppingClock:
    return SteppingClock(datetime(2024, 3, 1, tzinfo=UTC))


def work(folder: Path, acts: int, chance: random.Random, report: int) -> None:
    with Case.open_to_write(folder, clock=clock(), who="child") as case:
        for number in range(acts):
            blobs = {"note": chance.randbytes(chance.choice([10, 5_000, 200_000]))}
            entry = case.act(
                "case.set",
                what={"name": "title", "text": f"{number} of {acts}"},
                blobs=blobs if number % 2 else None,
            )
            os.write(report, f"{entry.seq} {entry.digest}\n".encode())


def run_and_kill(folder: Path, seed: int) -> list[str]:
    """What the child reported as finished before it was killed."""
    chance = random.Random(seed)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reader)
            while True:
                work(folder, chance.randint(1, 8), chance, writer)
        finally:
            os._exit(1)
    os.close(writer)
    time.sleep(chance.uniform(0.002, 0.12))
    os.kill(child, signal.SIGKILL)
    with os.fdopen(reader) as file:
        reported = file.read().splitlines()
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "the child stopped by itself"
    return reported


def replayed(folder: Path) -> dict[str, str]:
    with Store.in_memory() as store:
        projection = Projection(store, Blobs(folder / "blobs"), KEY)
        for entry in read_entries(folder / "journal.jsonl"):
            apply_entry(projection, entry)
        return store.table_digests()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_kill_at_any_moment_loses_no_finished_act(tmp_path):
    interrupted = 0
    for round_ in range(KILLS // KILLS_PER_CASE):
        folder = tmp_path / f"case{round_}"
        Case.create(folder, key=KEY, clock=clock(), who="parent").close()
        finished: list[str] = []
        for kill in range(KILLS_PER_CASE):
            finished += run_and_kill(folder, seed=1000 * round_ + kill)
            with Case.open_to_read(folder) as case:
                known = {f"{entry.seq} {entry.digest}" for entry in case.entries}
                assert set(finished) <= known
                assert case.entries[-1].act == "case.seal"
                interrupted += any(e.act == "case.recover" for e in case.entries[-2:])
                assert case.store.table_digests() == replayed(folder)
                named = {s for entry in case.entries for s in entry.blobs.values()}
                assert set(case.blobs.names()) == named
                assert all(case.blobs.get(sha256) for sha256 in named)
            assert audit_journal(folder / "journal.jsonl").damage is None
            files = {path.name for path in folder.iterdir()} - {"blobs"}
            assert files == {"case.db", "case.key", "journal.jsonl", "journal.lock"}
    assert interrupted >= 30  # the kills hit the work, not only the time before it
