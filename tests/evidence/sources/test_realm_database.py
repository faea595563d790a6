"""Realm: strings of every array, in use or not, and arrays that lie."""

import struct

import pytest


def header(kind, width_code, size, flags=0):
    return b"AAAA" + bytes([flags | kind << 3 | width_code]) + size.to_bytes(3, "big")


def fixed(width, *texts):
    cells = b"".join(t + bytes(width - 1 - len(t)) + bytes([width - 1 - len(t)]) for t in texts)
    content = header(1, width.bit_length(), len(texts)) + cells
    return content.ljust(-(-len(content) // 8) * 8, b"\0")


def blob(*texts):
    body = b"".join(t + b"\0" for t in texts)
    content = header(2, 0, len(body)) + body
    return content.ljust(-(-len(content) // 8) * 8, b"\0")


def realm(*arrays):
    return struct.pack("<QQ4sBBBB", 24, 0, b"T-DB", 9, 9, 0, 0) + b"".join(arrays)


def test_short_and_long_strings_are_cut_out(tmp_path, read, address):
    content = realm(fixed(64, address, b"label"), blob(b"prefix", address, b"x" * 100))
    (tmp_path / "a").write_bytes(content)
    exact = [i.row for i in read(tmp_path).items if i.data == address]
    assert exact == ["array@24[0]", "array@160[1]"]


@pytest.mark.parametrize(
    "array",
    [
        header(1, 7, 0xFFFFFF),
        header(2, 0, 0xFFFFFF),
        header(1, 7, 5) + b"\xff" * 320,
        header(1, 7, 3, flags=0x40) + bytes(200),
        b"AAAA",
        b"A" * 5000,
    ],
)
def test_arrays_that_lie_are_survived(tmp_path, read, array):
    (tmp_path / "a").write_bytes(realm(array))
    assert read(tmp_path).streams
