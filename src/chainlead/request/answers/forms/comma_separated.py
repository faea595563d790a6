"""Tables as text: CSV with any usual separator, in UTF-8, UTF-16 or Windows-1252.

Found in: exports of exchanges, banks and providers.
Proof: decodes strictly; most lines have the same number of cells.
Limits: an 8-bit code page cannot be proved. Windows-1252 is taken only where its letters stand
among letters; any other page must be named (`--encoding`), and a guess that fails is an error.
Spec: RFC 4180; RFC 2781 for the byte order marks.
"""

import codecs
import csv
import io
import re
from itertools import islice
from typing import ClassVar

from chainlead.request.answers.form import (
    AnswerForm,
    AnswerLimits,
    ReadingHints,
    UnreadableError,
)
from chainlead.request.answers.sheet import Sheet, rows_of

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SEPARATORS = ";\t,|"
_SAMPLE_LINES = 200
_TOLD_SEPARATOR = re.compile(r"\Asep=(.)\r?\n", re.IGNORECASE)
_SYMBOL_IN_WORD = re.compile(r"[A-Za-z][€‚„…†‡ˆ‰‹‘’“”•–—˜™›¡-¿×÷][A-Za-z]")
_CAPITAL_IN_WORD = re.compile(r"[a-z][ŒŠŽŸ][a-z]")
_APOSTROPHE_IN_WORD = re.compile(r"(?<=[A-Za-z])[’‘·­](?=[A-Za-z])")
_TWICE_DECODED = re.compile("[ÃÂ][\x80-¿]|â€")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_NAME = re.compile(r"\.(csv|tsv|txt|tab)\Z", re.IGNORECASE)


class CommaSeparated(AnswerForm):
    """A CSV file."""

    name = "csv"
    rank: ClassVar[int] = 90

    def matches(self, content: bytes, name: str) -> bool:
        """Text is never proved by its bytes: a usual name, or bytes without any control code."""
        return bool(_NAME.search(name)) or _looks_like_text(content[:4096])

    def read(self, content: bytes, hints: ReadingHints, limits: AnswerLimits) -> list[Sheet]:
        """The one sheet."""
        text, notes = decode_text(content, hints.encoding)
        told = _TOLD_SEPARATOR.match(text)
        first = 1
        if told:
            text, first = text[told.end() :], 2
        separator = hints.separator or (told.group(1) if told else find_separator(text))
        lines = _cells(text, separator, limits) if separator else _plain(text, limits)
        return [Sheet("", rows_of(lines, first=first), tuple(notes))]


def _cells(text: str, separator: str, limits: AnswerLimits) -> list[list[str]]:
    csv.field_size_limit(limits.cell_characters)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    lines: list[list[str]] = []
    cells = 0
    try:
        for line in reader:
            lines.append(line)
            cells += len(line)
            if len(lines) > limits.rows or cells > limits.cells or len(line) > limits.columns:
                raise UnreadableError(
                    f"it has more than {limits.rows} rows, {limits.columns} columns or "
                    f"{limits.cells} cells"
                )
    except csv.Error as error:
        raise UnreadableError(
            f"line {reader.line_num} is no CSV with the separator {separator!r}: {error}"
        ) from error
    return lines


def _plain(text: str, limits: AnswerLimits) -> list[list[str]]:
    """Text without columns: each line is one cell."""
    lines = text.splitlines()
    if len(lines) > limits.rows:
        raise UnreadableError(f"it has more than {limits.rows} lines")
    longest = max(map(len, lines), default=0)
    if longest > limits.cell_characters:
        raise UnreadableError(f"a line has {longest} characters")
    return [[line] for line in lines]


def decode_text(content: bytes, encoding: str = "") -> tuple[str, list[str]]:
    """The text of a file, and what must be said about how it was decoded.

    Args:
        content: the file.
        encoding: named by a person; found out if empty.

    Raises:
        UnreadableError: not of this encoding, or of none that is recognised for sure.
    """
    notes: list[str] = []
    if encoding:
        text = _decoded(content, encoding)
        if text is None:
            raise UnreadableError(f"it is not text in {encoding}")
    else:
        found = next((name for mark, name in _MARKS if content.startswith(mark)), "")
        found = found or _wide_without_mark(content[:4096])
        text = _decoded(content, found or "utf-8")
        if text is None and found:
            raise UnreadableError(f"it begins like {found} and goes on otherwise")
        if text is None:
            text = _windows_1252(content)
            notes.append("Read as Windows-1252; its bytes are not UTF-8.")
    text = text.removeprefix("\ufeff")
    if control := _CONTROLS.search(text):
        line = text.count("\n", 0, control.start()) + 1
        raise UnreadableError(
            f"line {line} holds the control code {ord(control.group()):#04x}: this is no text, or "
            "another encoding; name it with --encoding"
        )
    if twice := _TWICE_DECODED.search(text):
        line = text.count("\n", 0, twice.start()) + 1
        notes.append(
            f"Line {line} looks as if it had been decoded wrongly before it was sent "
            f"({twice.group()!r}): names may be mutilated. Ask for the file again."
        )
    return text, notes


def find_separator(text: str) -> str:
    """The separator that gives the most lines the same number of cells; empty if none gives half."""
    sample = "\n".join(islice((line.rstrip("\r\n") for line in io.StringIO(text)), _SAMPLE_LINES))
    best, best_score = "", (0, 0)
    for separator in _SEPARATORS:
        widths: dict[int, int] = {}
        try:
            for line in csv.reader(io.StringIO(sample, newline=""), delimiter=separator):
                widths[len(line)] = widths.get(len(line), 0) + 1
        except csv.Error:
            continue
        width, lines = max(widths.items(), key=lambda pair: (pair[0] > 1, pair[1]), default=(1, 0))
        if width > 1 and 2 * lines >= sum(widths.values()) and (lines, width) > best_score:
            best, best_score = separator, (lines, width)
    return best


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def _wide_without_mark(sample: bytes) -> str:
    """UTF-16 of mostly Latin letters: every other byte is zero."""
    even, odd = sample[0::2], sample[1::2]
    if len(sample) < 8:
        return ""
    if odd.count(0) * 2 > len(odd) and even.count(0) * 10 < len(even):
        return "utf-16-le"
    if even.count(0) * 2 > len(even) and odd.count(0) * 10 < len(odd):
        return "utf-16-be"
    return ""


def _windows_1252(content: bytes) -> str:
    text = _decoded(content, "cp1252")
    bare = _APOSTROPHE_IN_WORD.sub("", text or "")
    if text is None or _SYMBOL_IN_WORD.search(bare) or _CAPITAL_IN_WORD.search(bare):
        raise UnreadableError(
            "its encoding is neither UTF-8, UTF-16 nor Windows-1252; name it with --encoding "
            "(for example cp850, mac-roman, cp1251)"
        )
    return text


def _looks_like_text(sample: bytes) -> bool:
    wide = any(sample.startswith(mark) for mark, _ in _MARKS) or bool(_wide_without_mark(sample))
    return wide or (bool(sample) and b"\0" not in sample and not sample.startswith(b"%PDF"))
