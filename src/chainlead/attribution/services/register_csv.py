"""Registers as CSV: byte order mark, comma or semicolon, quoted line ends, days in two orders.

Limits: 64 MB and 200,000 rows unless a form says more; a cell has at most 20,000 characters. A row
with more cells than the header is not guessed at: it is left out and counted.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO

from chainlead.attribution.services.company_names import said
from chainlead.errors import PackInvalidError

MOST_BYTES = 64 * 1024 * 1024
MOST_ROWS = 200_000
_LONGEST_CELL = 20_000
_SEPARATORS = (",", ";", "\t")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})([T ].*)?")


@dataclass
class Problems:
    """What was odd in a file, counted."""

    counts: dict[str, int] = field(default_factory=dict)

    def note(self, problem: str) -> None:
        """Count something odd."""
        self.counts[problem] = self.counts.get(problem, 0) + 1

    def sentences(self) -> tuple[str, ...]:
        """What was odd, with counts, sorted."""
        return tuple(f"{count} × {problem}" for problem, count in sorted(self.counts.items()))


def read_text(
    name: str, file: BinaryIO, problems: Problems, *, most_bytes: int = MOST_BYTES
) -> str:
    """A whole file as text: UTF-8, UTF-16 by its mark, else Windows-1252, which is noted.

    Raises:
        PackInvalidError: too large, or it holds zero bytes.
    """
    content = file.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise PackInvalidError(f"{name} has more than {most_bytes} bytes.")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = _decoded(name, content, "utf-16")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            problems.note("the file is not UTF-8 and was read as Windows-1252")
            text = content.decode("cp1252", errors="replace")
    if "\0" in text:
        raise PackInvalidError(f"{name} holds zero bytes: it is no text.")
    return text.removeprefix("\ufeff")


def _decoded(name: str, content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise PackInvalidError(
            f"{name} is not the {encoding.upper()} text it begins as."
        ) from error


def header_of(head: bytes) -> tuple[str, ...]:
    """The column names of a CSV file from its first bytes; empty where they are none."""
    encoding = "utf-16" if head[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE} else "utf-8-sig"
    text = head[: len(head) - len(head) % 2].decode(encoding, errors="ignore")
    line = text.lstrip("\r\n").partition("\n")[0]
    try:
        cells = next(csv.reader([line], delimiter=_separator(line)), [])
    except csv.Error:
        return ()
    return tuple(cell.strip().casefold() for cell in cells)


def csv_rows(
    name: str,
    text: str,
    problems: Problems,
    *,
    required: tuple[str, ...],
    most_rows: int = MOST_ROWS,
) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row with data, with the line it ends on; column names are trimmed and lower case.

    Raises:
        PackInvalidError: a required column is missing, a cell is too long, too many rows, no CSV.
    """
    first_line = text.lstrip("\r\n").partition("\n")[0]
    reader = csv.reader(
        io.StringIO(text.lstrip("\r\n"), newline=""), delimiter=_separator(first_line)
    )
    try:
        header = [cell.strip().casefold() for cell in next(reader, [])]
        while header and not header[-1]:
            header.pop()
        missing = [column for column in required if column not in header]
        if missing:
            raise PackInvalidError(f"{name}, line 1: the column {missing[0]} is missing.")
        twice = next((c for c in header if c and header.count(c) > 1), None)
        if twice:
            raise PackInvalidError(f"{name}, line 1: the column {twice} stands twice.")
        row_count = 0
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            row_count += 1
            if row_count > most_rows:
                raise PackInvalidError(f"{name} has more than {most_rows} rows.")
            if any(len(cell) > _LONGEST_CELL for cell in cells):
                raise PackInvalidError(
                    f"{name}, line {reader.line_num}: a cell has more than {_LONGEST_CELL} characters."
                )
            if any(cell.strip() for cell in cells[len(header) :]):
                problems.note("a row has more cells than the header and was left out")
                continue
            row = dict(zip(header, cells, strict=False))
            yield reader.line_num, {key: value for key, value in row.items() if key}
    except csv.Error as error:
        raise PackInvalidError(f"{name}, line {reader.line_num}: no CSV: {error}.") from error


def day_of(text: str, problems: Problems, column: str) -> date | None:
    """A day as `09/04/2025` (day first), `09.04.2025` or `2025-04-09`; None and noted if it is none."""
    plain = said(text)
    if not plain:
        return None
    try:
        if match := _DAY_FIRST.fullmatch(plain):
            day, month, year = (int(part) for part in match.groups())
            return date(year, month, day)
        if match := _YEAR_FIRST.fullmatch(plain):
            return date(*(int(part) for part in match.groups()[:3]))
    except ValueError:
        pass
    problems.note(f"the column {column} holds no day")
    return None


def _separator(line: str) -> str:
    """The separator that the header has most of outside quotes; a comma if none."""
    bare = re.sub(r'"[^"]*"', "", line)
    return max(_SEPARATORS, key=lambda each: (bare.count(each), each == ","))
