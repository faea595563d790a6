"""The cells of spreadsheets, each with its sheet and name: `Accounts!B7`.

Found in: xlsx and its kin (a table of shared strings beside the sheets), ods.
Proof: the XML's structure.
Limits: a row or column that is repeated is read once, at its first place; more strings or cells
than the member limits allow are not read; a long string stands in 16 cells at most; dates and numbers stand as they are stored.
Spec: ECMA-376 part 1, section 18 (SpreadsheetML); OASIS OpenDocument 1.3, part 3, section 9.
"""

import re
from collections.abc import Iterator

from chainlead.evidence.budget import Budget
from chainlead.evidence.naming import readable_name
from chainlead.evidence.office_text import parse_xml
from chainlead.evidence.row_view import Row
from chainlead.evidence.stream import Stream

_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_ROW_NAME = re.compile(r"![A-Z]{1,7}\d{1,9}( \([a-z ]+\))?$")
_LAST = 1 << 24
_LONG = 256
_USES = 16
"""How many cells show the same long string: a small file may name one a million times."""


def column_name(index: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    name = ""
    index += 1
    while index > 0:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def is_sheet_row(row: str) -> bool:
    """Whether a row's name is that of a cell, like `Accounts!B7`."""
    return _ROW_NAME.search(row) is not None


def shared_strings(stream: Stream, budget: Budget) -> Iterator[str]:
    """The strings that cells refer to by number; runs are joined, reading aids left out."""
    words: list[str] = []
    ready: list[str] = []
    inside = {"si": 0, "t": 0, "rPh": 0}

    def start(name: str, _attributes: dict[str, str]) -> None:
        if name in inside:
            inside[name] += 1
        if name == "si":
            words.clear()

    def end(name: str) -> None:
        if name in inside:
            inside[name] = max(inside[name] - 1, 0)
        if name == "si":
            ready.append("".join(words))

    def text(content: str) -> None:
        if inside["t"] and inside["si"] and not inside["rPh"]:
            words.append(content)

    def drain() -> Iterator[Row]:
        for string in ready:
            yield Row("", string)
        ready.clear()

    for row in parse_xml(stream, start, end, text, budget=budget, drain=drain):
        yield row.text


class SheetCells:
    """Reads one sheet of a workbook; knows afterwards which shared strings it used."""

    def __init__(self, sheet: str, note: str, strings: list[str], used: bytearray) -> None:
        """`note` stands behind each row's name, for example that the sheet is hidden."""
        self._sheet = readable_name(sheet)
        self._note = f" ({note})" if note else ""
        self._strings = strings
        self._used = used
        self._row, self._column = 0, -1
        self._kind = ""
        self._words: dict[str, list[str]] = {"v": [], "f": [], "t": []}
        self._inside = ""
        self._ready: list[Row] = []

    def rows(self, stream: Stream, budget: Budget) -> Iterator[Row]:
        """The cells in order, a tab between them, a line for each row."""
        yield from parse_xml(
            stream, self._start, self._end, self._text, budget=budget, drain=self._drain
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            number = attributes.get("r", "")
            self._row = int(number) if number.isdecimal() and len(number) < 9 else self._row + 1
            self._column = -1
        elif name == "c":
            self._kind = attributes.get("t", "")
            place = _CELL.fullmatch(attributes.get("r", ""))
            if place:
                self._row = int(place.group(2))
                self._column = _column_index(place.group(1))
            else:
                self._column += 1
            for words in self._words.values():
                words.clear()
        elif name in self._words:
            self._inside = name
        elif name in {"hyperlink", "oddHeader", "oddFooter"}:
            self._inside = ""

    def _text(self, content: str) -> None:
        if self._inside:
            self._words[self._inside].append(content)

    def _end(self, name: str) -> None:
        if name in self._words:
            self._inside = ""
        elif name == "c":
            self._cell()
        elif name == "row" and self._ready:
            last = self._ready[-1]
            self._ready[-1] = Row(last.row, last.text, "\n")

    def _cell(self) -> None:
        value, formula = "".join(self._words["v"]), "".join(self._words["f"])
        text = "".join(self._words["t"]) or value
        if self._kind == "s":
            number = int(value) if value.isascii() and value.isdecimal() and len(value) < 9 else -1
            text = ""
            if 0 <= number < len(self._strings):
                text = self._strings[number]
                if self._used[number] >= _USES and len(text) > _LONG:
                    text = ""
                self._used[number] = min(self._used[number] + 1, 255)
        where = f"{self._sheet}!{column_name(self._column)}{self._row}{self._note}"
        if text:
            self._ready.append(Row(where, text, "\t"))
        if formula:
            self._ready.append(Row(where, f"={formula}", "\t"))

    def _drain(self) -> Iterator[Row]:
        ready, self._ready = self._ready, []
        yield from ready


def _column_index(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def open_document_cells(stream: Stream, budget: Budget) -> Iterator[Row]:
    """The cells of an OpenDocument spreadsheet, with notes; a tab between cells."""
    reading = _OpenDocumentCells()
    yield from parse_xml(
        stream, reading.start, reading.end, reading.text, budget=budget, drain=reading.drain
    )


class _OpenDocumentCells:
    def __init__(self) -> None:
        self._sheet = ""
        self._row, self._column, self._wide, self._high = 0, 0, 1, 1
        self._in_cell = 0
        self._words: list[str] = []
        self._ready: list[Row] = []
        self._hidden: set[str] = set()
        self._style = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "style":
            self._style = attributes.get("style:name", "")
        elif name == "table-properties" and attributes.get("table:display") == "false":
            self._hidden.add(self._style)
        elif name == "table":
            hidden = attributes.get("table:style-name", "") in self._hidden
            self._sheet = readable_name(attributes.get("table:name", ""))
            self._note = " (hidden sheet)" if hidden else ""
            self._row, self._high = 0, 1
        elif name == "table-row":
            self._row = min(self._row + self._high, _LAST) if self._row else 1
            self._high = _count(attributes.get("table:number-rows-repeated", ""))
            self._column, self._wide = 0, 0
        elif name in {"table-cell", "covered-table-cell"}:
            self._column = min(self._column + self._wide, _LAST)
            self._wide = _count(attributes.get("table:number-columns-repeated", ""))
            self._in_cell = 1
            self._words = []
            formula = attributes.get("table:formula", "")
            if formula:
                self._ready.append(Row(self._where(), formula, "\t"))
        elif name == "p" and self._words:
            self._words.append("\n")
        elif name == "a" and self._in_cell:
            target = attributes.get("xlink:href", "")
            if target:
                self._ready.append(Row(self._where(), target, "\t"))
        elif name == "s" and self._in_cell:
            self._words.append(" ")

    _note = ""

    def _where(self) -> str:
        return f"{self._sheet}!{column_name(self._column)}{self._row}{self._note}"

    def end(self, name: str) -> None:
        if name in {"table-cell", "covered-table-cell"}:
            self._in_cell = 0
            text = "".join(self._words)
            if text.strip():
                self._ready.append(Row(self._where(), text, "\t"))
        elif name == "table-row" and self._ready:
            last = self._ready[-1]
            self._ready[-1] = Row(last.row, last.text, "\n")

    def text(self, content: str) -> None:
        if self._in_cell:
            self._words.append(content)

    def drain(self) -> Iterator[Row]:
        ready, self._ready = self._ready, []
        yield from ready


def _count(text: str) -> int:
    return max(int(text), 1) if text.isascii() and text.isdecimal() and len(text) < 9 else 1
