import errno
import random

import pytest

from chainlead.errors import DiskFullError
from chainlead.evidence import Limits, UnreadReason
from chainlead.evidence import stream as stream_module
from chainlead.evidence.budget import Budget, StopReadingError
from chainlead.evidence.stream import Stream, open_regular, spool


def test_a_stream_reads_anywhere_and_never_before_its_start():
    stream = Stream.of_bytes(b"0123456789")
    assert stream.read_at(3, 4) == b"3456"
    assert stream.read_at(8, 9) == b"89"
    assert stream.read_at(-1, 5) == b""
    with stream.open() as file:
        file.seek(-2, 2)
        assert file.read() == b"89"


def test_a_window_ends_where_it_ends():
    window = Stream.of_bytes(b"0123456789").window(2, 5)
    assert window.read_all() == b"23456"
    assert window.read_at(4, 10) == b"6"
    assert Stream.of_bytes(b"01").window(5, 5).read_all() == b""
    assert Stream.of_bytes(b"01").window(-5, 5).read_at(0, 5) == b""


def test_opening_follows_no_link_and_waits_for_no_pipe(tmp_path):
    import os

    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "link").symlink_to("file")
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "pipe"):
        with pytest.raises(OSError):
            open_regular(os.fsencode(tmp_path / name))
    stream = open_regular(os.fsencode(tmp_path / "file"))
    with pytest.raises(OSError):
        os.write(stream._file.fileno(), b"y")
    stream.close()


def test_spooling_keeps_what_came_before_damage():
    def chunks():
        yield b"good"
        raise StopReadingError(UnreadReason.DAMAGED, "broken")

    stream, stopped = spool(chunks(), 4, 1.0, Budget(Limits()))
    assert stream.read_all() == b"good"
    assert stopped is not None
    assert stopped.reason is UnreadReason.DAMAGED
    stream.close()


def test_spooling_stops_at_each_limit():
    noise = random.Random(1).randbytes(1000)
    limits = Limits(member_bytes=2500, ratio=10, ratio_floor_bytes=500, total_bytes=10_000)
    stream, stopped = spool(iter([noise] * 9), 10_000, 1.0, Budget(limits))
    assert (stream.size_bytes, stopped and stopped.reason) == (2500, UnreadReason.TOO_LARGE)
    stream.close()
    stream, stopped = spool(iter([noise] * 9), 50, 1.0, Budget(limits))
    assert (stream.size_bytes, stopped and stopped.reason) == (1000, UnreadReason.RATIO)
    stream.close()
    stream, stopped = spool(iter([noise] * 9), 1000, 100.0, Budget(limits))
    assert stopped is not None
    assert stopped.reason is UnreadReason.RATIO
    stream.close()
    budget = Budget(Limits(total_bytes=1500))
    with pytest.raises(StopReadingError) as caught:
        spool(iter([noise] * 9), 10_000, 1.0, budget)
    assert caught.value.everything


def test_a_full_disk_is_the_examiner_s_trouble_and_no_property_of_the_exhibit(monkeypatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(stream_module, "_on_disk", full)
    with pytest.raises(DiskFullError, match="No room in") as refused:
        spool(iter([b"x" * 100]), 100, 1.0, Budget(Limits(memory_bytes=10)))
    assert "TMPDIR" in " ".join(refused.value.sentences())


def test_a_file_that_may_grow_no_further_is_searched_as_far_as_it_goes(monkeypatch):
    def at_the_limit(*_: object) -> None:
        raise OSError(errno.EFBIG, "File too large")

    monkeypatch.setattr(stream_module, "_on_disk", at_the_limit)
    chunks = iter([b"x" * 9, b"y" * 9])
    stream, stopped = spool(chunks, 100, 1.0, Budget(Limits(memory_bytes=10)))
    assert stream.read_all() == b"x" * 9
    assert stopped is not None
    assert stopped.reason is UnreadReason.TOO_LARGE
