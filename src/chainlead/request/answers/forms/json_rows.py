"""JSON lists of objects: each list is a sheet, each object a row, its keys the headers.

Found in: exports of programming interfaces.
Proof: strict JSON.
Limits: a value inside a value is kept under its path; numbers keep their own digits.
Spec: RFC 8259.
"""

from typing import Any, ClassVar

from chainlead.request.answers.form import (
    AnswerForm,
    AnswerLimits,
    ReadingHints,
    UnreadableError,
)
from chainlead.request.answers.forms._json_text import flat, parse_json
from chainlead.request.answers.sheet import Cell, Sheet, SheetRow


class JsonRows(AnswerForm):
    """A JSON document with lists of objects."""

    name = "json"
    rank: ClassVar[int] = 40
    preload: ClassVar[tuple[str, ...]] = ("json",)

    def matches(self, content: bytes, name: str) -> bool:
        """A document that begins like JSON, or is called so."""
        head = content[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
        return head[:1] in {b"{", b"["} or name.lower().endswith(".json")

    def read(self, content: bytes, hints: ReadingHints, limits: AnswerLimits) -> list[Sheet]:
        """One sheet for each list of objects; single values make a sheet of labels."""
        document = parse_json(content, hints, limits)
        lists = {"": document} if isinstance(document, list) else {}
        labels = []
        if isinstance(document, dict):
            for key, value in document.items():
                if isinstance(value, list) and any(isinstance(each, dict) for each in value):
                    lists[key] = value
                else:
                    labels += list(flat(value, key))
        sheets = [_table(name, value, limits) for name, value in lists.items()]
        if labels:
            rows = tuple(
                SheetRow(number, (Cell(path), Cell(text[: limits.cell_characters])))
                for number, (path, text) in enumerate(labels, 1)
            )
            sheets.append(Sheet("", rows))
        if not any(sheet.rows for sheet in sheets):
            raise UnreadableError("it holds no list of objects and no values")
        if len(sheets) > limits.sheets:
            raise UnreadableError(f"it holds {len(sheets)} lists")
        return sheets


def _table(name: str, objects: list[Any], limits: AnswerLimits) -> Sheet:
    lines = [
        dict(flat(each)) if isinstance(each, dict) else {"value": str(each)} for each in objects
    ]
    titles = list(dict.fromkeys(title for line in lines for title in line))
    if len(lines) > limits.rows or len(titles) > limits.columns:
        raise UnreadableError(f"a list has more than {limits.rows} rows or {limits.columns} keys")
    if len(lines) * len(titles) > limits.cells:
        raise UnreadableError(f"a list has more than {limits.cells} cells")
    if not titles:
        return Sheet(name, ())
    rows = [SheetRow(1, tuple(Cell(title) for title in titles))]
    rows += [
        SheetRow(
            number, tuple(Cell(line.get(title, "")[: limits.cell_characters]) for title in titles)
        )
        for number, line in enumerate(lines, 2)
    ]
    return Sheet(name, tuple(rows))
