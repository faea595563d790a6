"""A scan of a file that changes, or on a disk that fills: told, and never taken for the exhibit's own."""

import os
import sys
from pathlib import Path

import pytest

from chainlead.errors import DiskFullError
from chainlead.evidence import Limits, has_changed, open_exhibit
from chainlead.evidence import stream as stream_module
from chainlead.workflow import scan as module
from chainlead.workflow import scan_nursery, scan_pool
from chainlead.workflow.scan import scan

ADDRESS = "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S"
FULL = """
from chainlead.evidence import no_room, walk
from chainlead.evidence.source import Source
from chainlead.workflow import scan_worker

class Full(Source):
    name, media_type, rank = "full", "application/x-full", 1
    def matches(self, head, name, stream):
        return head.startswith(b"FULL")
    def read(self, place):
        raise no_room()
        yield

real = walk._sources
walk._sources = lambda: [Full(), *real()]
scan_worker.main()
"""


@pytest.fixture
def exhibit(tmp_path: Path) -> Path:
    folder = tmp_path / "seized"
    folder.mkdir()
    (folder / "a.txt").write_text(f"pay {ADDRESS}")
    return folder


def unread(case):
    return [(row["location"], row["reason"], row["detail"]) for row in case.store.rows("unread")]


def test_a_file_that_is_written_to_with_the_same_size_has_changed(exhibit):
    (file,) = open_exhibit(exhibit, "E1").files()
    assert not has_changed(file)
    (exhibit / "a.txt").write_text(f"Pay {ADDRESS}")
    os.utime(exhibit / "a.txt", ns=(0, file.modified_ns + 1))
    assert has_changed(file)
    (exhibit / "a.txt").unlink()
    assert has_changed(file)


@pytest.mark.parametrize("workers", [0, 1])
def test_a_scan_tells_of_a_file_that_changed_under_it(case, exhibit, monkeypatch, workers):
    listed = module._batches

    def changed_behind_the_listing(entries):
        batches = list(listed(entries))
        (exhibit / "a.txt").write_text(f"Pay {ADDRESS}")
        os.utime(exhibit / "a.txt", ns=(0, 7))
        return batches

    monkeypatch.setattr(module, "_batches", changed_behind_the_listing)
    scan(case, [exhibit], workers=workers)
    assert unread(case) == [("file:a.txt", "damaged", "the file changed while it was read")]


def test_a_disk_that_fills_stops_the_scan_and_it_goes_on_later(case, exhibit, monkeypatch):
    import gzip

    content = (
        b" ".join(os.urandom(8).hex().encode() for _ in range(60_000)) + f" {ADDRESS}".encode()
    )
    (exhibit / "b.gz").write_bytes(gzip.compress(content, 1))
    limits = Limits(memory_bytes=1 << 16)
    with monkeypatch.context() as patch:

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        patch.setattr(stream_module, "_on_disk", full)
        with pytest.raises(DiskFullError, match="No room in"):
            scan(case, [exhibit], workers=0, limits=limits)
    assert case.store.lookup("exhibits", exhibit="E1")["state"] == "scanning"
    scan(case, [exhibit], workers=0, limits=limits)
    assert unread(case) == []
    assert any("file:b.gz" in row["location"] for row in case.store.rows("findings"))


def test_a_worker_without_room_stops_the_scan_too(case, exhibit, monkeypatch):
    (exhibit / "b.bin").write_bytes(b"FULL of things")
    scan_pool.close_pool()
    scan_nursery._close_prepared()
    with monkeypatch.context() as patch:
        patch.setattr(scan_pool, "COMMAND", (sys.executable, "-P", "-c", FULL))
        with pytest.raises(DiskFullError, match="No room in") as refused:
            scan(case, [exhibit], workers=1)
    assert "the same command again" in " ".join(refused.value.sentences())
    scan_pool.close_pool()
    scan(case, [exhibit], workers=0)
    assert unread(case) == []
