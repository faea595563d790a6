"""What every form of answer is read into: sheets of rows of cells, each cell a text.

Nothing is a float: the cell of a number keeps the digits that its file shows. A cell of a formula
keeps the value that the file remembers; no formula is ever worked out.
"""

import unicodedata
from collections.abc import Sequence
from enum import StrEnum

import msgspec


class CellKind(StrEnum):
    """What a file says that a cell is."""

    TEXT = "text"
    NUMBER = "number"
    """A binary number of a spreadsheet: at most 15 digits of it are meant."""
    MOMENT = "moment"
    """A spreadsheet's own date and time: without a zone, as ISO 8601."""
    FORMULA = "formula"
    """The text is the value that the file remembers of a formula."""


class Cell(msgspec.Struct, frozen=True, array_like=True):
    """One cell as text; empty cells have an empty text."""

    text: str
    kind: CellKind = CellKind.TEXT


class SheetRow(msgspec.Struct, frozen=True, array_like=True):
    """One row with its number in its file, counted from 1 as a person sees it."""

    number: int
    cells: tuple[Cell, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """The cells' texts."""
        return tuple(cell.text for cell in self.cells)

    @property
    def is_empty(self) -> bool:
        """Whether no cell has a text."""
        return not any(cell.text for cell in self.cells)


class Sheet(msgspec.Struct, frozen=True):
    """A sheet of a workbook, a whole CSV file, the text of a PDF, or the parts of a JSON document.

    Attributes:
        name: as its file has it; empty where a file has one sheet only.
        rows: without the empty ones.
        notes: what a reader must know of it, in sentences: hidden, formulas, cut.
        kind: the sheet's kind where the form itself says it (IVMS101); else empty.
        is_ragged: empty cells are not seen, so a row with fewer cells than its header may be shifted.
    """

    name: str
    rows: tuple[SheetRow, ...]
    notes: tuple[str, ...] = ()
    kind: str = ""
    is_ragged: bool = False


def rows_of(lines: Sequence[Sequence[str]], *, first: int = 1) -> tuple[SheetRow, ...]:
    """Rows of plain texts, numbered from `first`, without the empty ones."""
    numbered = (
        SheetRow(number, tuple(Cell(text.strip()) for text in line))
        for number, line in enumerate(lines, first)
    )
    return tuple(row for row in numbered if not row.is_empty)


_STEERING = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_BLANKS = frozenset("\t\n\r\x0b\x0c\x85\u2028\u2029")


def visible(sheet: Sheet) -> Sheet:
    r"""The sheet without characters that steer a terminal or turn the reading direction.

    A line end or tab inside a cell becomes a blank; every other such character is written as its
    code, `\u202e`. The sealed file keeps what was there.
    """
    rows = tuple(
        row
        if all(cell.text.isprintable() for cell in row.cells)
        else SheetRow(row.number, tuple(Cell(_shown(cell.text), cell.kind) for cell in row.cells))
        for row in sheet.rows
    )
    return msgspec.structs.replace(sheet, name=_shown(sheet.name), rows=rows)


def _shown(text: str) -> str:
    return text if text.isprintable() else "".join(map(_shown_character, text)).strip()


def _shown_character(character: str) -> str:
    if character in _BLANKS:
        return " "
    if unicodedata.category(character) not in _STEERING:
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
