"""Rows that an SQLite database no longer shows: on free pages, in unused space, in its logs.

Found in: any database from which rows were deleted or in which they were changed.
Proof: a page's own header and cell pointers; in unused space only the shape of a record: its types
must fill its header, and its content must fit and be text where the types say text.
Limits: the first four bytes of a deleted cell are overwritten, so its first columns may be missing;
cells that were freed side by side and joined are left to the search of raw bytes; content that
went on to other pages is cut off; at most 32 MiB of unused space are tried.
Spec: https://www.sqlite.org/fileformat2.html
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from chainlead.evidence.budget import Budget

_LEAVES = {0x0D: True, 0x0A: False}  # table leaf, index leaf: whether a cell has a rowid
_FILE_HEADER_BYTES = 100
_PRINTABLE = re.compile(rb"[\x20-\x7e]{8,}|(?:[\x20-\x7e]\x00){8,}|(?:\x00[\x20-\x7e]){8,}")
_SIZES = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)
_SHORTEST = 4
_LONGEST_HEADER = 127
_MOST_CARVED_BYTES = 32 << 20
_TEXT_ENCODINGS = {1: "utf-8", 2: "utf-16-le", 3: "utf-16-be"}
_JOURNAL_MAGIC = bytes.fromhex("d9d505f920a163d7")
_WAL_HEADER_BYTES, _FRAME_HEADER_BYTES = 32, 24


@dataclass(frozen=True, slots=True)
class Remnant:
    """A text or blob that no query shows.

    Attributes:
        origin: `freelist`, `unallocated`, `wal` or `journal`.
        row: page, and place in it.
    """

    origin: str
    row: str
    content: bytes | str


@dataclass(frozen=True, slots=True)
class _Layout:
    page_bytes: int
    usable_bytes: int
    encoding: str


def find_remnants(
    image: bytes | bytearray, wal: bytes, journal: bytes, budget: Budget
) -> Iterator[Remnant]:
    """What free pages, unused space, older log frames and the rollback journal still hold.

    Args:
        image: the database as it is now.
        wal: the bytes of its write-ahead log, or nothing.
        journal: the bytes of its rollback journal, or nothing.
        budget: what may still be spent.
    """
    layout = _layout(image)
    if layout is None:
        return
    free = set()
    for number in _free_pages(image, layout, budget):
        free.add(number)
        page = _page(image, layout, number)
        yield from _page_remnants(page, layout, "freelist", f"page {number}", budget)
    yield from _unallocated(image, layout, free, budget)
    for index, number, page in _wal_pages(wal, layout):
        if page != _page(image, layout, number):
            where = f"frame {index} page {number}"
            yield from _page_remnants(page, layout, "wal", where, budget)
    for number, page in _journal_pages(journal, layout):
        if page != _page(image, layout, number):
            yield from _page_remnants(page, layout, "journal", f"page {number}", budget)


def _layout(image: bytes | bytearray) -> _Layout | None:
    if len(image) < _FILE_HEADER_BYTES:
        return None
    page_bytes = int.from_bytes(image[16:18], "big")
    page_bytes = 65536 if page_bytes == 1 else page_bytes
    usable = page_bytes - image[20]
    if page_bytes < 512 or page_bytes & (page_bytes - 1) or usable < 480:
        return None
    encoding = _TEXT_ENCODINGS.get(int.from_bytes(image[56:60], "big"), "utf-8")
    return _Layout(page_bytes, usable, encoding)


def _page(image: bytes | bytearray, layout: _Layout, number: int) -> bytes:
    start = (number - 1) * layout.page_bytes
    return bytes(image[start : start + layout.page_bytes]) if number > 0 else b""


def _free_pages(image: bytes | bytearray, layout: _Layout, budget: Budget) -> Iterator[int]:
    """Trunk and leaf pages of the free list, each once, however the list is tied."""
    most = len(image) // layout.page_bytes
    seen: set[int] = set()
    trunk = int.from_bytes(image[32:36], "big")
    while 0 < trunk <= most and trunk not in seen:
        budget.check_time()
        seen.add(trunk)
        yield trunk
        page = _page(image, layout, trunk)
        following, count = struct.unpack_from(">II", page)
        count = min(count, (layout.usable_bytes - 8) // 4)
        for leaf in struct.unpack_from(f">{count}I", page, 8):
            if 0 < leaf <= most and leaf not in seen:
                seen.add(leaf)
                yield leaf
        trunk = following


def _page_remnants(
    page: bytes, layout: _Layout, origin: str, where: str, budget: Budget
) -> Iterator[Remnant]:
    budget.check_time()
    start = _FILE_HEADER_BYTES if page.startswith(b"SQLite format 3\0") else 0
    if len(page) < layout.page_bytes:
        return
    if page[start] in _LEAVES:
        for number, record in enumerate(_cells(page, start, layout)):
            yield from _named(record, origin, f"{where} cell {number}")
    elif _PRINTABLE.search(page):
        for at, record in _carve(page[: layout.usable_bytes], layout):
            yield from _named(record, origin, f"{where} offset {at}")


def _named(record: list[tuple[int, bytes | str]], origin: str, where: str) -> Iterator[Remnant]:
    for column, content in record:
        yield Remnant(origin, f"{origin} {where} column {column}", content)


def _cells(page: bytes, start: int, layout: _Layout) -> Iterator[list[tuple[int, bytes | str]]]:
    count = int.from_bytes(page[start + 3 : start + 5], "big")
    has_rowid = _LEAVES[page[start]]
    count = min(count, (layout.usable_bytes - start - 8) // 2)
    for pointer in struct.unpack_from(f">{count}H", page, start + 8):
        if not start + 8 <= pointer < layout.usable_bytes:
            continue
        _, position = _varint(page, pointer)
        if has_rowid:
            _, position = _varint(page, position)
        record = _record(page[position : layout.usable_bytes], layout, is_cut=True)
        if record is not None:
            yield record[0]


def _unallocated(
    image: bytes | bytearray, layout: _Layout, free: set[int], budget: Budget
) -> Iterator[Remnant]:
    carved = 0
    for number in range(1, len(image) // layout.page_bytes + 1):
        start = _FILE_HEADER_BYTES if number == 1 else 0
        if number in free or image[(number - 1) * layout.page_bytes + start] != 0x0D:
            continue
        budget.check_time()
        page = _page(image, layout, number)
        for at, region, is_block in _gaps(page, start, layout):
            if not _PRINTABLE.search(region):
                continue
            carved += len(region)
            if carved > _MOST_CARVED_BYTES:
                return
            found = list(_headless(region, layout)) if is_block else []
            for offset, record in found or _carve(region, layout):
                where = f"page {number} offset {at + offset}"
                yield from _named(record, "unallocated", where)


def _gaps(page: bytes, start: int, layout: _Layout) -> Iterator[tuple[int, bytes, bool]]:
    """The space before the cells, and each free block; whether it is a block."""
    block, count, content = struct.unpack_from(">HHH", page, start + 1)
    first = start + 8 + 2 * count
    content = min(content or 65536, layout.usable_bytes)
    if first < content:
        yield first, page[first:content], False
    before = 0
    while before < block <= layout.usable_bytes - 4:  # blocks are in order, so a cycle ends it
        following, size = struct.unpack_from(">HH", page, block)
        if size < 4 or block + size > layout.usable_bytes:
            return
        yield block, page[block : block + size], True
        before, block = block, following


def _carve(region: bytes, layout: _Layout) -> Iterator[tuple[int, list[tuple[int, bytes | str]]]]:
    """Whole records, header included, anywhere in the region."""
    position = 0
    while position < len(region) - _SHORTEST:
        if 2 <= region[position] <= _LONGEST_HEADER:
            record = _record(region[position:], layout, is_cut=False)
            if record is not None and record[0]:
                yield position, record[0]
                position += record[1]
                continue
        position += 1


def _headless(block: bytes, layout: _Layout) -> Iterator[tuple[int, list[tuple[int, bytes | str]]]]:
    """The cell of a free block, whose first four bytes are gone: types that fill it exactly."""
    for start in range(4, min(14, len(block))):
        types: list[int] = []
        position = start
        while position < len(block) and len(types) < _LONGEST_HEADER:
            kind, position = _varint(block, position)
            if kind in {10, 11}:
                break
            types.append(kind)
            size = sum(map(_size, types))
            if size > len(block) - position:
                break
            if size == len(block) - position:
                record = _columns(block, position, types, layout, is_cut=False)
                if record:
                    yield start, record
                    return


def _record(
    content: bytes, layout: _Layout, *, is_cut: bool
) -> tuple[list[tuple[int, bytes | str]], int] | None:
    """Texts and blobs of the record at the start, and its length; None if it is none."""
    if not content:
        return None
    header, position = _varint(content, 0)
    if not 2 <= header <= len(content):
        return None
    types: list[int] = []
    while position < header:
        kind, position = _varint(content, position)
        if kind in {10, 11}:
            return None
        types.append(kind)
    size = sum(map(_size, types))
    if position != header or (not is_cut and header + size > len(content)):
        return None
    columns = _columns(content, header, types, layout, is_cut=is_cut)
    return None if columns is None else (columns, header + size)


def _columns(
    content: bytes, position: int, types: list[int], layout: _Layout, *, is_cut: bool
) -> list[tuple[int, bytes | str]] | None:
    """Texts and blobs of four bytes or more; None where a text is no text."""
    found: list[tuple[int, bytes | str]] = []
    has_text = is_cut
    for column, kind in enumerate(types):
        size = _size(kind)
        part = content[position : position + size]
        position += size
        if kind < 12 or size < _SHORTEST:
            continue
        if kind % 2 == 0:
            found.append((column, part))
            continue
        try:
            text = part.decode(layout.encoding, "replace" if is_cut else "strict")
        except UnicodeDecodeError:
            return None
        if not is_cut and not text.replace("\n", " ").replace("\t", " ").isprintable():
            return None
        has_text = True
        found.append((column, text))
    return found if has_text else None


def _size(kind: int) -> int:
    return (kind - 12) // 2 if kind >= 12 else _SIZES[kind] if kind < 10 else 0


def _varint(content: bytes, position: int) -> tuple[int, int]:
    """SQLite's own numbers: the high bits first, nine bytes at most; 0 behind the end."""
    value = 0
    for index in range(9):
        if position + index >= len(content):
            return value, position + index + 1
        byte = content[position + index]
        if index == 8:
            return value << 8 | byte, position + 9
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, position + index + 1
    return value, position + 9


def _wal_pages(wal: bytes, layout: _Layout) -> Iterator[tuple[int, int, bytes]]:
    """Every frame of the log, committed or not, of this round or an older one."""
    stride = _FRAME_HEADER_BYTES + layout.page_bytes
    starts = range(_WAL_HEADER_BYTES, len(wal) - stride + 1, stride)
    for index, start in enumerate(starts):
        number = int.from_bytes(wal[start : start + 4], "big")
        yield index, number, wal[start + _FRAME_HEADER_BYTES : start + stride]


def _journal_pages(journal: bytes, layout: _Layout) -> Iterator[tuple[int, bytes]]:
    """The pages as they were before the last change; also where the header was wiped."""
    sector = 512
    if journal.startswith(_JOURNAL_MAGIC):
        sector = int.from_bytes(journal[20:24], "big") or 512
    stride = layout.page_bytes + 8
    for start in range(max(sector, 28), len(journal) - stride + 1, stride):
        number = int.from_bytes(journal[start : start + 4], "big")
        if not 0 < number < 1 << 31:
            return
        yield number, journal[start + 4 : start + 4 + layout.page_bytes]
