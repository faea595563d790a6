"""Caches of Chromium and Firefox: packed bodies, damage, entries that lie."""

import gzip
import hashlib
import struct
import zlib

import cramjam
import pytest
import zstandard

from chainlead.evidence import UnreadReason

URL = b"1/0/https://shop.example/pay"
PACK = {
    "br": lambda body: bytes(cramjam.brotli.compress(body)),
    "gzip": lambda body: gzip.compress(body, mtime=0),
    "deflate": zlib.compress,
    "zstd": lambda body: zstandard.ZstdCompressor().compress(body),
}


def end(content, flags=1):
    return struct.pack("<QIIII", 0xF4FA6F45970D41D8, flags, zlib.crc32(content), len(content), 0)


def simple(body, coding):
    head = b"HTTP/1.1 200\0Content-Encoding: " + coding.encode() + b"\0\0"
    return (
        struct.pack("<QIIII", 0xFCFB6D1BA7725C30, 5, len(URL), 0, 0)
        + URL
        + body
        + end(body)
        + head
        + hashlib.sha256(URL).digest()
        + end(head, 3)
    )


def firefox(body, coding):
    key = b":https://shop.example/pay"
    head = b"response-head\0HTTP/2 200 OK\r\ncontent-encoding: " + coding.encode() + b"\r\n\0"
    hashes = bytes(2 * -(-len(body) // (1 << 18)))
    fields = struct.pack(">8I", 3, 1, 0, 0, 0, 0, len(key), 0)
    return body + bytes(4) + hashes + fields + key + b"\0" + head + struct.pack(">I", len(body))


@pytest.mark.parametrize("coding", sorted(PACK))
@pytest.mark.parametrize("make", [simple, firefox])
def test_a_packed_body_is_unpacked(tmp_path, read, address, make, coding):
    body = b'<p class="a">' + b"some text " * 20 + b"</p><b>" + address + b"</b>"
    (tmp_path / "abcdef0123456789_0").write_bytes(make(PACK[coding](body), coding))
    seen = read(tmp_path)
    assert any("cache:" in place for place in seen.places(address))
    assert not seen.unread


def test_a_wrong_checksum_of_the_body_is_reported(tmp_path, read, address):
    content = bytearray(simple(address + b"plain", "identity"))
    content[24 + len(URL) + 36] ^= 1
    (tmp_path / "a_0").write_bytes(content)
    seen = read(tmp_path)
    assert [r for _, r in seen.reasons()] == [UnreadReason.DAMAGED]
    assert seen.holding(address)


@pytest.mark.parametrize("cut", [8, 20, 24, 40, 60, 120])
@pytest.mark.parametrize("make", [simple, firefox])
def test_a_cut_entry_never_crashes(tmp_path, read, make, cut):
    (tmp_path / "a_0").write_bytes(make(PACK["gzip"](b"body " * 30), "gzip")[:cut])
    assert read(tmp_path).streams


def test_a_brotli_bomb_stops_at_the_limit(tmp_path, read):
    bomb = PACK["br"](bytes(64 << 20))
    (tmp_path / "a_0").write_bytes(simple(bomb, "br"))
    assert [r for _, r in read(tmp_path).reasons()] == [UnreadReason.DAMAGED]


def address_of(kind, file, block):
    return 1 << 31 | kind << 28 | file << 16 | block


def entry(key, sizes, addresses, long_key=0):
    fields = struct.pack(
        "<IIIiiiQiI4i4I", 1, 0, 0, 0, 0, 0, 0, len(key), long_key, *sizes, *addresses
    )
    return fields.ljust(96, b"\0") + key.ljust(160, b"\0")


def block_file(size, *blocks):
    head = struct.pack("<IIhhi", 0xC104CAC3, 0x30000, 1, 0, size)
    return head.ljust(8192, b"\0") + b"".join(block.ljust(size, b"\0") for block in blocks)


def test_entries_of_block_files_find_their_bodies_beside_them(tmp_path, read, address):
    body = PACK["br"](b"first " * 30 + address)
    other = PACK["gzip"](b"second " * 30 + address)
    head = b"HTTP/1.1 200\0content-encoding:br\0"
    head_gzip = b"HTTP/1.1 200\0content-encoding:gzip\0"
    entries = [
        entry(b"https://a.example/1", (len(head), len(body), 0, 0),
              (address_of(3, 2, 0), address_of(3, 2, 1), 0, 0)),
        entry(b"https://a.example/2", (len(head_gzip), len(other), 0, 0),
              (address_of(3, 2, 2), 1 << 31 | 0xA, 0, 0)),
        entry(b"https://a.example/3", (9, 9, 0, 0), (address_of(7, 9, 9), 1 << 31 | 0xFFF, 0, 0)),
    ]  # fmt: skip
    (tmp_path / "data_1").write_bytes(block_file(256, *entries))
    (tmp_path / "data_2").write_bytes(block_file(1024, head, body, head_gzip))
    (tmp_path / "f_00000a").write_bytes(other)
    places = read(tmp_path).places(address)
    assert "E1 › file:data_1 › cache:https://a.example/1@0" in places
    assert "E1 › file:data_1 › cache:https://a.example/2@1" in places
