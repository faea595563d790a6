"""Records of a Berkeley DB B-tree file, page by page, without its library.

Assumption: pages are at their places in the file; the tree above the leaves is not needed.
Limits: pages in another byte order than this file's header says are not read; encrypted databases
of Berkeley DB itself are not read. A damaged page ends that page.
Spec: Berkeley DB `db_page.h` (meta page, leaf page, overflow page).
"""

from collections.abc import Iterator
from typing import Final, Literal

_MAGIC: Final[dict[bytes, Literal["little", "big"]]] = {
    b"\x62\x31\x05\x00": "little",
    b"\x00\x05\x31\x62": "big",
}
_LEAF, _OVERFLOW_PAGE, _KEY_DATA, _OVERFLOW = 5, 7, 1, 3
_DELETED = 0x80
_HEADER = 26
_LARGEST = 4 << 20


def is_btree(content: bytes) -> bool:
    """Whether these bytes begin as a Berkeley DB B-tree."""
    return content[12:16] in _MAGIC


def records(content: bytes) -> Iterator[tuple[bytes, bytes, bool]]:
    """Key, value and whether the record is marked as deleted, in the order of the pages."""
    order = _MAGIC.get(content[12:16], "little")
    page_size = int.from_bytes(content[20:24], order)
    if not 512 <= page_size <= 65536:
        return

    def number(page: bytes, at: int, size: int) -> int:
        return int.from_bytes(page[at : at + size], order)

    def item(page: bytes, at: int) -> tuple[bytes, bool]:
        kind = page[at + 2] if at + 2 < len(page) else 0
        if kind & 0x7F == _KEY_DATA:
            return page[at + 3 : at + 3 + number(page, at, 2)], bool(kind & _DELETED)
        if kind & 0x7F == _OVERFLOW:
            return overflow(number(page, at + 4, 4), number(page, at + 8, 4)), bool(kind & _DELETED)
        return b"", True

    def overflow(start: int, size: int) -> bytes:
        pieces: list[bytes] = []
        got = 0
        while start and got < min(size, _LARGEST):
            page = content[start * page_size : (start + 1) * page_size]
            if len(page) < page_size or page[25] != _OVERFLOW_PAGE:
                break
            piece = page[_HEADER : _HEADER + number(page, 22, 2)]
            if not piece:
                break
            pieces.append(piece)
            got += len(piece)
            start = number(page, 16, 4)
        return b"".join(pieces)[:size]

    for offset in range(0, len(content) - page_size + 1, page_size):
        if content[offset + 25] != _LEAF:
            continue
        page = content[offset : offset + page_size]
        count = min(number(page, 20, 2), (page_size - _HEADER) // 2)
        for place in range(0, count - 1, 2):
            key_at = number(page, _HEADER + 2 * place, 2)
            value_at = number(page, _HEADER + 2 * place + 2, 2)
            if key_at < _HEADER or value_at < _HEADER:
                continue
            (key, key_deleted), (value, deleted) = item(page, key_at), item(page, value_at)
            if key:
                yield key, value, key_deleted or deleted
