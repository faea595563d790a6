import random
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.evidence.images.signatures import container_kind
from chainlead.evidence.stream import Stream


def _kind(content, name=""):
    return container_kind(content[:4096], Stream.of_bytes(content), name)


def _mbr(*entries, size=1 << 20):
    disk = bytearray(size)
    for index, (status, kind, start, count) in enumerate(entries):
        struct.pack_into("<B3xB3xII", disk, 446 + 16 * index, status, kind, start, count)
    disk[510:512] = b"\x55\xaa"
    return bytes(disk)


def test_a_partition_table_is_believed_if_its_entries_agree():
    assert _kind(_mbr((0x80, 7, 8, 100), (0, 0x83, 108, 200))) == "raw"


@pytest.mark.parametrize(
    "entries",
    [
        (),
        ((0x33, 7, 8, 100),),
        ((0, 7, 0, 100),),
        ((0, 7, 8, 0),),
        ((0, 7, 8, 100), (0, 7, 50, 100)),
        ((0, 7, 5000, 100),),
    ],
    ids=["empty", "status", "start 0", "length 0", "overlap", "behind the end"],
)
def test_a_boot_sector_without_a_sound_table_is_no_image(entries):
    assert _kind(_mbr(*entries)) == ""


def test_the_first_part_of_a_split_disk_may_be_smaller_than_its_partitions():
    disk = _mbr((0, 7, 5000, 100))
    assert _kind(disk, "disk.001") == "raw"
    assert _kind(disk, "disk.002") == ""


def test_a_gpt_header_needs_its_checksum():
    import zlib

    header = bytearray(512)
    header[:16] = b"EFI PART\0\0\1\0" + struct.pack("<I", 92)
    struct.pack_into("<I", header, 16, zlib.crc32(bytes(header[:92])))
    disk = bytes(512) + bytes(header) + bytes(8192)
    assert _kind(disk) == "raw"
    assert _kind(disk[:530] + b"\1" + disk[531:]) == ""


@given(st.integers(0, 1 << 32))
def test_noise_is_no_image(seed):
    assert _kind(random.Random(seed).randbytes(5000)) == ""


@given(st.binary(max_size=600))
def test_a_short_file_is_never_a_raw_image(content):
    assert _kind(content) in {"", "E01", "QCOW2", "VMDK", "VHDX", "VDI"}
