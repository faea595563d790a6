"""Worker processes: the same content whatever their number; a crash costs one file at most."""

import contextlib
import os
import signal
import sys
import threading
import zipfile
from pathlib import Path

import pytest

from chainlead.custody import SteppingClock
from chainlead.evidence import Limits
from chainlead.store import Store
from chainlead.workflow import scan as module
from chainlead.workflow import scan_nursery, scan_order, scan_pool, scan_rows
from chainlead.workflow.case import Case, Projection, apply_entry
from chainlead.workflow.scan import scan

KEY = bytes(range(32))
ADDRESS = "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S"
EVIL = """
import ctypes, os, signal, sys, time
from chainlead.evidence import walk
from chainlead.evidence.source import Source
from chainlead.workflow import scan_worker

class Evil(Source):
    name, media_type, rank = "evil", "application/x-evil", 1
    def matches(self, head, name, stream):
        if head.startswith(b"MATCH-CRASH"):
            os.kill(os.getpid(), signal.SIGSEGV)
        if head.startswith(b"MATCH-FAIL"):
            raise RuntimeError("no")
        return head.startswith(b"EVIL-")
    def read(self, place):
        word = place.stream.read_at(0, 40).split()[0]
        if word == b"EVIL-CRASH":
            ctypes.string_at(0)  # a decoder may not send signals, but it can still stumble
        if word == b"EVIL-FAIL":
            raise RuntimeError("no")
        if word == b"EVIL-HANG":
            time.sleep(3600)
        yield place.view("evil", "row", "read well 1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3", "text/plain")

real = walk._sources
walk._sources = lambda: [Evil(), *real()]
scan_worker.main()
"""


@pytest.fixture
def evil_workers(monkeypatch):
    """Workers that know one source more: it does what the file says."""
    scan_pool.close_pool()
    scan_nursery._close_prepared()  # one that another test started knows no such source
    monkeypatch.setattr(scan_pool, "COMMAND", (sys.executable, "-P", "-c", EVIL))
    yield
    scan_pool.close_pool()


