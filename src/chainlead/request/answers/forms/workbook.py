"""XLSX workbooks: each sheet's cells as they are stored; nothing in them is worked out, run or fetched.

Found in: most answers of exchanges and banks.
Proof: a zip archive with `xl/workbook.xml`; each member's checksum.
Limits: of a formula only the value that the file remembers is taken, and it is marked; comments,
pictures and embedded files are counted and left shut; a spreadsheet's number keeps 15 digits. Old
`.xls`, `.xlsb` and workbooks with a password are named errors: ask for XLSX, or save it so.
Spec: ECMA-376; read with openpyxl (read-only mode).
"""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from chainlead.request.answers.form import (
    AnswerForm,
    AnswerLimits,
    ReadingHints,
    UnreadableError,
)
from chainlead.request.answers.sheet import Cell, CellKind, Sheet, SheetRow

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORKBOOK = "xl/workbook.xml"
_BROKEN = (
    zipfile.BadZipFile, zlib.error, ValueError, TypeError, KeyError, AttributeError, IndexError,
    OSError, EOFError, NotImplementedError, RuntimeError, OverflowError, RecursionError,
    AssertionError, SyntaxError, LookupError, ArithmeticError,
)  # fmt: skip
_FORMULA = re.compile(rb"<(?:\w{1,10}:)?f[ >/]")
_HIDDEN_ROW = re.compile(rb"<(?:\w{1,10}:)?row [^>]{0,500}hidden=\"(?:1|true)\"")
_HIDDEN_COLUMN = re.compile(rb"<(?:\w{1,10}:)?col [^>]{0,500}hidden=\"(?:1|true)\"")
_DDE = re.compile(rb"<(?:\w{1,10}:)?ddeLink")
_CHUNK = 1 << 20
_OVERLAP = 600
_LONG_NUMBER = 10**15


class Workbook(AnswerForm):
    """An XLSX file."""

    name = "xlsx"
    rank: ClassVar[int] = 10
    preload: ClassVar[tuple[str, ...]] = ("openpyxl", "openpyxl.reader.excel", "decimal")

    def matches(self, content: bytes, name: str) -> bool:
        """A zip with a workbook in it; or an older or locked workbook, to be refused by name."""
        if content.startswith(_OLE):
            return True
        head = content[:4] == b"PK\x03\x04"
        return head and (
            b"xl/workbook" in content or name.lower().endswith((".xlsx", ".xlsm", ".xlsb"))
        )

    def read(self, content: bytes, hints: ReadingHints, limits: AnswerLimits) -> list[Sheet]:  # noqa: ARG002  (a workbook says its own form)
        """Every sheet, the hidden ones too."""
        if content.startswith(_OLE):
            raise UnreadableError(_of_ole(content))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return list(_Reading(content, limits).sheets())
        except UnreadableError:
            raise
        except _BROKEN as error:
            raise UnreadableError(f"the workbook is damaged ({type(error).__name__})") from error


