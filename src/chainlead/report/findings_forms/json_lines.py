"""JSON lines: every field of every finding, one line each. The other forms are cuts of this one.

Spec: https://jsonlines.org; the fields are those of `chainlead findings --json`.
Limits: none known; amounts and ids are text already.
"""

from typing import ClassVar

import msgspec

from chainlead.report.findings_format import FindingsFormat, FindingsToExport

_ENCODER = msgspec.json.Encoder(order="sorted")


class JsonLines(FindingsFormat):
    """The truth."""

    name: ClassVar[str] = "jsonl"

    def files(self, export: FindingsToExport) -> dict[str, bytes]:
        """One file."""
        return {"findings.jsonl": _ENCODER.encode_lines(export.rows)}
