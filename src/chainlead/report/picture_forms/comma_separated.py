"""CSV: one row for each line of the picture, RFC 4180, UTF-8 with a byte order mark.

Amounts are base units, as text. Limits: a spreadsheet may turn long digits into a number when it
opens the file; import the column as text. A cell that would run as a formula gets an apostrophe. What a
person folded is there line by line, with the name of the box in its own columns.
"""

import csv
import io
from typing import ClassVar

from chainlead.report.picture import PictureToExport
from chainlead.report.picture_format import (
    PictureFormat,
    by_rule_text,
    facts_of,
    folded_in,
    lines_of,
)
from chainlead.report.plain_text import spreadsheet_cell

COLUMNS = (
    "from", "from_shape", "to", "to_shape", "strength", "amount_units", "amount", "symbol",
    "what", "trace_id", "rule", "result_sha256", "part", "by_rule", "from_x", "from_y", "to_x", "to_y",
    "from_folded_in", "to_folded_in",
)  # fmt: skip


class PictureCsv(PictureFormat):
    """The lines as a table."""

    name: ClassVar[str] = "csv"
    title: ClassVar[str] = "Save the lines as CSV"
    media_type: ClassVar[str] = "text/csv; charset=utf-8"

    def content(self, export: PictureToExport) -> bytes:
        """One heading line, then the lines of the picture."""
        shapes = {node.key: node.shape.value for node in export.everything.nodes}
        facts = facts_of(export)
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        for edge, amount in lines_of(export):
            cells = (
                edge.tail, shapes.get(edge.tail, ""), edge.head, shapes.get(edge.head, ""),
                edge.strength.value, amount["units"], amount["decimal"], amount["symbol"],
                edge.title, facts["trace_id"], facts["rule"], facts["result_sha256"], facts["part"],
                by_rule_text(edge), *(str(at) for key in (edge.tail, edge.head) for at in _place(export, key)),
                folded_in(export, edge.tail), folded_in(export, edge.head),
            )  # fmt: skip
            writer.writerow([spreadsheet_cell(cell) for cell in cells])
        return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "backslashreplace")


def _place(export: PictureToExport, key: str) -> tuple[object, object]:
    """Where a thing stands, or the box that it is in."""
    return export.places.get(export.inside.get(key, key), ("", ""))
