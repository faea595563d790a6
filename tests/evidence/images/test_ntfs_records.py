import struct

import pytest

from chainlead.evidence.images.ntfs_records import NtfsRecords

SMALL = b"some bytes"


def _attribute(kind, name, content, *, is_away=False):
    label = name.encode("utf-16-le")
    head = struct.pack("<IIBBHHH", kind, 0, int(is_away), len(name), 24, 0, 0)
    at = 24 + len(label)
    body = head + struct.pack("<IHH", len(content), at, 0) + label + content
    body += bytes(-len(body) % 8)
    return body[:4] + struct.pack("<I", len(body)) + body[8:]


def _volume(*attributes):
    boot = bytearray(512)
    struct.pack_into("<HB", boot, 11, 512, 8)
    struct.pack_into("<b", boot, 64, -10)
    record = bytearray(b"FILE" + bytes(1020))
    struct.pack_into("<H", record, 20, 56)
    content = b"".join(attributes) + b"\xff\xff\xff\xff"
    record[56 : 56 + len(content)] = content
    return bytes(boot) + bytes(3584) + bytes(1024) + bytes(record)


@pytest.fixture
def records():
    def make(volume):
        made = NtfsRecords(lambda offset, length: volume[offset : offset + length])
        made.learn([(4096, 5120), (5120, 6144)])
        return made

    return make


def test_resident_data_is_found_by_the_name_of_its_stream(records):
    volume = _volume(
        _attribute(0x30, "", b"other"),
        _attribute(0x80, "", SMALL),
        _attribute(0x80, "ads", b"x" * 9),
    )
    ((start, end),) = records(volume).place(1, "", len(SMALL))
    assert volume[start:end] == SMALL
    ((start, end),) = records(volume).place(1, "ads", 9)
    assert volume[start:end] == b"x" * 9


def test_other_sizes_names_and_records_are_not_found(records):
    volume = _volume(_attribute(0x80, "", SMALL), _attribute(0x80, "away", SMALL, is_away=True))
    made = records(volume)
    assert made.place(1, "", 5) == []
    assert made.place(1, "b", 10) == []
    assert made.place(1, "away", 10) == []
    assert made.place(0, "", 10) == []
    assert made.place(99, "", 10) == []


@pytest.mark.parametrize("size", [0, 1, 20, 500, 4096, 5200, 5200 + 30])
def test_a_cut_volume_gives_nothing(records, size):
    assert records(_volume(_attribute(0x80, "", SMALL))[:size]).place(1, "", 10) == []
