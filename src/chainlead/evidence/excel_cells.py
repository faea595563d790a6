"""The text cells of old Excel workbooks, with sheet and cell: `Accounts!B7`.

Found in: `.xls` files of Excel 97 to 2003 (BIFF8).
Proof: the record structure; a string table whose parts fit.
Limits: numbers, dates and formulas' numbers are not given; Excel 95 and older have raw bytes only;
strings that no cell uses come last; an encrypted workbook is told by its record.
Spec: [MS-XLS] 2.4.265 (SST), 2.4.149 (LabelSst), 2.4.28 (BoundSheet8), 2.5.293.
"""

import struct
from collections.abc import Iterator

from chainlead.evidence.naming import readable_name
from chainlead.evidence.row_view import Row
from chainlead.evidence.sheet_cells import column_name

_BOF, _EOF, _CONTINUE, _SST, _LABEL_SST, _LABEL, _BOUND, _FILE_PASS, _STRING = (
    0x0809, 0x000A, 0x003C, 0x00FC, 0x00FD, 0x0204, 0x0085, 0x002F, 0x0207,
)  # fmt: skip
_STRINGS = 1 << 20
_Record = tuple[int, int, list[bytes]]


def records(content: bytes) -> Iterator[_Record]:
    """Offset, kind and parts of each record, continuations joined to it as further parts."""
    position = 0
    waiting: _Record | None = None
    while position + 4 <= len(content):
        kind, size = struct.unpack_from("<HH", content, position)
        part = content[position + 4 : position + 4 + size]
        if kind == _CONTINUE and waiting is not None:
            waiting[2].append(part)
        else:
            if waiting is not None:
                yield waiting
            waiting = (position, kind, [part])
        position += 4 + size
    if waiting is not None:
        yield waiting


def is_encrypted(content: bytes) -> bool:
    """Whether the workbook's second record says so."""
    first = struct.unpack_from("<HH", content) if len(content) >= 4 else (0, 0)
    at = 4 + first[1]
    return first[0] == _BOF and content[at : at + 2] == struct.pack("<H", _FILE_PASS)


def cell_rows(content: bytes) -> Iterator[Row]:
    """The text cells, sheet by sheet, then strings that no cell uses."""
    sheets: dict[int, str] = {}
    strings: list[str] = []
    used: set[int] = set()
    sheet, last_row = "", -1
    for offset, kind, parts in records(content):
        part = parts[0]
        if kind == _BOUND and len(part) >= 8:
            place, state = struct.unpack_from("<IB", part)
            sheets[place] = _sheet_name(part) + (" (hidden sheet)" if state & 3 else "")
        elif kind == _SST:
            strings = list(_shared(parts))
        elif kind == _BOF:
            sheet, last_row = sheets.get(offset, ""), -1
        elif kind in {_LABEL_SST, _LABEL} and len(part) >= 10:
            row, column = struct.unpack_from("<HH", part)
            if kind == _LABEL_SST:
                number = struct.unpack_from("<I", part, 6)[0]
                text = strings[number] if number < len(strings) else ""
                used.add(number)
            else:
                text = _short_text(part[6:])
            if last_row not in {-1, row}:
                yield Row("", "", "\n")
            last_row = row
            name, _, note = sheet.partition(" (hidden sheet)")
            note = " (hidden sheet)" if sheet.endswith(" (hidden sheet)") else note
            yield Row(f"{name}!{column_name(column)}{row + 1}{note}", text, "\t")
        elif kind == _STRING and len(part) >= 3:
            yield Row(f"{sheet}: text of a formula", _short_text(part), "\n")
    for number, text in enumerate(strings):
        if number not in used:
            yield Row(f"string {number} (in no cell)", text)


def _sheet_name(part: bytes) -> str:
    size, flags = part[6], part[7]
    raw = part[8 : 8 + size * (2 if flags & 1 else 1)]
    return readable_name(raw.decode("utf-16-le" if flags & 1 else "latin-1", "replace"))


def _short_text(content: bytes) -> str:
    size, flags = struct.unpack_from("<HB", content)
    raw = content[3 : 3 + size * (2 if flags & 1 else 1)]
    return raw.decode("utf-16-le" if flags & 1 else "latin-1", "replace")


class _Parts:
    """The parts of the string table; a string that goes over a border begins with new flags."""

    def __init__(self, parts: list[bytes]) -> None:
        self.parts = parts
        self.number, self.at = 0, 8

    def take(self, size: int) -> bytes:
        found = bytearray()
        while size > 0:
            if self.number >= len(self.parts):
                raise IndexError
            piece = self.parts[self.number][self.at : self.at + size]
            found += piece
            self.at += len(piece)
            size -= len(piece)
            if size > 0:
                self.number, self.at = self.number + 1, 0
        return bytes(found)

    def characters(self, count: int, *, is_wide: bool) -> str:
        words = []
        while count > 0:
            if self.number >= len(self.parts):
                raise IndexError
            width = 2 if is_wide else 1
            room = (len(self.parts[self.number]) - self.at) // width
            if room <= 0:
                self.number, self.at = self.number + 1, 0
                is_wide = bool(self.take(1)[0] & 1)
                continue
            wanted = min(count, room)
            raw = self.take(wanted * width)
            words.append(raw.decode("utf-16-le" if is_wide else "latin-1", "replace"))
            count -= wanted
        return "".join(words)


def _shared(parts: list[bytes]) -> Iterator[str]:
    if len(parts[0]) < 8:
        return
    count = min(struct.unpack_from("<I", parts[0], 4)[0], _STRINGS)
    reading = _Parts(parts)
    try:
        for _ in range(count):
            size, flags = struct.unpack("<HB", reading.take(3))
            runs = struct.unpack("<H", reading.take(2))[0] if flags & 8 else 0
            extra = struct.unpack("<I", reading.take(4))[0] if flags & 4 else 0
            yield reading.characters(size, is_wide=bool(flags & 1))
            reading.take(4 * runs)
            reading.take(extra)
    except (IndexError, struct.error):
        return
