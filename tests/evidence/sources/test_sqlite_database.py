import gzip
import sqlite3

import pytest

from chainlead.evidence import Layer, UnreadReason


def build(path, *statements):
    connection = sqlite3.connect(path, isolation_level=None)
    for statement, *values in statements:
        connection.execute(statement, values)
    connection.close()
    return path


def cells(seen):
    return {i.row: i.data for i in seen.items if i.layer is Layer.DECODED and "#" in (i.row or "")}


def test_text_and_blobs_of_every_table_have_their_place(tmp_path, read):
    build(
        tmp_path / "a.db",
        ("CREATE TABLE t (a TEXT, b BLOB, n INTEGER)",),
        ("INSERT INTO t (rowid, a, b, n) VALUES (42, 'hello there', x'ff00ff00ff', 7)",),
        ('CREATE TABLE "odd "" name" ("select" TEXT)',),
        ('INSERT INTO "odd "" name" VALUES (?)', "quoted value"),
        ("CREATE TABLE w (k TEXT PRIMARY KEY, v TEXT) WITHOUT ROWID",),
        ("INSERT INTO w VALUES ('key1', 'without rowid')",),
        ("CREATE TABLE shadow (rowid TEXT, _rowid_ TEXT, oid TEXT)",),
        ("INSERT INTO shadow VALUES ('one two', 'x', 'y')",),
    )
    assert cells(read(tmp_path)) == {
        "t.a#42": b"hello there",
        "t.b#42": b"\xff\0\xff\0\xff",
        'odd " name.select#1': b"quoted value",
        "w.k#[key1]": b"key1",
        "w.v#[key1]": b"without rowid",
        "shadow.rowid#row 1": b"one two",
    }


def test_the_step_names_table_and_column(tmp_path, read):
    build(tmp_path / "a.db", ("CREATE TABLE t (a TEXT)",), ("INSERT INTO t VALUES ('hello')",))
    assert read(tmp_path).places(b"hello")[-1] == "E1 › file:a.db › table:t.a"


@pytest.mark.parametrize("page_size", [512, 4096, 65536])
def test_rows_that_are_only_in_the_log_are_read_and_say_so(
    tmp_path, read, make_wal_pair, address, page_size
):
    database, wal = make_wal_pair(page_size)
    (tmp_path / "h.db").write_bytes(database)
    (tmp_path / "h.db-wal").write_bytes(wal)
    seen = read(tmp_path / ".")
    found = cells(seen)
    assert found == {"notes.body#1": b"in the database", "notes.body#7": address}
    kinds = {i.row: i.media_type for i in seen.items if i.row in found}
    assert kinds["notes.body#7"] == "application/vnd.sqlite3; from=wal"
    assert kinds["notes.body#1"] == "application/vnd.sqlite3"


def test_a_damaged_log_leaves_the_database_as_it_was(tmp_path, read, make_wal_pair):
    database, wal = make_wal_pair()
    broken = bytearray(wal)
    broken[60] ^= 1
    (tmp_path / "h.db").write_bytes(database)
    (tmp_path / "h.db-wal").write_bytes(broken)
    assert cells(read(tmp_path)) == {"notes.body#1": b"in the database"}


def test_a_damaged_database_gives_its_readable_tables(tmp_path, read, address):
    path = build(
        tmp_path / "a.db",
        ("PRAGMA page_size=1024",),
        ("CREATE TABLE bad (x TEXT)",),
        ("INSERT INTO bad VALUES (?)", "y" * 900),
        ("CREATE TABLE good (x TEXT)",),
        ("INSERT INTO good VALUES (?)", address.decode()),
    )
    content = bytearray(path.read_bytes())
    content[1024:1032] = b"\xff" * 8
    path.write_bytes(content)
    seen = read(tmp_path)
    assert cells(seen) == {"good.x#1": address}
    assert seen.reasons() == [("E1 › file:a.db", UnreadReason.DAMAGED)]
    assert len(seen.places(address)) == 2  # raw bytes and cell


