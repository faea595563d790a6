"""Tells a disk image from an ordinary file, by structures that check themselves.

A container (E01, QCOW2, VMDK, VHD, VHDX, DMG) has a signature. A raw image has none: it is one only
if it begins with a partition table or file system whose own fields agree with each other.
"""

import re
import struct
import zlib
from itertools import pairwise

from chainlead.evidence.images.vdi import SIGNATURE as VDI
from chainlead.evidence.stream import Stream

EWF = b"EVF\x09\x0d\x0a\xff\0"
_SECTOR = 512
_SMALLEST = 8 * _SECTOR
_VHD_COOKIE = b"conectix"
_DMG_TRAILER = b"koly\0\0\0\x04\0\0\x02\0"
_NUMBERED = re.compile(r"\.0*[01]$")
_ANY_SIZE = 1 << 62
_DESCRIPTOR = b"# Disk DescriptorFile"


def container_kind(head: bytes, stream: Stream, name: str = "") -> str:
    """`E01`, `QCOW2`, `VMDK`, `VHD`, `VHDX`, `VDI`, `DMG`, `raw`, or nothing.

    Args:
        head: the first 4 KiB.
        stream: all of it.
        name: its file name; the first file of a split image may be smaller than what it begins.
    """
    if head.startswith(EWF):
        return "E01" if head[9:11] == b"\x01\0" else ""
    if head.startswith(b"QFI\xfb") and head[4:8] in {b"\0\0\0\1", b"\0\0\0\2", b"\0\0\0\3"}:
        return "QCOW2"
    if head.startswith((b"KDMV", b"COWD", _DESCRIPTOR)):
        return "VMDK"
    if head[64:68] == VDI and head[68:72] == b"\1\0\1\0":
        return "VDI"
    if head.startswith(b"vhdxfile"):
        return "VHDX"
    if stream.size_bytes >= _SMALLEST:
        tail = stream.read_at(stream.size_bytes - _SECTOR, _SECTOR)
        if tail.startswith(_DMG_TRAILER):
            return "DMG"
        if _is_vhd_footer(tail) or _is_vhd_footer(head[:_SECTOR]):
            return "VHD"
        if raw_kind(head, stream, name):
            return "raw"
    return ""


def raw_kind(head: bytes, stream: Stream, name: str = "") -> str:
    """What a raw image begins with (`GPT`, `NTFS`, …), or nothing."""
    size = stream.size_bytes
    if size < _SMALLEST or len(head) < 4 * _SECTOR:
        return ""
    room = _ANY_SIZE if _NUMBERED.search(name) else size
    for kind, test in _TESTS:
        if test(head, room):
            return kind
    if size > 0x8800 and stream.read_at(0x8001, 6) == b"CD001\x01":
        return "ISO 9660"
    return ""


def _is_vhd_footer(block: bytes) -> bool:
    if len(block) < _SECTOR or not block.startswith(_VHD_COOKIE):
        return False
    version, kind = block[12:16], int.from_bytes(block[60:64], "big")
    is_empty = not block[85:_SECTOR].strip(b"\0")  # its checksum is wrong in files in the wild
    return version == b"\0\1\0\0" and kind in {2, 3, 4} and is_empty


def _is_gpt(head: bytes, _size: int) -> bool:
    header = head[_SECTOR : 2 * _SECTOR]
    if not header.startswith(b"EFI PART"):
        return False
    length: int
    stored: int
    length, stored = struct.unpack_from("<II", header, 12)
    if not 92 <= length <= _SECTOR:
        return False
    return zlib.crc32(header[:16] + bytes(4) + header[20:length]) == stored


def _is_mbr(head: bytes, size: int) -> bool:
    """Four entries that are empty or plausible, at least one in use, none over another."""
    if head[510:512] != b"\x55\xaa":
        return False
    spans: list[tuple[int, int]] = []
    for index in range(4):
        entry = head[446 + 16 * index : 462 + 16 * index]
        status, kind = entry[0], entry[4]
        start, count = struct.unpack_from("<II", entry, 8)
        if kind == 0:
            if entry.strip(b"\0"):
                return False
            continue
        if status not in {0, 0x80} or not start or not count or start * _SECTOR >= size:
            return False
        spans.append((start, start + count))
    spans.sort()
    return bool(spans) and all(one[1] <= two[0] for one, two in pairwise(spans))


