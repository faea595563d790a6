"""Kill -9 at random moments of a scan; the resumed scan ends with the same content."""

import gzip
import io
import os
import random
import signal
import sqlite3
import tarfile
import time
import zipfile
from pathlib import Path

import pytest

from chainlead.workflow import scan as module
from chainlead.workflow import scan_pool
from chainlead.workflow.case import Case
from chainlead.workflow.scan import scan

KILLS = 50
KEY = bytes(range(32))
ADDRESSES = (
    "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S",
    "1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3",
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
)


def make_exhibit(folder: Path) -> Path:
    """A few hundred small files of many kinds, the same on every run."""
    chance = random.Random(7)
    folder.mkdir()
    for number in range(130):
        address = chance.choice(ADDRESSES)
        words = f"note {number}: send it to {address}\n" * chance.randrange(1, 6)
        content = words.encode(chance.choice(["utf-8", "utf-16-le"]))
        name = f"d{number % 7}/f{number}"
        (folder / f"d{number % 7}").mkdir(exist_ok=True)
        match number % 5:
            case 0:
                buffer = io.BytesIO()
                with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
                    archive.writestr("in/a.txt", content)
                    archive.writestr("../b.gz", gzip.compress(content, mtime=0))
                content, name = buffer.getvalue(), name + ".zip"
            case 1:
                buffer = io.BytesIO()
                with tarfile.open(fileobj=buffer, mode="w") as tar:
                    info = tarfile.TarInfo("t.txt")
                    info.size = len(content)
                    tar.addfile(info, io.BytesIO(content))
                content, name = (
                    gzip.compress(buffer.getvalue(), mtime=0)[: -(number % 3) or None],
                    name + ".tgz",
                )
            case _:
                pass
        (folder / name).write_bytes(content)
    keeper = sqlite3.connect(folder / "chat.db", isolation_level=None)
    keeper.execute("PRAGMA journal_mode=WAL")
    keeper.execute("CREATE TABLE messages (id INTEGER PRIMARY KEY, body TEXT)")
    for number in range(20):
        keeper.execute("INSERT INTO messages VALUES (?, ?)", (number, chance.choice(ADDRESSES)))
    pair = (folder / "chat.db").read_bytes(), (folder / "chat.db-wal").read_bytes()
    keeper.close()
    (folder / "chat.db").write_bytes(pair[0])
    (folder / "chat.db-wal").write_bytes(pair[1])
    (folder / "empty").touch()
    return folder


def content_of(folder: Path) -> dict[str, list[dict[str, object]]]:
    with Case.open_to_read(folder) as case:
        found = {name: list(case.store.rows(name)) for name in ("findings", "items", "unread")}
        found["exhibits"] = [
            {name: value for name, value in row.items() if name != "journal_seq"}
            for row in case.store.rows("exhibits")
        ]
    return found


def finished_batches(folder: Path) -> int:
    with Case.open_to_read(folder) as case:
        return sum(entry.act == "scan.batch" for entry in case.entries)


def is_killed(folder: Path, exhibit: Path, delay: float | None, workers: int = 2) -> bool:
    """Scan in a child and kill it after a time, if any; False if it was done before."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            with Case.open_to_write(folder, who="child") as case:
                scan(case, [exhibit], workers=workers)
            scan_pool.close_pool()
            code = 0
        finally:
            os._exit(code)
    if delay is not None:
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


@pytest.mark.parametrize(("workers", "kill_count"), [(0, KILLS), (2, 10)])
def test_kills_at_any_moment_of_a_scan_lose_no_finished_batch(
    tmp_path, monkeypatch, workers, kill_count
):
    monkeypatch.setattr(module, "BATCH_FILES", 8)
    exhibit = make_exhibit(tmp_path / "seized")
    whole = tmp_path / "whole"
    Case.create(whole, key=KEY, who="parent").close()
    with Case.open_to_write(whole, who="parent") as case:
        scan(case, [exhibit], workers=0)
    expected = content_of(whole)
    assert len(expected["findings"]) > 120
    assert len(expected["unread"]) > 25

    timed = tmp_path / "timed"
    Case.create(timed, key=KEY, who="parent").close()
    started = time.monotonic()
    assert not is_killed(timed, exhibit, None, workers)
    span = time.monotonic() - started

    chance = random.Random(11)
    kills = mid_scan = rounds = 0
    wanted = kill_count // 5  # kills that hit the work, not only the time before it
    while kills < kill_count or (mid_scan < wanted and kills < 5 * kill_count):
        rounds += 1
        folder = tmp_path / f"case{rounds}"
        Case.create(folder, key=KEY, who="parent").close()
        before = 0
        while is_killed(folder, exhibit, chance.uniform(0.4 * bool(workers), 1) * span, workers):
            kills += 1
            now = finished_batches(folder)
            assert now >= before
            mid_scan += now > before
            before = now
        assert content_of(folder) == expected
    assert mid_scan >= wanted
