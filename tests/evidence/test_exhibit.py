import os
import socket

import pytest

from chainlead.errors import ExhibitNotFoundError
from chainlead.evidence import ExhibitFile, Unread, UnreadReason, hash_file, open_exhibit


def test_a_missing_exhibit_is_named(tmp_path):
    with pytest.raises(ExhibitNotFoundError, match="nowhere"):
        open_exhibit(tmp_path / "nowhere", "E1")


def test_files_come_in_byte_order_of_their_paths(tmp_path):
    for name in ("b/2", "b/1", "a", "Z", "å"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    steps = [file.provenance.steps[0].name for file in open_exhibit(tmp_path, "E1").files()]
    assert steps == ["Z", "a", "b/1", "b/2", "å"]


def test_links_loops_sockets_and_pipes_are_listed_and_not_followed(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "loop").symlink_to(tmp_path)
    (tmp_path / "link").symlink_to("/etc/hostname")
    (tmp_path / "dead").symlink_to("nothing")
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as bound:
        here = os.getcwd()  # noqa: PTH109
        os.chdir(tmp_path)  # a socket's path must be short
        try:
            bound.bind("socket")
        finally:
            os.chdir(here)
        found = list(open_exhibit(tmp_path, "E1").files())
    assert all(isinstance(entry, Unread) for entry in found)
    assert [(u.provenance.steps[0].name, u.reason) for u in found] == [
        ("dead", UnreadReason.LINK),
        ("folder/loop", UnreadReason.LINK),
        ("link", UnreadReason.LINK),
        ("pipe", UnreadReason.SPECIAL),
        ("socket", UnreadReason.SPECIAL),
    ]


def test_what_may_not_be_read_is_listed(tmp_path, read, monkeypatch):
    (tmp_path / "locked").write_bytes(b"x")
    (tmp_path / "folder").mkdir()
    real_open, real_scandir = os.open, os.scandir

    def refuse(path, *rest, **named):
        if os.fsencode(path).endswith(b"locked"):
            raise PermissionError(13, "Permission denied")
        return real_open(path, *rest, **named)

    def refuse_folder(path):
        if os.fsencode(path).endswith(b"folder"):
            raise PermissionError(13, "Permission denied")
        return real_scandir(path)

    monkeypatch.setattr(os, "open", refuse)
    monkeypatch.setattr(os, "scandir", refuse_folder)
    assert read(tmp_path).reasons() == [
        ("E1 › file:folder", UnreadReason.NO_ACCESS),
        ("E1 › file:locked", UnreadReason.NO_ACCESS),
    ]


def test_a_name_that_is_no_utf8_stays_readable_and_unique(tmp_path):
    folder = os.fsencode(tmp_path)
    for name in (b"caf\xe9", b"bell\x07", b"back\\slash", "\u202egpj.exe".encode()):
        with open(folder + b"/" + name, "wb") as file:  # noqa: PTH123
            file.write(b"x")
    names = [file.provenance.steps[0].name for file in open_exhibit(tmp_path, "E1").files()]
    assert names == ["back\\\\slash", "bell\\x07", "caf\\xe9", "\\u202egpj.exe"]
    assert all(isinstance(f, ExhibitFile) for f in open_exhibit(tmp_path, "E1").files())


def test_a_file_of_0_bytes_is_listed_with_its_digest(tmp_path, read):
    (tmp_path / "empty").touch()
    seen = read(tmp_path)
    assert seen.reasons() == [("E1 › file:empty", UnreadReason.EMPTY)]
    assert [s.size_bytes for s in seen.streams] == [0]


def test_the_name_of_a_0_byte_file_is_searched(tmp_path, read, address):
    (tmp_path / address.decode()).touch()
    assert [item.row for item in read(tmp_path).holding(address)] == ["name"]


def test_a_log_beside_a_single_file_is_named_as_not_part_of_it(tmp_path, read):
    (tmp_path / "History").write_bytes(b"x")
    (tmp_path / "History-wal").write_bytes(b"y")
    seen = read(tmp_path / "History")
    assert seen.reasons() == [("E1 › file:History-wal", UnreadReason.UNSUPPORTED)]


def test_reading_changes_nothing_in_the_exhibit(tmp_path, read, make_zip, make_wal_pair):
    database, wal = make_wal_pair()
    (tmp_path / "a.zip").write_bytes(make_zip(("x", b"y" * 100)))
    (tmp_path / "h.db").write_bytes(database)
    (tmp_path / "h.db-wal").write_bytes(wal)
    for path in tmp_path.iterdir():
        path.chmod(0o400)
    before = {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in tmp_path.iterdir()}
    os.utime(tmp_path / "a.zip", ns=(1, before["a.zip"][1]))
    read(tmp_path)
    after = {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in tmp_path.iterdir()}
    assert before == after


def test_the_access_time_stays_where_the_system_allows_it(tmp_path, read):
    path = tmp_path / "note.txt"
    path.write_bytes(b"hello")
    os.utime(path, ns=(1_000_000_000, 1_000_000_000))
    read(path)
    assert path.stat().st_atime_ns == 1_000_000_000


def test_hash_file_is_empty_for_what_is_gone(tmp_path):
    path = tmp_path / "note"
    path.write_bytes(b"abc")
    (file,) = open_exhibit(path, "E1").files()
    assert hash_file(file).startswith("ba7816bf")
    path.unlink()
    assert hash_file(file) == ""
