"""Firefox's LZ4 files: unpacked, damaged, lying about their size."""

import json
import struct

import cramjam
import pytest

from chainlead.evidence import UnreadReason


def pack(content, size=None):
    body = bytes(cramjam.lz4.compress_block(content, store_size=False))
    return b"mozLz40\0" + struct.pack("<I", len(content) if size is None else size) + body


def test_a_session_is_unpacked_and_read_as_json(tmp_path, read, address):
    session = json.dumps({"windows": [{"url": "https://x.example/" + address.decode()}] * 3})
    (tmp_path / "sessionstore.jsonlz4").write_bytes(pack(session.encode()))
    assert "E1 › file:sessionstore.jsonlz4 › mozlz4:sessionstore.json › text:json" in read(
        tmp_path
    ).places(address)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (pack(b"a" * 500)[:-4], UnreadReason.DAMAGED),
        (pack(b"a" * 500, size=100), UnreadReason.DAMAGED),
        (pack(b"a" * 500, size=0xFFFFFFFF), UnreadReason.TOO_LARGE),
        (b"mozLz40\0", UnreadReason.DAMAGED),
    ],
)
def test_what_does_not_unpack_is_reported(tmp_path, read, content, reason):
    (tmp_path / "a").write_bytes(content)
    assert reason in [r for _, r in read(tmp_path).reasons()]
