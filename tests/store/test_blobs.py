import errno
import hashlib
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.errors import BlobMissingError, DiskFullError, StoreError
from chainlead.store import Blobs


@pytest.fixture
def blobs(tmp_path) -> Blobs:
    return Blobs(tmp_path / "blobs")


def files(blobs: Blobs) -> list[str]:
    return sorted(p.name for p in blobs.folder.rglob("*") if p.is_file())


@given(content=st.binary(max_size=500))
def test_bytes_come_back_under_their_digest(tmp_path_factory, content):
    blobs = Blobs(tmp_path_factory.mktemp("blobs"))
    sha256 = blobs.put(content)
    assert sha256 == hashlib.sha256(content).hexdigest()
    assert blobs.get(sha256) == content
    assert list(blobs.names()) == [sha256]


def test_putting_twice_writes_once(blobs):
    sha256 = blobs.put(b"x")
    before = blobs.path(sha256).stat().st_mtime_ns
    inode = blobs.path(sha256).stat().st_ino
    assert blobs.put(b"x") == sha256
    after = blobs.path(sha256).stat()
    assert (after.st_mtime_ns, after.st_ino) == (before, inode)


def test_putting_mends_a_damaged_file(blobs):
    sha256 = blobs.put(b"right")
    blobs.path(sha256).write_bytes(b"wrong")
    assert blobs.put(b"right") == sha256
    assert blobs.get(sha256) == b"right"


def test_the_layout_is_the_one_of_the_specification(blobs):
    sha256 = blobs.put(b"x")
    assert blobs.path(sha256) == blobs.folder / sha256[:2] / sha256


def test_an_empty_folder_has_no_names(blobs):
    assert list(blobs.names()) == []
    blobs.sweep()
    assert not blobs.folder.exists()


def test_names_are_sorted_and_only_blobs(blobs):
    names = sorted(blobs.put(bytes([n])) for n in range(50))
    (blobs.folder / "ab").mkdir(exist_ok=True)
    (blobs.folder / "ab" / "note.txt").write_text("not ours")
    (blobs.folder / "ab" / ".x.part").write_text("half")
    assert list(blobs.names()) == names


def test_has_and_discard(blobs):
    sha256 = blobs.put(b"x")
    assert blobs.has(b"x")
    assert not blobs.has(b"y")
    blobs.discard(sha256)
    blobs.discard(sha256)
    assert not blobs.has(b"x")


def test_every_changed_byte_is_noticed(blobs):
    content = bytes(range(64))
    sha256 = blobs.put(content)
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1
        blobs.path(sha256).write_bytes(changed)
        with pytest.raises(BlobMissingError, match="other bytes"):
            blobs.get(sha256)


@pytest.mark.parametrize("content", [b"", b"x", b"xyz and more"])
def test_a_shorter_or_longer_file_is_noticed(blobs, content):
    sha256 = blobs.put(b"xyz")
    blobs.path(sha256).write_bytes(content)
    with pytest.raises(BlobMissingError) as refused:
        blobs.get(sha256)
    assert refused.value.exit_code == 27


def test_a_missing_file_is_noticed(blobs):
    sha256 = blobs.put(b"x")
    blobs.path(sha256).unlink()
    with pytest.raises(BlobMissingError, match="missing"):
        blobs.get(sha256)


def test_a_folder_in_the_place_of_a_blob_is_noticed(blobs):
    sha256 = "ab" * 32
    blobs.path(sha256).mkdir(parents=True)
    with pytest.raises(BlobMissingError, match="cannot be read"):
        blobs.get(sha256)


@pytest.mark.parametrize(
    "name", ["", "x", "../../etc/passwd", "/etc/passwd", "A" * 64, "g" * 64, "a" * 65, "a" * 64 + "\n"]
)  # fmt: skip
def test_a_name_that_is_no_digest_reaches_no_file(blobs, name):
    with pytest.raises(BlobMissingError, match="not the name"):
        blobs.get(name)


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_leaves_nothing_half_written(blobs, monkeypatch, error):
    def full(_handle: int) -> None:
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFullError) as refused:
        blobs.put(b"x")
    assert refused.value.exit_code == 26
    monkeypatch.undo()
    assert files(blobs) == []
    blobs.put(b"x")


def test_a_broken_disk_has_a_name(blobs, monkeypatch):
    def broken(_handle: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(StoreError, match="cannot be written"):
        blobs.put(b"x")
    assert files(blobs) == []


def test_a_file_in_the_place_of_the_folder_has_a_name(tmp_path):
    (tmp_path / "blobs").write_text("a file")
    with pytest.raises(StoreError, match="cannot be written"):
        Blobs(tmp_path / "blobs").put(b"x")


def test_a_file_size_limit_of_the_system_leaves_nothing_half_written(blobs):
    code = """
import resource, sys
from pathlib import Path
from chainlead.errors import DiskFullError
from chainlead.store import Blobs
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
blobs = Blobs(Path(sys.argv[1]))
blobs.put(b"x" * 10_000)
try:
    blobs.put(b"y" * 10_001)
except DiskFullError:
    print("refused")
"""
    run = subprocess.run(
        [sys.executable, "-c", code, str(blobs.folder)], capture_output=True, text=True, check=True
    )
    assert run.stdout == "refused\n"
    assert files(blobs) == [hashlib.sha256(b"x" * 10_000).hexdigest()]


def test_sweep_removes_what_a_crash_left(blobs):
    sha256 = blobs.put(b"x")
    (blobs.folder / "ab").mkdir(exist_ok=True)
    (blobs.folder / "ab" / f".{'ab' * 32}.part").write_bytes(b"half")
    blobs.sweep()
    assert files(blobs) == [sha256]
