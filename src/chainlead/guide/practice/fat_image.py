"""A small FAT12 disk image with live and deleted files, written byte by byte.

Spec: "FAT: General Overview of On-Disk Format" (boot sector, 12-bit allocation table, directory
entries of 32 bytes, 0xE5 for a deleted entry).
"""

import struct
from collections.abc import Mapping

SECTOR = 512
SECTORS = 160
ROOT_ENTRIES = 16
_TIME = (12 << 11) | (30 << 5)
_DATE = ((2024 - 1980) << 9) | (2 << 5) | 3


def fat_image(live: Mapping[str, bytes], deleted: Mapping[str, bytes]) -> bytes:
    """A volume without partition table.

    Args:
        live: name in 8.3 form (`NOTE.TXT`) to content.
        deleted: the same for files whose entry is marked deleted; their bytes stay on the disk.
    """
    boot = struct.pack(
        "<3s8sHBHBHHBHHHII", b"\xeb\x3c\x90", b"PRACTICE", SECTOR, 1, 1, 2, ROOT_ENTRIES, SECTORS,
        0xF8, 1, 32, 2, 0, 0,
    )  # fmt: skip
    boot += struct.pack("<BBBI11s8s", 0x80, 0, 0x29, 0x20240203, b"PRACTICE   ", b"FAT12   ")
    table = [0xFF8, 0xFFF]
    entries, data = b"", b""
    for name, content, is_deleted in (
        *((name, content, False) for name, content in live.items()),
        *((name, content, True) for name, content in deleted.items()),
    ):
        first = len(table)
        clusters = max(1, -(-len(content) // SECTOR))
        chain = [*range(first + 1, first + clusters), 0xFFF]
        table += [0] * clusters if is_deleted else chain
        data += content.ljust(clusters * SECTOR, b"\0")
        stem, _, ending = name.partition(".")
        short = stem.ljust(8).encode() + ending.ljust(3).encode()
        if is_deleted:
            short = b"\xe5" + short[1:]
        entries += struct.pack(
            "<11sBBBHHHHHHHI", short, 0x20, 0, 0, _TIME, _DATE, _DATE, 0, _TIME, _DATE, first,
            len(content),
        )  # fmt: skip
    sectors = [
        boot.ljust(SECTOR - 2, b"\0") + b"\x55\xaa",
        *[_packed(table).ljust(SECTOR, b"\0")] * 2,
        entries.ljust(ROOT_ENTRIES * 32, b"\0"),
        data,
    ]
    image = b"".join(sectors)
    if len(image) > SECTORS * SECTOR or len(entries) > ROOT_ENTRIES * 32:
        raise ValueError("the files do not fit the practice disk")
    return image.ljust(SECTORS * SECTOR, b"\0")


def _packed(table: list[int]) -> bytes:
    """Twelve bits per cluster, two of them in three bytes."""
    packed = bytearray()
    for place in range(0, len(table) + len(table) % 2, 2):
        low, high = table[place], table[place + 1] if place + 1 < len(table) else 0
        packed += bytes([low & 0xFF, (low >> 8) | ((high & 0xF) << 4), high >> 4])
    return bytes(packed)