def test_a_header_and_nothing_else_is_damaged(tmp_path, read):
    (tmp_path / "a.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 500)
    seen = read(tmp_path)
    assert seen.reasons() == [("E1 › file:a.db", UnreadReason.DAMAGED)]
    assert seen.items


def test_a_database_above_the_limit_is_searched_raw_and_listed(tmp_path, read):
    build(tmp_path / "a.db", ("CREATE TABLE t (a TEXT)",), ("INSERT INTO t VALUES ('hello')",))
    seen = read(tmp_path, database_bytes=100)
    assert seen.reasons() == [("E1 › file:a.db", UnreadReason.TOO_LARGE)]
    assert seen.places(b"hello") == ["E1 › file:a.db"]


def test_virtual_tables_are_read_through_the_tables_behind_them(tmp_path, read):
    build(
        tmp_path / "a.db",
        ("CREATE VIRTUAL TABLE f USING fts4(body)",),
        ("INSERT INTO f VALUES ('searchable words')",),
    )
    assert read(tmp_path).places(b"searchable words")[-1] == (
        "E1 › file:a.db › table:f_content.c0body"
    )


def test_a_generated_column_runs_nothing(tmp_path, read):
    build(
        tmp_path / "a.db",
        ("CREATE TABLE t (a TEXT, g TEXT AS (upper(a)))",),
        ("INSERT INTO t (a) VALUES ('plain text')",),
    )
    seen = read(tmp_path)
    assert [reason for _, reason in seen.reasons()] in ([], [UnreadReason.DAMAGED])
    assert seen.places(b"plain text")[0] == "E1 › file:a.db"


def test_utf16_databases_and_utf16_blobs_are_read(tmp_path, read, address):
    build(
        tmp_path / "a.db",
        ("PRAGMA encoding='UTF-16le'",),
        ("CREATE TABLE t (a TEXT, b BLOB)",),
        (
            "INSERT INTO t VALUES (?, ?)",
            address.decode(),
            b"\1" + address.decode().encode("utf-16-be"),
        ),
    )
    seen = read(tmp_path)
    assert cells(seen)["t.a#1"] == address
    wide = [i for i in seen.items if i.encoding == "utf-16-be" and i.row == "t.b#1"]
    assert [i.data.decode("utf-16-be") for i in wide] == [address.decode()]


def test_a_container_in_a_cell_is_opened(tmp_path, read, make_zip, address):
    build(
        tmp_path / "a.db",
        ("CREATE TABLE t (a BLOB, j TEXT)",),
        (
            "INSERT INTO t VALUES (?, ?)",
            make_zip(("in.txt", gzip.compress(address, mtime=0))),
            '{"message": "line one\\nline two"}',
        ),
    )
    seen = read(tmp_path)
    assert seen.places(address) == ["E1 › file:a.db › table:t.a#1 › zip:in.txt › gzip:in.txt"]
    assert seen.places(b"line one\nline two") == ["E1 › file:a.db › table:t.j#1 › text:json"]


def test_a_query_that_takes_too_long_is_stopped(tmp_path, read):
    import itertools

    from chainlead.evidence import Limits, Unread, open_exhibit, read_file

    path = build(
        tmp_path / "a.db",
        ("CREATE TABLE t (a INTEGER)",),
        (
            "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM n LIMIT 200000) INSERT INTO t SELECT x FROM n",
        ),
    )
    (file,) = open_exhibit(path, "E1").files()
    ticks = itertools.count()
    pieces = list(read_file(file, Limits(seconds=20), now=lambda: float(next(ticks))))
    reasons = [p.reason for p in pieces if isinstance(p, Unread)]
    assert reasons == [UnreadReason.TOO_SLOW]


def test_nothing_is_left_on_disk(tmp_path, read, make_wal_pair):
    database, wal = make_wal_pair()
    folder = tmp_path / "exhibit"
    folder.mkdir()
    (folder / "h.db").write_bytes(database)
    (folder / "h.db-wal").write_bytes(wal)
    read(folder)
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["exhibit", "h.db", "h.db-wal"]
