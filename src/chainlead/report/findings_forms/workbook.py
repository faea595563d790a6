"""An XLSX workbook: every cell is text, so no id loses a digit and no amount becomes a fraction.

Spec: ECMA-376. Limits: a cell holds 32,767 characters and a sheet 1,048,576 lines: longer texts are
cut with a mark, and findings go on in further sheets. No formula, link or macro is written.
"""

import io
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any, ClassVar

from chainlead.report.findings_format import FindingsFormat, FindingsToExport
from chainlead.report.findings_forms._columns import COLUMNS, lines

MOST_LINES = 1_048_575
_MOST_CHARACTERS = 32_767
_CUT = " … [cut; whole in the JSON lines]"
_CREATED = datetime(2000, 1, 1)  # noqa: DTZ001  (a fixed mark: the same findings give the same bytes)
_WIDTHS = {"value": 48, "place": 60, "context": 60, "check": 30, "detail": 40, "id": 22}


class Workbook(FindingsFormat):
    """Sheets with frozen, filtered headings, and one about the export."""

    name: ClassVar[str] = "xlsx"
    is_text: ClassVar[bool] = False

    def files(self, export: FindingsToExport) -> dict[str, bytes]:
        """One file."""
        import xlsxwriter  # type: ignore[import-untyped]  # noqa: PLC0415  (no stubs; only here)

        buffer = io.BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        book = xlsxwriter.Workbook(buffer, options)
        book.set_properties({"title": "Findings", "created": _CREATED})
        text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True})
        remaining = lines(export)
        number = 1
        while True:
            chunk = list(islice(remaining, MOST_LINES))
            if number > 1 and not chunk:
                break
            name = "Findings" if number == 1 else f"Findings {number}"
            _fill(book.add_worksheet(name), iter(chunk), len(chunk), text, bold)
            number += 1
        about = book.add_worksheet("About")
        about.set_column(0, 1, 40, text)
        for line, pair in enumerate(export.about.items()):
            for column, cell in enumerate(pair):
                about.write_string(line, column, cell, text)
        book.close()
        return {"findings.xlsx": buffer.getvalue()}


def _fill(sheet: Any, cells: Iterator[tuple[str, ...]], count: int, text: Any, bold: Any) -> None:
    for column, heading in enumerate(COLUMNS):
        sheet.set_column(column, column, _WIDTHS.get(heading, 14), text)
        sheet.write_string(0, column, heading, bold)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, count, len(COLUMNS) - 1)
    for line, row in enumerate(cells, start=1):
        for column, cell in enumerate(row):
            if cell:
                sheet.write_string(line, column, _fitting(cell), text)


def _fitting(cell: str) -> str:
    is_long = len(cell) > _MOST_CHARACTERS
    return cell[: _MOST_CHARACTERS - len(_CUT)] + _CUT if is_long else cell