@pytest.fixture
def exhibit(tmp_path: Path) -> Path:
    folder = tmp_path / "seized"
    folder.mkdir()
    for number in range(40):
        (folder / f"n{number:02}.txt").write_text(
            f"note {number} for {ADDRESS}\n" * (number % 3 + 1)
        )
    with zipfile.ZipFile(folder / "big.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(60):
            archive.writestr(f"m{number}", f"member {number} {ADDRESS} " + "plain words " * 1_500)
    (folder / "raw.bin").write_bytes((b"\0" * 9_990 + ADDRESS.encode() + b" ") * 40)
    return folder


@pytest.fixture
def small_parts(monkeypatch):
    """Parts of 64 KiB, pages of 16 KiB: in this process only, so with `workers=0`."""
    monkeypatch.setattr(scan_rows, "PART_BYTES", 1 << 16)
    monkeypatch.setattr(module, "PART_BYTES", 1 << 16)


def new_case(folder: Path, name: str) -> Case:
    from datetime import UTC, datetime

    clock = SteppingClock(datetime(2024, 3, 1, 9, 0, tzinfo=UTC))
    return Case.create(folder / name, key=KEY, clock=clock, who="tester")


def content_of(case: Case) -> dict[str, object]:
    found = {name: list(case.store.rows(name)) for name in ("findings", "items", "unread")}
    acts = [(e.act, e.what, e.blobs) for e in case.entries if e.act.startswith("scan.")]
    return {**found, "acts": acts}


def test_any_number_of_workers_leaves_the_same_journal_and_tables(tmp_path, exhibit, monkeypatch):
    monkeypatch.setattr(module, "BATCH_FILES", 7)
    seen = []
    for workers in (0, 1, 2, 4):
        with new_case(tmp_path, f"case{workers}") as case:
            scan(case, [exhibit], workers=workers)
            seen.append(content_of(case))
    assert len(seen[0]["findings"]) > 60
    assert seen[1:] == seen[:1] * 3


LARGE = """
import sys
from chainlead.workflow import scan_rows
scan_rows.PART_BYTES = 1 << 16
from chainlead.workflow import scan_worker
scan_worker.main()
"""


@pytest.fixture
def small_parts_everywhere(small_parts, monkeypatch):
    scan_pool.close_pool()
    monkeypatch.setattr(scan_order, "PART_BYTES", 1 << 16)
    monkeypatch.setattr(scan_pool, "COMMAND", (sys.executable, "-P", "-c", LARGE))
    yield
    scan_pool.close_pool()


def test_large_files_are_kept_part_by_part_and_split_among_workers(
    tmp_path, exhibit, small_parts_everywhere
):
    limits = Limits(page_bytes=1 << 14, margin_bytes=256)
    seen = []
    for workers in (0, 1, 2, 4):
        with new_case(tmp_path, f"case{workers}") as case:
            scan(case, [exhibit], workers=workers, limits=limits)
            seen.append(content_of(case))
    acts = [what["file"] for act, what, _ in seen[0]["acts"] if act == "scan.part"]
    assert len(acts) > 15
    assert len(set(acts)) == 2
    assert seen[1:] == seen[:1] * 3
    offsets = [f["offset_bytes"] for f in seen[0]["findings"] if f["location"] == ["file:raw.bin"]]
    assert sorted(offsets) == [9_990 + n * (9_991 + len(ADDRESS)) for n in range(40)]


def test_a_large_container_waits_for_its_digest_and_is_read_by_one_worker(
    tmp_path, exhibit, small_parts_everywhere
):
    import hashlib

    with zipfile.ZipFile(exhibit / "large.zip", "w", zipfile.ZIP_STORED) as archive:
        for number in range(30):
            archive.writestr(f"m{number}", f"{number} {ADDRESS} ".encode() + os.urandom(9_000))
    seen = []
    for workers in (0, 2):
        with new_case(tmp_path, f"case{workers}") as case:
            scan(case, [exhibit], workers=workers)
            seen.append(content_of(case))
    assert seen[0] == seen[1]
    (read,) = [row for row in seen[1]["items"] if row["location"] == "file:large.zip"]
    assert read["sha256"] == hashlib.sha256((exhibit / "large.zip").read_bytes()).hexdigest()
    inside = [f for f in seen[1]["findings"] if f["location"][:1] == ["file:large.zip"]]
    assert len(inside) >= 30


def test_replaying_parts_rebuilds_every_table(tmp_path, exhibit, small_parts_everywhere):
    with new_case(tmp_path, "case") as case:
        scan(case, [exhibit], limits=Limits(page_bytes=1 << 14, margin_bytes=256))
        with Store.in_memory() as store:
            projection = Projection(store, case.blobs, case.key)
            for entry in case.entries:
                apply_entry(projection, entry)
            assert store.table_digests() == case.store.table_digests()


def test_a_scan_stopped_between_parts_goes_on_there(tmp_path, exhibit, small_parts_everywhere):
    limits = Limits(page_bytes=1 << 14, margin_bytes=256)
    with new_case(tmp_path, "whole") as case:
        scan(case, [exhibit], limits=limits)
        whole = content_of(case)
    for stop_after in (1, 3, 8, 14):
        with new_case(tmp_path, f"stopped{stop_after}") as case:
            real, parts = case.act, []

            def act(name, real=real, parts=parts, stop_after=stop_after, **rest):
                if name == "scan.part" and len(parts) == stop_after:
                    raise KeyboardInterrupt
                parts += [name] if name == "scan.part" else []
                return real(name, **rest)

            case.act = act
            with pytest.raises(KeyboardInterrupt):
                scan(case, [exhibit], limits=limits)
            case.act = real
            scan(case, [exhibit], limits=limits)
            assert content_of(case) == whole


def test_a_file_that_changed_between_its_parts_is_refused(
    tmp_path, exhibit, small_parts_everywhere
):
    from chainlead.errors import ExhibitChangedError

    with new_case(tmp_path, "case") as case:
        real = case.act

        def act(name, **rest):
            entry = real(name, **rest)
            if name == "scan.part":
                raise KeyboardInterrupt
            return entry

        case.act = act
        with pytest.raises(KeyboardInterrupt):
            scan(case, [exhibit / "raw.bin"], limits=Limits(page_bytes=1 << 14, margin_bytes=256))
        case.act = real
        content = bytearray((exhibit / "raw.bin").read_bytes())
        content[-1] ^= 1
        (exhibit / "raw.bin").write_bytes(content)
        with pytest.raises(ExhibitChangedError):
            scan(case, [exhibit / "raw.bin"], limits=Limits(page_bytes=1 << 14, margin_bytes=256))


@pytest.mark.parametrize(
    ("first_word", "reason"),
    [
        ("EVIL-CRASH", "decoder crashed"),
        ("EVIL-FAIL", "decoder crashed"),
        ("EVIL-HANG", "time limit"),
        ("MATCH-CRASH", "decoder crashed"),
        ("MATCH-FAIL", "decoder crashed"),
    ],
)
def test_a_fault_in_a_reader_costs_that_reader_only(
    tmp_path, exhibit, evil_workers, first_word, reason
):
    (exhibit / "n10.evil").write_text(f"{first_word} and then {ADDRESS}")
    with new_case(tmp_path, "case") as case:
        (done,) = scan(case, [exhibit], limits=Limits(step_seconds=0.4)).exhibits
        rows = [(r["location"], r["reason"]) for r in case.store.rows("unread")]
        assert rows == [("file:n10.evil", reason)]
        assert done.file_count == 43
        hit = [f["location"] for f in case.store.rows("findings", value=ADDRESS)]
        assert ["file:n10.evil"] in hit  # its raw bytes are searched all the same
        assert ["file:n11.txt"] in hit


def test_a_good_file_is_read_by_the_further_source(tmp_path, exhibit, evil_workers):
    (exhibit / "n10.evil").write_text("EVIL-GOOD")
    with new_case(tmp_path, "case") as case:
        scan(case, [exhibit])
        (found,) = case.store.rows("findings", value="1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3")
        assert found["location"] == ["file:n10.evil", "text:evil"]
        assert not list(case.store.rows("unread"))


def test_workers_killed_from_outside_change_nothing(tmp_path, exhibit):
    with new_case(tmp_path, "whole") as case:
        scan(case, [exhibit])
        whole = content_of(case)
    stop = threading.Event()

    def kill_some() -> None:
        while not stop.wait(0.3):
            pool = scan_pool._KEPT.get("pool")
            busy = [w for w in pool.workers if w.has_spoken] if pool else []
            if busy:
                os.kill(busy[0].pid, signal.SIGKILL)
                return

    killer = threading.Thread(target=kill_some)
    with new_case(tmp_path, "disturbed") as case:
        killer.start()
        scan(case, [exhibit])
        stop.set()
        killer.join()
        assert content_of(case) == whole


def test_workers_that_cannot_start_are_a_named_error(tmp_path, exhibit, monkeypatch):
    from chainlead.errors import EvidenceError

    scan_pool.close_pool()
    monkeypatch.setattr(scan_pool, "COMMAND", (sys.executable, "-c", "pass"))
    with new_case(tmp_path, "case") as case, pytest.raises(EvidenceError):
        scan(case, [exhibit])


def test_workers_end_with_the_pool_and_see_no_secret_of_the_environment(monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "abc")
    scan_pool.close_pool()
    set_up = scan_pool.SetUp(KEY, (), (), Limits())
    pool = scan_pool.Pool(1, set_up)
    (worker,) = pool.workers
    assert worker.hear().number == -1
    environment = Path(f"/proc/{worker.pid}/environ")
    if environment.is_file():
        with contextlib.suppress(PermissionError):  # it may not even be looked at
            assert b"SECRET_TOKEN" not in environment.read_bytes()
    pool.close()
    with pytest.raises(ProcessLookupError):
        os.kill(worker.pid, 0)


def test_an_exhibit_given_by_a_relative_path_is_read(tmp_path, exhibit, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with new_case(tmp_path, "case") as case:
        (done,) = scan(case, [Path("seized")]).exhibits
        assert done.file_count == 42
        assert not done.unread