def _of_ole(content: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return (
            "the workbook is protected with a password; open it, save it without one, import both"
        )
    return "it is an old Excel or other OLE file; save it as XLSX and import both"


class _Reading:
    def __init__(self, content: bytes, limits: AnswerLimits) -> None:
        self._content = content
        self._limits = limits
        self._archive = zipfile.ZipFile(io.BytesIO(content))
        self._names = {entry.filename for entry in self._archive.infolist()}
        self._cells = 0
        self._check_archive()

    def _check_archive(self) -> None:
        total = 0
        for entry in self._archive.infolist():
            total += entry.file_size
            packed = max(entry.compress_size, 1)
            is_bomb = (
                entry.file_size > self._limits.ratio_floor_bytes
                and entry.file_size > self._limits.ratio * packed
            )
            if is_bomb or total > self._limits.total_bytes:
                raise UnreadableError(
                    "the workbook is huge when unpacked: an archive bomb, or a file to be asked "
                    "for in parts"
                )
        if len(self._names) > self._limits.members:
            raise UnreadableError(f"the workbook has {len(self._names)} parts")
        if _WORKBOOK not in self._names:
            raise UnreadableError(
                "it is a binary or unknown workbook; save it as XLSX, import both"
            )
        for name in sorted(self._names):
            if name.endswith((".xml", ".rels")) and self._holds(name, (b"<!DOCTYPE", b"<!ENTITY")):
                raise UnreadableError(
                    "its XML declares entities; no spreadsheet program writes that"
                )

    def sheets(self) -> Iterator[Sheet]:
        import openpyxl  # noqa: PLC0415  (loaded for such files only)

        kept = openpyxl.load_workbook(
            io.BytesIO(self._content), read_only=True, data_only=True, keep_links=False
        )
        told = openpyxl.load_workbook(
            io.BytesIO(self._content), read_only=True, data_only=False, keep_links=False
        )
        if len(kept.worksheets) > self._limits.sheets:
            raise UnreadableError(f"the workbook has {len(kept.worksheets)} sheets")
        if not kept.worksheets:
            raise UnreadableError("the workbook has no sheet")
        about = self._about()
        for one, other in zip(kept.worksheets, told.worksheets, strict=True):
            yield self._sheet(one, other, about)
            about = []

    def _about(self) -> list[str]:
        """What holds of the whole workbook; told with its first sheet."""
        notes = []
        if any(name.lower().endswith("vbaproject.bin") for name in self._names):
            notes.append("The workbook holds macros; they were not run.")
        links = [name for name in self._names if name.startswith("xl/externalLinks/externalLink")]
        if links:
            notes.append(
                f"The workbook links to {len(links)} other files or servers; none was asked."
            )
        if any(self._matches(name, _DDE) for name in sorted(links)):
            notes.append("The workbook holds a DDE link, which would start a program; it was not.")
        if any(name.startswith("xl/connections") for name in self._names):
            notes.append("The workbook holds data connections; none was asked.")
        for folder, what in (
            ("xl/media/", "pictures: never opened"),
            ("xl/embeddings/", "embedded files: not opened"),
            ("xl/comments", "parts with comments: not read"),
            ("xl/chartsheets/", "chart sheets: not read"),
        ):
            count = sum(
                name.startswith(folder) and name.endswith(".rels") is False for name in self._names
            )
            if count:
                notes.append(f"The workbook holds {count} {what}.")
        return notes

    def _sheet(self, kept: Any, told: Any, about: list[str]) -> Sheet:
        notes = list(about)
        path = str(getattr(kept, "_worksheet_path", "")).lstrip("/")
        if kept.sheet_state != "visible":
            notes.append("The sheet is hidden in the workbook; it was read.")
        if self._matches(path, _HIDDEN_ROW):
            notes.append("The sheet has hidden rows; they were read.")
        if self._matches(path, _HIDDEN_COLUMN):
            notes.append("The sheet has hidden columns; they were read.")
        has_formulas = self._matches(path, _FORMULA)
        kept.reset_dimensions()
        told.reset_dimensions()
        rows = []
        formulas = empty_formulas = 0
        long_number = 0
        others = told.iter_rows() if has_formulas else None
        for number, cells in enumerate(kept.iter_rows(), 1):
            sources = next(others, ()) if others is not None else ()
            self._count(number, len(cells))
            made = []
            for index, cell in enumerate(cells):
                source = sources[index] if index < len(sources) else None
                is_formula = source is not None and source.data_type == "f"
                read = _cell(cell, is_formula=is_formula, limit=self._limits.cell_characters)
                formulas += is_formula
                empty_formulas += is_formula and not read.text
                if _is_long(cell.value) and not long_number:
                    long_number = number
                made.append(read)
            while made and not made[-1].text:
                made.pop()
            if made:
                rows.append(SheetRow(number, tuple(made)))
        if formulas:
            notes.append(
                f"{formulas} cells are formulas; none was worked out. The values that the file "
                f"remembers were taken; {empty_formulas} have none."
            )
        if long_number:
            notes.append(
                f"Row {long_number} holds a number of more than 15 digits: a spreadsheet rounds "
                "such numbers. Ask for account and reference numbers as text."
            )
        return Sheet(str(kept.title), tuple(rows), tuple(notes))

    def _count(self, rows: int, width: int) -> None:
        self._cells += width
        if width > self._limits.columns:
            raise UnreadableError(f"row {rows} of a sheet has {width} columns")
        if (rows > self._limits.rows and self._cells) or self._cells > self._limits.cells:
            raise UnreadableError(
                f"a sheet is longer than {self._limits.rows} rows or {self._limits.cells} cells; "
                "ask for it in parts"
            )

    def _matches(self, name: str, pattern: re.Pattern[bytes]) -> bool:
        return any(pattern.search(piece) for piece in self._pieces(name))

    def _holds(self, name: str, words: tuple[bytes, ...]) -> bool:
        return any(word in piece for piece in self._pieces(name) for word in words)

    def _pieces(self, name: str) -> Iterator[bytes]:
        """A member's bytes, each piece with the end of the one before it."""
        if name not in self._names:
            return
        tail = b""
        with self._archive.open(name) as file:
            while chunk := file.read(_CHUNK):
                yield tail + chunk
                tail = chunk[-_OVERLAP:]


def _is_long(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) >= _LONG_NUMBER


def _cell(cell: Any, *, is_formula: bool, limit: int) -> Cell:
    value = cell.value
    kind = CellKind.TEXT
    match value:
        case None:
            text = ""
        case bool():
            text = "true" if value else "false"
        case int() | float():
            text, kind = _number(value), CellKind.NUMBER
        case datetime():
            has_time = "h" in str(getattr(cell, "number_format", "h")).lower() or bool(
                value.hour or value.minute or value.second
            )
            text, kind = (
                (value.isoformat(" ") if has_time else value.date().isoformat()),
                CellKind.MOMENT,
            )
        case date() | time():
            text, kind = value.isoformat(), CellKind.MOMENT
        case timedelta():
            text = str(value)
        case _:
            text = str(value).strip()
    return Cell(text[:limit], CellKind.FORMULA if is_formula else kind)


def _number(value: float) -> str:
    """The shortest digits that give the same number again, without an exponent."""
    if isinstance(value, int):
        return str(value)
    number = Decimal(repr(value))
    if not number.is_finite():
        return ""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
