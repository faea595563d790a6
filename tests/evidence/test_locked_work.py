"""Work on hostile bytes in a process of its own: a result, or a reason; never a crash out here."""

import os
import time
from pathlib import Path

import pytest

from chainlead.evidence import LockedWorkError, UnreadReason, work_locked

MEMORY = 256 << 20


def test_the_result_comes_back_whole() -> None:
    content = bytes(range(256)) * 300_000  # more than one frame
    assert work_locked(lambda: content, memory_bytes=MEMORY, seconds=30) == content


def fill_memory() -> bytes:
    return b"x" * (8 << 30)


def spin() -> bytes:
    while True:
        pass


def sleep() -> bytes:
    time.sleep(60)
    return b""


def vanish() -> bytes:
    os._exit(0)


def abort() -> bytes:
    os.abort()


@pytest.mark.parametrize(
    ("work", "reason"),
    [
        (fill_memory, UnreadReason.TOO_LARGE),
        (spin, UnreadReason.TOO_SLOW),
        (sleep, UnreadReason.TOO_SLOW),
        (vanish, UnreadReason.CRASHED),
        (abort, UnreadReason.CRASHED),
        (lambda: bytes(1 // 0), UnreadReason.DAMAGED),
    ],
)
def test_what_goes_wrong_inside_has_a_reason_outside(work: object, reason: UnreadReason) -> None:
    with pytest.raises(LockedWorkError) as caught:
        work_locked(work, memory_bytes=MEMORY, seconds=1)  # type: ignore[arg-type]
    assert caught.value.reason is reason


def test_the_reason_holds_nothing_of_the_bytes_that_were_read() -> None:
    def tell() -> bytes:
        raise ValueError("the secret word")

    with pytest.raises(LockedWorkError) as caught:
        work_locked(tell, memory_bytes=MEMORY, seconds=10)
    assert "secret" not in caught.value.detail


def test_no_file_to_write_no_process_to_start_or_end(tmp_path: Path) -> None:
    def write() -> bytes:
        (tmp_path / "x").write_bytes(b"x")
        return b""

    def fork() -> bytes:
        return bytes(os.fork())

    def kill() -> bytes:
        os.kill(os.getppid(), 0)
        return b""

    for work in (write, fork, kill):
        with pytest.raises(LockedWorkError, match="PermissionError"):
            work_locked(work, memory_bytes=MEMORY, seconds=10)
    assert not (tmp_path / "x").exists()
