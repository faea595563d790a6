"""Deleted rows: free pages, unused space, older log frames, rollback journals; hostile pages."""

import sqlite3
import struct
import time

import pytest

from chainlead.evidence import Limits
from chainlead.evidence.budget import Budget
from chainlead.evidence.sqlite_pages import find_remnants

LETTER = "x" * 30  # stands without a gap in front of the address, as columns do in a record


@pytest.fixture
def make(tmp_path):
    """A database after some statements; secure_delete off, as on most devices."""

    def build(*statements, encoding="UTF-8", journal="delete"):
        path = tmp_path / "made.db"
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("PRAGMA page_size=4096")
        connection.execute(f"PRAGMA encoding='{encoding}'")
        connection.execute(f"PRAGMA journal_mode={journal}")
        connection.execute("PRAGMA secure_delete=OFF")
        connection.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, word TEXT, body TEXT)")
        for statement, values in statements:
            connection.executemany(statement, values)
        connection.close()
        return path

    return build


def remnants(image, wal=b"", journal=b""):
    return list(find_remnants(image, wal, journal, Budget(Limits())))


INSERT = "INSERT INTO notes VALUES (?, ?, ?)"


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16le", "UTF-16be"])
def test_rows_of_freed_pages_come_back_column_by_column(make, address, encoding):
    text = address.decode()
    rows = [(n, LETTER, f"{text}{n}" + "." * 900) for n in range(40)]
    path = make((INSERT, rows), ("DELETE FROM notes", [()]), encoding=encoding)
    found = remnants(path.read_bytes())
    assert {r.content[: len(text)] for r in found if r.row.endswith("column 2")} == {text}
    assert LETTER in {r.content for r in found}
    assert "freelist" in {r.origin for r in found}


def test_a_deleted_cell_comes_back_from_its_free_block(make, address):
    rows = [(n, LETTER, f"note {n}") for n in range(5)] + [(5, LETTER, address.decode())]
    rows += [(n, LETTER, f"note {n}") for n in range(6, 9)]
    path = make((INSERT, rows), ("DELETE FROM notes WHERE id = ?", [(5,)]))
    found = [r for r in remnants(path.read_bytes()) if r.content == address.decode()]
    assert [r.origin for r in found] == ["unallocated"]


def test_what_a_table_shows_is_not_reported_again(make, read, address):
    path = make((INSERT, [(n, LETTER, address.decode() + str(n)) for n in range(200)]),
                ("DELETE FROM notes WHERE id > ?", [(50,)]))  # fmt: skip
    items = [item for item in read(path).items if item.row and "from=" in item.media_type]
    contents = [item.data for item in items]
    assert address + b"150" in contents
    assert address + b"10" not in contents
    assert len(contents) == len(set(contents))


def test_a_rollback_journal_gives_what_was_before(make, tmp_path, read, address):
    path = make((INSERT, [(1, LETTER, address.decode())]), journal="persist")
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=persist")
    connection.execute("PRAGMA secure_delete=ON")
    connection.execute("UPDATE notes SET body = ? WHERE id = 1", ("y" * 34,))
    connection.close()
    assert (tmp_path / "made.db-journal").exists()
    rows = [i.row for i in read(tmp_path).items if i.data == address and i.row]
    assert [row.split()[0] for row in rows] == ["journal"]


def test_an_older_frame_of_the_log_is_read(tmp_path, read, address):
    path = tmp_path / "w.db"
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA wal_autocheckpoint=0")
    connection.execute("PRAGMA secure_delete=ON")
    connection.execute("CREATE TABLE t (word TEXT, body TEXT)")
    connection.execute("INSERT INTO t VALUES (?, ?)", (LETTER, address.decode()))
    connection.execute("UPDATE t SET body = ?", ("z" * 34,))
    folder = tmp_path / "exhibit"
    folder.mkdir()
    for name in ("w.db", "w.db-wal"):
        (folder / name).write_bytes((tmp_path / name).read_bytes())
    connection.close()
    rows = [i.row for i in read(folder).items if i.data == address and i.row]
    assert [row.split()[0] for row in rows] == ["wal"]


def _with(image, offset, content):
    changed = bytearray(image)
    changed[offset : offset + len(content)] = content
    return bytes(changed)


@pytest.fixture
def freed(make):
    rows = [(n, LETTER, "." * 900) for n in range(40)]
    return make((INSERT, rows), ("DELETE FROM notes", [()])).read_bytes()


def test_a_free_list_that_bites_its_tail_ends(freed):
    trunk = int.from_bytes(freed[32:36], "big")
    start = (trunk - 1) * 4096
    assert remnants(_with(freed, start, struct.pack(">I", trunk)))
    assert remnants(_with(freed, start, struct.pack(">II", trunk, 0xFFFFFFFF)))


@pytest.mark.parametrize("page_size", [0, 1, 2, 511, 512, 1000, 32768, 65535])
def test_a_wrong_page_size_is_survived(freed, page_size):
    remnants(_with(freed, 16, struct.pack(">H", page_size)))


def test_noise_in_every_page_is_survived_in_time(freed):
    pattern = bytes((n * 7919 + (n >> 8)) & 0xFF for n in range(4096))
    image = bytearray(freed)
    for start in range(4096, len(image), 4096):
        image[start : start + 4096] = b"\x0d" + pattern[1:]
    begun = time.monotonic()
    remnants(bytes(image), wal=bytes(image), journal=bytes(image))
    assert time.monotonic() - begun < 60


def test_a_cut_database_is_survived(freed):
    for cut in range(90, 9000, 311):
        remnants(freed[:cut])
