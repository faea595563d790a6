"""Which layer a thing is reported from, and which layers it was found in."""

import json
import struct
from pathlib import Path

import numpy as np
import pytest

from chainlead.evidence import Item, Limits, open_exhibit, read_file
from chainlead.findings import scan_items
from chainlead.kernels import sum_crc32c

ADDRESS = "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S"


def varint(value):
    return bytes([value]) if value < 128 else bytes([value & 0x7F | 0x80, value >> 7])


def log(key, value):
    body = struct.pack("<QI", 7, 1) + b"\1"
    body += varint(len(key)) + key + varint(len(value)) + value
    crc = sum_crc32c(np.frombuffer(b"\1" + body, dtype=np.uint8))
    masked = (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF
    return struct.pack("<IHB", masked, len(body), 1) + body


@pytest.fixture
def find(tmp_path: Path):
    def run(content: bytes):
        (tmp_path / "x").write_bytes(content)
        (file,) = open_exhibit(tmp_path / "x", "E1").files()
        items = (p for p in read_file(file, Limits()) if isinstance(p, Item))
        return scan_items(items, case_key=bytes(32))

    return run


def test_a_record_wins_over_the_raw_bytes_of_its_store(find):
    (found,) = [f for f in find(log(b"note", b"to " + ADDRESS.encode())) if f.kind == "address"]
    assert (str(found.provenance), found.row) == ("E1 › file:x › record:note", "note#7")
    assert found.detail["found_in"] == "application/x-leveldb-log, raw"


def test_a_pointer_inside_a_record_wins_over_the_record(find):
    value = json.dumps({"to": ADDRESS}).encode()
    (found,) = [f for f in find(log(b"note", value)) if f.kind == "address"]
    assert found.row == "/to"
    assert str(found.provenance) == "E1 › file:x › record:note#7 › text:json"


def test_what_stands_in_raw_bytes_alone_needs_no_word_about_layers(find):
    (found,) = find(b"pay to " + ADDRESS.encode())
    assert "found_in" not in found.detail