def _is_apm(head: bytes, _size: int) -> bool:
    block = int.from_bytes(head[2:4], "big")
    return (
        head.startswith(b"ER") and block in {512, 1024, 2048} and head[block : block + 2] == b"PM"
    )


def _is_ntfs(head: bytes, _size: int) -> bool:
    return head[3:11] == b"NTFS    " and head[510:512] == b"\x55\xaa"


def _is_exfat(head: bytes, _size: int) -> bool:
    is_signed = head[3:11] == b"EXFAT   " and head[510:512] == b"\x55\xaa"
    return is_signed and not head[11:64].strip(b"\0")


def _is_bitlocker(head: bytes, _size: int) -> bool:
    return head[3:11] in {b"-FVE-FS-", b"MSWIN4.1"} and (
        head[3:11] == b"-FVE-FS-"
        or head[424:440] == bytes.fromhex("3bd66749292ed84a8399f6a339e3d001")
    )


def _is_fat(head: bytes, size: int) -> bool:
    if head[510:512] != b"\x55\xaa" or head[0] not in {0xEB, 0xE9}:
        return False
    sector, cluster, reserved, copies = struct.unpack_from("<HBHB", head, 11)
    small, media, table = struct.unpack_from("<HBH", head, 19)
    large, table32 = struct.unpack_from("<II", head, 32)
    sectors = small or large
    return (
        sector in {512, 1024, 2048, 4096}
        and cluster in {1, 2, 4, 8, 16, 32, 64, 128}
        and reserved > 0
        and copies in {1, 2}
        and media >= 0xF0
        and (table or table32) > 0
        and 0 < sectors * sector <= max(2 * size, size + (64 << 20))
    )


def _is_ext(head: bytes, size: int) -> bool:
    block = head[1024:2048]
    if block[56:58] != b"\x53\xef":
        return False
    inodes: int
    blocks: int
    log_size: int
    inodes, blocks = struct.unpack_from("<II", block, 0)
    first, log_size = struct.unpack_from("<II", block, 20)
    per_group = struct.unpack_from("<I", block, 32)[0]
    return (
        inodes > 0
        and log_size <= 6
        and first == (1 if log_size == 0 else 0)
        and 0 < per_group <= 8 * (1024 << log_size)
        and 0 < blocks << (10 + log_size) <= max(2 * size, size + (64 << 20))
    )


def _is_xfs(head: bytes, _size: int) -> bool:
    block = int.from_bytes(head[4:8], "big")
    return head.startswith(b"XFSB") and block in {512 << shift for shift in range(8)}


def _is_hfs(head: bytes, _size: int) -> bool:
    return head[1024:1028] in {b"H+\0\4", b"HX\0\5"}


def _is_apfs(head: bytes, _size: int) -> bool:
    block = int.from_bytes(head[36:40], "little")
    return head[32:36] == b"NXSB" and block in {4096 << shift for shift in range(5)}


def _is_luks(head: bytes, _size: int) -> bool:
    return head.startswith((b"LUKS\xba\xbe\0\1", b"LUKS\xba\xbe\0\2"))


def _is_lvm(head: bytes, _size: int) -> bool:
    starts = range(0, 4 * _SECTOR, _SECTOR)
    return any(
        head[at : at + 8] == b"LABELONE" and head[at + 24 : at + 32] == b"LVM2 001" for at in starts
    )


def _is_core_storage(head: bytes, _size: int) -> bool:
    return head[88:90] == b"CS" and head[8:10] == b"\x01\0" and head[10:12] == b"\x10\0"


_TESTS = (
    ("GPT", _is_gpt),
    ("NTFS", _is_ntfs),
    ("exFAT", _is_exfat),
    ("BitLocker", _is_bitlocker),
    ("FAT", _is_fat),
    ("ext", _is_ext),
    ("XFS", _is_xfs),
    ("HFS+", _is_hfs),
    ("APFS", _is_apfs),
    ("LUKS", _is_luks),
    ("LVM", _is_lvm),
    ("CoreStorage", _is_core_storage),
    ("APM", _is_apm),
    ("MBR", _is_mbr),
)
