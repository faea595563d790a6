"""Every store of phones and browsers, damaged at random: no crash, no hang, only `Unread`."""

import json
import plistlib
import random
import sqlite3
import struct
import time
import zlib

import cramjam
import pytest

CHANGES = 150


def _sized(content):
    return bytes([len(content)]) + content


def _database():
    connection = sqlite3.connect(":memory:")
    connection.execute("PRAGMA page_size=512")
    connection.execute("CREATE TABLE notes (word TEXT, body BLOB)")
    connection.executemany("INSERT INTO notes VALUES (?, ?)", [("x" * 40, b"y" * 60)] * 60)
    connection.commit()
    connection.execute("DELETE FROM notes WHERE rowid % 3")
    connection.commit()
    content = connection.serialize()
    connection.close()
    return content


def _mmkv():
    body = b"\xff\xff\xff\x07" + b"".join(
        _sized(b"key%d" % n) + _sized(_sized(b"value %d" % n)) for n in range(40)
    )
    return (struct.pack("<I", len(body)) + body).ljust(4096, b"\0")


def _v8():
    content = b"\xff\x14\xff\x0fo"
    for n in range(40):
        content += b'"' + _sized(b"key%d" % n) + b"A\x01" + b'"' + _sized(b"v" * n) + b"$\x00\x01"
    return content + b"{\x28"


def _protobuf():
    return b"".join(b"\x0a" + _sized(b"\x08\x01\x12" + _sized(b"text %d" % n)) for n in range(40))


def _plist():
    document = {f"key{n}": [f"å{n}" * 9, {"b": b"x" * n, "n": n}] for n in range(40)}
    return plistlib.dumps(document, fmt=plistlib.FMT_BINARY)


def _realm():
    cells = b"".join(b"text %02d" % n + bytes(24) + bytes([24]) for n in range(20))
    header = b"AAAA" + bytes([1 << 3 | 6]) + (20).to_bytes(3, "big")
    return struct.pack("<QQ4sI", 24, 0, b"T-DB", 9) + header + cells


def _firefox():
    key = b":https://a.example/"
    fields = struct.pack(">8I", 3, 1, 0, 0, 0, 0, len(key), 0)
    body = zlib.compress(b"body " * 50)
    head = b"response-head\0content-encoding: deflate\0"
    return body + bytes(6) + fields + key + b"\0" + head + struct.pack(">I", len(body))


STORES = {
    "a.db": _database(),
    "mmkv": _mmkv(),
    "v8": _v8(),
    "message": _protobuf(),
    "a.plist": _plist(),
    "a.realm": _realm(),
    "entry": _firefox(),
    "a.jsonlz4": b"mozLz40\0"
    + struct.pack("<I", 900)
    + bytes(cramjam.lz4.compress_block(json.dumps({"a": "b" * 891}).encode(), store_size=False)),
}


@pytest.mark.parametrize("name", sorted(STORES))
def test_random_damage_is_survived_in_time(tmp_path, read, name):
    chance = random.Random(name)
    begun = time.monotonic()
    for _ in range(CHANGES):
        content = bytearray(STORES[name])
        for _ in range(chance.choice((1, 2, 5, 20))):
            at = chance.randrange(len(content))
            content[at] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
        if chance.random() < 0.2:
            del content[chance.randrange(len(content)) :]
        (tmp_path / name).write_bytes(content)
        assert read(tmp_path, seconds=5).streams
    assert time.monotonic() - begun < 60
