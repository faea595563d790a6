"""Values of IndexedDB outside LevelDB: V8's in files of their own, Firefox's in SQLite."""

import sqlite3
import struct

import cramjam
import pytest


def text(content, *, is_wide=False):
    body = content.encode("utf-16-le") if is_wide else content.encode("latin-1")
    low = len(content) | (0 if is_wide else 1 << 31)
    return struct.pack("<II", low, 0xFFFF0004) + body.ljust(-(-len(body) // 8) * 8, b"\0")


def clone(*parts):
    body = struct.pack("<II", 0, 0xFFF10000) + struct.pack("<II", 0, 0xFFFF0008) + b"".join(parts)
    return bytes(cramjam.snappy.compress_raw(body + struct.pack("<II", 0, 0xFFFF0013)))


def database(path, packed):
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE object_data (key BLOB, data BLOB)")
    connection.execute("INSERT INTO object_data VALUES (?, ?)", (b"\x30data", packed))
    connection.commit()
    connection.close()


def test_strings_of_a_firefox_clone_are_read(tmp_path, read, address):
    packed = clone(text("x" * 30), text("xpub" + "A" * 107), text(address.decode(), is_wide=True))
    database(tmp_path / "a.sqlite", packed)
    rows = [i.row for i in read(tmp_path).items if i.data == address]
    assert len(rows) == 1
    assert rows[0].startswith("object_data.data#1 string@")


def test_json_in_a_firefox_clone_is_read(tmp_path, read, address):
    database(tmp_path / "a.sqlite", clone(text('{"to": "' + address.decode() + '"}')))
    assert "/to" in {i.row for i in read(tmp_path).holding(address)}


@pytest.mark.parametrize(
    "packed",
    [
        b"\xff\xff\xff\xff\x0f" + b"x" * 40,
        clone(struct.pack("<II", 0x7FFFFFFF, 0xFFFF0004)),
        clone(text("y" * 40))[:-9],
        bytes(cramjam.snappy.compress_raw(b"no clone at all " * 9)),
    ],
)
def test_values_that_are_no_clone_are_survived(tmp_path, read, packed):
    database(tmp_path / "a.sqlite", packed)
    assert not read(tmp_path).unread


def test_a_v8_value_in_a_file_is_read_with_paths(tmp_path, read, address):
    inner = b'"' + bytes([len(address)]) + address
    content = b'\xff\x14\xff\x0fo"\x02to' + b"A\x02" + inner + b"0$\x00\x02" + b'"\x01w' + b"c\x08"
    content += "wide".encode("utf-16-le") + b"{\x02"
    (tmp_path / "1").write_bytes(content)
    rows = {i.row: i.data for i in read(tmp_path).items if i.row}
    assert rows == {"/to/0": address, "/w": b"wide"}


def test_behind_an_unknown_tag_strings_are_carved(tmp_path, read, address):
    content = b'\xff\x14\xff\x0fo"\x02to\\#' + b'"' + bytes([len(address)]) + address
    (tmp_path / "1").write_bytes(content)
    assert [i.row for i in read(tmp_path).items if i.data == address] == ["~11"]
