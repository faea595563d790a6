"""PDF statements with text: the lines of each page, split where wide gaps stand between columns.

Found in: account statements, cover letters, certificates.
Proof: `%PDF-` near the start; the structure as far as it holds.
Limits: a scanned page is a picture and is never opened; a column is known by its gap only, so two
columns that touch are one, and a row with an empty cell is not given a meaning. Attachments and
scripts are said and not followed; forms and notes are not read.
Spec: ISO 32000-1:2008; read with pypdf.
"""

import binascii
import io
import logging
import re
import struct
import warnings
import zlib
from collections.abc import Iterator
from typing import Any, ClassVar

from chainlead.request.answers.form import (
    AnswerForm,
    AnswerLimits,
    ReadingHints,
    UnreadableError,
)
from chainlead.request.answers.sheet import Cell, Sheet, SheetRow

_BROKEN = (
    ValueError, TypeError, KeyError, AttributeError, IndexError, AssertionError, RecursionError,
    zlib.error, struct.error, NotImplementedError, ArithmeticError, OSError, LookupError, EOFError,
    binascii.Error, re.error, RuntimeError, StopIteration, SyntaxError,
)  # fmt: skip
_GAP = re.compile(r"\s{2,}|\t+")
_LINES_ON_PAGE = 5_000
_LINE_CHARACTERS = 20_000


class PdfText(AnswerForm):
    """A PDF file with text."""

    name = "pdf"
    rank: ClassVar[int] = 20
    preload: ClassVar[tuple[str, ...]] = ("pypdf",)

    def matches(self, content: bytes, name: str) -> bool:  # noqa: ARG002  (the bytes are enough)
        """The header within the first kibibyte, as viewers accept it."""
        return b"%PDF-" in content[:1024]

    def read(self, content: bytes, hints: ReadingHints, limits: AnswerLimits) -> list[Sheet]:  # noqa: ARG002  (a PDF says its own form)
        """One sheet with the lines of all pages."""
        import pypdf  # noqa: PLC0415  (loaded for such files only)

        logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)
        broken = (*_BROKEN, pypdf.errors.PyPdfError, pypdf.errors.DependencyError)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return [_sheet(_opened(content), limits, broken)]
        except UnreadableError:
            raise
        except broken as error:
            raise UnreadableError(f"the PDF is damaged ({type(error).__name__})") from error


def _opened(content: bytes) -> Any:
    import pypdf  # noqa: PLC0415  (loaded for such files only)

    reader = pypdf.PdfReader(io.BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnreadableError("it is protected with a password")
    return reader


def _sheet(reader: Any, limits: AnswerLimits, broken: tuple[type[BaseException], ...]) -> Sheet:
    pages = reader.get_num_pages()
    if pages > limits.pages:
        raise UnreadableError(f"it has {pages} pages; at most {limits.pages} are read")
    rows: list[SheetRow] = []
    notes: list[str] = []
    bare = []
    for number in range(1, pages + 1):
        try:
            lines = list(_lines(reader.pages[number - 1]))
        except broken as error:
            notes.append(f"Page {number} cannot be read ({type(error).__name__}).")
            continue
        if not lines:
            bare.append(number)
        for line in lines:
            cells = tuple(Cell(part[: limits.cell_characters]) for part in _GAP.split(line) if part)
            rows.append(SheetRow(len(rows) + 1, cells))
            if len(rows) > limits.rows:
                raise UnreadableError(f"it has more than {limits.rows} lines")
    if not rows:
        raise UnreadableError(
            "it holds no text, so its pages are pictures: never opened; ask for a table, or read "
            "it outside with a reason"
        )
    if bare:
        shown = ", ".join(map(str, bare[:10]))
        notes.append(f"Pages without text, likely pictures, not opened: {shown}.")
    return Sheet("", tuple(rows), (*notes, *_about(reader, broken)), is_ragged=True)


def _lines(page: Any) -> Iterator[str]:
    text = page.extract_text(extraction_mode="layout") or ""
    if not text.strip():
        text = page.extract_text() or ""
    lines = text.splitlines()
    if len(lines) > _LINES_ON_PAGE:
        raise ValueError("too many lines")
    for line in lines:
        if bare := line.strip()[:_LINE_CHARACTERS]:
            yield bare


def _about(reader: Any, broken: tuple[type[BaseException], ...]) -> Iterator[str]:
    try:
        attached = len(list(reader.attachment_list))
    except broken:
        attached = 0
    if attached:
        yield f"The PDF holds {attached} attached files; they were not opened."
    try:
        root = reader.root_object
        has_script = "/JavaScript" in (root.get("/Names") or {}) or "/OpenAction" in root
    except broken:
        has_script = False
    if has_script:
        yield "The PDF holds an action or script that would start when it is opened; it was not run."
