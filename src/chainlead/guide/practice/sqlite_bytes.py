"""A small SQLite database with a write-ahead log, written byte by byte.

The database library would stamp its own version and random salts into the files; the practice
exhibit must be the same on every machine. Spec: "Database File Format" of the SQLite project
(header, table leaf pages, record format, WAL header and frames with their checksums).
"""

import struct
from collections.abc import Sequence

PAGE_BYTES = 4096
Value = int | str


def _varint(number: int) -> bytes:
    groups = [number & 0x7F]
    number >>= 7
    while number:
        groups.append((number & 0x7F) | 0x80)
        number >>= 7
    return bytes(reversed(groups))


def _record(values: Sequence[Value | None]) -> bytes:
    types, body = b"", b""
    for value in values:
        if value is None:
            types += _varint(0)
        elif isinstance(value, int):
            types += _varint(6)
            body += value.to_bytes(8, "big", signed=True)
        else:
            encoded = value.encode()
            types += _varint(13 + 2 * len(encoded))
            body += encoded
    return _varint(len(types) + 1) + types + body


def _leaf(rows: Sequence[tuple[int, Sequence[Value | None]]], header_at: int = 0) -> bytearray:
    page = bytearray(PAGE_BYTES)
    end = PAGE_BYTES
    pointers = []
    for rowid, values in rows:
        record = _record(values)
        cell = _varint(len(record)) + _varint(rowid) + record
        end -= len(cell)
        page[end : end + len(cell)] = cell
        pointers.append(end)
    head = struct.pack(">BHHHB", 0x0D, 0, len(rows), end, 0)
    head += b"".join(struct.pack(">H", pointer) for pointer in pointers)
    if header_at + len(head) > end:
        raise ValueError("the rows do not fit one page")
    page[header_at : header_at + len(head)] = head
    return page


def database_with_wal(
    table: str,
    columns: str,
    settled: Sequence[Sequence[Value]],
    in_wal: Sequence[Sequence[Value]],
    salt: bytes,
) -> tuple[bytes, bytes]:
    """A database file and its log.

    Args:
        table: name of the one table; its first column is the row number.
        columns: the column definitions as SQL.
        settled: rows (without row number) that stand in the database file.
        in_wal: rows that only the log holds.
        salt: 8 bytes for the log.

    Returns:
        The bytes of the database and of its `-wal` file.
    """
    sql = f"CREATE TABLE {table} ({columns})"
    first = _leaf([(1, ["table", table, table, 2, sql])], header_at=100)
    first[:100] = struct.pack(
        ">16sHBBBBBBIIIIIIIIIIII20xII",
        b"SQLite format 3\x00", PAGE_BYTES, 2, 2, 0, 64, 32, 32,
        1, 2, 0, 0, 1, 4, 0, 0, 1, 0, 0, 0, 1, 3_040_000,
    )  # fmt: skip
    old = [(number, [None, *row]) for number, row in enumerate(settled, 1)]
    new = [(number, [None, *row]) for number, row in enumerate(in_wal, len(settled) + 1)]
    database = bytes(first) + bytes(_leaf(old))
    return database, _log([(2, bytes(_leaf([*old, *new])))], salt)


def _log(frames: Sequence[tuple[int, bytes]], salt: bytes) -> bytes:
    head = struct.pack(">IIII", 0x377F0683, 3_007_000, PAGE_BYTES, 0) + salt
    sums = _checksum(head, (0, 0))
    log = head + struct.pack(">II", *sums)
    for number, page in frames:
        start = struct.pack(">II", number, 2)  # the second field marks a commit of 2 pages
        sums = _checksum(start + page, sums)
        log += start + salt + struct.pack(">II", *sums) + page
    return log


def _checksum(content: bytes, sums: tuple[int, int]) -> tuple[int, int]:
    one, two = sums
    words = struct.unpack(f">{len(content) // 4}I", content)
    for even, odd in zip(words[::2], words[1::2], strict=True):
        one = (one + even + two) & 0xFFFFFFFF
        two = (two + odd + one) & 0xFFFFFFFF
    return one, two
