"""MMKV: all writes, the slack behind the end, the checksum beside, hostile sizes."""

import json
import struct
import zlib

import pytest

from chainlead.evidence import UnreadReason


def sized(content):
    assert len(content) < 1 << 14
    length = len(content)
    return (
        bytes([length]) if length < 128 else bytes([length & 0x7F | 0x80, length >> 7])
    ) + content


def pair(key, value):
    return sized(key) + (sized(sized(value)) if value else b"\0")


def store(*pairs, slack=b""):
    body = b"\xff\xff\xff\x07" + b"".join(pair(*p) for p in pairs)
    whole = struct.pack("<I", len(body)) + body + slack
    return whole.ljust(-(-len(whole) // 4096) * 4096, b"\0"), zlib.crc32(body)


def test_newest_older_and_removed_writes_are_found(tmp_path, read, address):
    content, _ = store(
        (b"note", address), (b"note", b"other"), (b"gone", b"to " + address), (b"gone", b"")
    )
    (tmp_path / "mmkv.default").write_bytes(content)
    rows = {item.row for item in read(tmp_path).holding(address) if item.row}
    assert {row.partition("@")[0] + row[row.index("(") :] for row in rows} == {
        "note(older)",
        "gone(removed)",
    }


def test_what_is_left_behind_the_end_is_found(tmp_path, read, address):
    content, _ = store((b"note", b"other"), slack=b"\x07" + pair(b"before", address))
    (tmp_path / "a").write_bytes(content)
    rows = [item.row for item in read(tmp_path).holding(address) if item.row]
    assert len(rows) == 1
    assert rows[0].endswith("(left behind the end)")


def test_a_value_whose_length_looks_like_a_letter_is_cut_out(tmp_path, read):
    text = b"xpub" + b"A" * 107
    (tmp_path / "a").write_bytes(store((b"key", text))[0])
    assert any(item.data == text for item in read(tmp_path).items)


def test_json_inside_is_read(tmp_path, read, address):
    value = json.dumps({"accounts": [address.decode()]}).encode()
    (tmp_path / "a").write_bytes(store((b"state", value))[0])
    assert "/accounts/0" in {item.row for item in read(tmp_path).holding(address)}


@pytest.mark.parametrize("delta", [0, 1])
def test_the_checksum_beside_is_compared(tmp_path, read, delta):
    content, crc = store((b"note", b"something"))
    (tmp_path / "a").write_bytes(content)
    (tmp_path / "a.crc").write_bytes(struct.pack("<I", (crc + delta) & 0xFFFFFFFF) + bytes(60))
    damaged = [r for _, r in read(tmp_path).reasons() if r is UnreadReason.DAMAGED]
    assert len(damaged) == delta


@pytest.mark.parametrize("size", [0, 4, 9, 4092, 4093, 0xFFFFFFFF])
def test_any_size_in_the_header_is_survived(tmp_path, read, size):
    content = bytearray(store((b"note", b"something"))[0])
    content[:4] = struct.pack("<I", size)
    (tmp_path / "a").write_bytes(content)
    assert read(tmp_path).streams
