"""CSV for spreadsheets: RFC 4180, UTF-8 with a byte order mark, formulas disarmed.

Spec: RFC 4180. Limits: spreadsheets may turn long digits into numbers when they open a CSV file; the
workbook form does not have this fault.
"""

import csv
import io
from typing import ClassVar

from chainlead.report.findings_format import FindingsFormat, FindingsToExport
from chainlead.report.findings_forms._columns import COLUMNS, lines


class CommaSeparated(FindingsFormat):
    """One table."""

    name: ClassVar[str] = "csv"

    def files(self, export: FindingsToExport) -> dict[str, bytes]:
        """One file with one heading line."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        writer.writerows(lines(export))
        content = text.getvalue().encode("utf-8", "backslashreplace")
        return {"findings.csv": b"\xef\xbb\xbf" + content}
