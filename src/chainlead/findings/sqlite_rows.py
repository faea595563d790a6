"""Rows of an SQLite database straight from its bytes, for readers that need whole rows.

Assumption: rowid tables; a row's columns are in the order of its CREATE TABLE.
Limits: the write-ahead log is not folded in (cells from it are read by the evidence room); tables
WITHOUT ROWID and deleted rows are not read here. Damage ends a branch of the tree, never the reading.
Spec: https://www.sqlite.org/fileformat2.html
"""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Final

SQLITE_MAGIC: Final = b"SQLite format 3\x00"
_MOST_PAGES: Final = 200_000
_LARGEST_CELL: Final = 16 << 20
_COLUMN: Final = re.compile(r"\s*[\"'`\[]?(\w+)")
_NOT_COLUMNS: Final = frozenset({"PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "CONSTRAINT"})

Row = dict[str, object]


def read_varint(content: bytes, at: int) -> tuple[int, int]:
    """A big-endian variable integer and the place behind it."""
    number = 0
    for place in range(at, min(at + 8, len(content))):
        byte = content[place]
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            return number, place + 1
    if at + 8 < len(content):
        return number << 8 | content[at + 8], at + 9
    raise ValueError("cut")


class SqliteRows:
    """Tables and rows of a database image."""

    def __init__(self, content: bytes) -> None:
        """Take the bytes of a database file."""
        self._content = content
        size = int.from_bytes(content[16:18], "big")
        self._page_size = 65536 if size == 1 else size
        self._usable = self._page_size - (content[20] if len(content) > 20 else 0)

    @cached_property
    def schema(self) -> dict[str, tuple[int, tuple[str, ...]]]:
        """Root page and columns of each table, by its name in lower case."""
        found: dict[str, tuple[int, tuple[str, ...]]] = {}
        if self._page_size < 512:
            return found
        for values in self._walk(1):
            if len(values) >= 5 and values[0] == "table":
                name, root, statement = values[1], values[3], values[4]
                if isinstance(name, str) and isinstance(root, int) and isinstance(statement, str):
                    found[name.lower()] = (root, _columns(statement))
        return found

    def rows(self, table: str) -> Iterator[Row]:
        """The rows of a table as column to value; text, bytes, int or None."""
        root, columns = self.schema.get(table.lower(), (0, ()))
        if root:
            for values in self._walk(root):
                yield dict(zip(columns, values, strict=False))

    def _walk(self, root: int) -> Iterator[list[object]]:
        waiting, visited = [root], set[int]()
        while waiting and len(visited) < _MOST_PAGES:
            number = waiting.pop()
            if number in visited or number < 1:
                continue
            visited.add(number)
            start = (number - 1) * self._page_size
            page = self._content[start : start + self._page_size]
            if len(page) < self._page_size:
                continue
            at = 100 if number == 1 else 0
            kind, count = page[at], int.from_bytes(page[at + 3 : at + 5], "big")
            pointers = at + (12 if kind == 5 else 8)
            offsets = [
                int.from_bytes(page[p : p + 2], "big")
                for p in range(pointers, min(pointers + 2 * count, len(page) - 1), 2)
            ]
            if kind == 5:
                below = [int.from_bytes(page[o : o + 4], "big") for o in offsets]
                below.append(int.from_bytes(page[at + 8 : at + 12], "big"))
                waiting.extend(reversed(below))
            elif kind == 13:
                for offset in offsets:
                    try:
                        yield _record(self._payload(page, offset))
                    except (ValueError, IndexError):
                        continue

    def _payload(self, page: bytes, at: int) -> bytes:
        size, at = read_varint(page, at)
        _rowid, at = read_varint(page, at)
        if size > _LARGEST_CELL:
            raise ValueError("too large")
        most = self._usable - 35
        if size <= most:
            return page[at : at + size]
        least = (self._usable - 12) * 32 // 255 - 23
        local = least + (size - least) % (self._usable - 4)
        local = local if local <= most else least
        pieces, got = [page[at : at + local]], local
        following = int.from_bytes(page[at + local : at + local + 4], "big")
        while following and got < size:
            start = (following - 1) * self._page_size
            piece = self._content[start + 4 : start + self._usable][: size - got]
            if not piece:
                raise ValueError("cut")
            pieces.append(piece)
            got += len(piece)
            following = int.from_bytes(self._content[start : start + 4], "big")
        return b"".join(pieces)


def _record(payload: bytes) -> list[object]:
    end, at = read_varint(payload, 0)
    kinds: list[int] = []
    while at < end:
        kind, at = read_varint(payload, at)
        kinds.append(kind)
    values: list[object] = []
    at = end
    for kind in kinds:
        size = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)[kind] if kind < 10 else (kind - 12) // 2
        piece = payload[at : at + size]
        at += size
        if kind in {0, 7, 10, 11}:
            values.append(None)
        elif kind in {8, 9}:
            values.append(kind - 8)
        elif kind < 7:
            values.append(int.from_bytes(piece, "big", signed=True))
        elif kind % 2:
            values.append(piece.decode("utf-8", "replace"))
        else:
            values.append(piece)
    return values


def _columns(statement: str) -> tuple[str, ...]:
    body = statement.partition("(")[2].rpartition(")")[0]
    parts, depth, start = [], 0, 0
    for at, character in enumerate(body):
        depth += (character == "(") - (character == ")")
        if character == "," and not depth:
            parts.append(body[start:at])
            start = at + 1
    parts.append(body[start:])
    names = [match[1] for part in parts if (match := _COLUMN.match(part))]
    return tuple(name for name in names if name.upper() not in _NOT_COLUMNS)
