"""The columns of the flat forms, the same in all of them; every cell is text."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from chainlead.report.findings_format import FindingsToExport, place_text
from chainlead.report.plain_text import spreadsheet_cell

COLUMNS = (
    "id", "kind", "value", "fingerprint", "chains", "certainty", "check", "false_positive_rate",
    "role", "state", "why", "exhibit", "place", "offset_bytes", "length_bytes", "row", "encoding",
    "context", "detail", "detector", "item_sha256",
)  # fmt: skip


def lines(export: FindingsToExport) -> Iterator[tuple[str, ...]]:
    """One line of cells for each finding; formulas are disarmed, nothing is invisible."""
    for row in export.rows:
        shown = {
            **row,
            "chains": " ".join(_chain(candidate) for candidate in row["candidate_reasons"]),
            "check": row["check_made"],
            "place": place_text(row),
            "detail": msgspec.json.encode(row["detail"], order="sorted").decode()
            if row["detail"]
            else "",
        }
        yield tuple(_cell(shown[column]) for column in COLUMNS)


def _chain(candidate: Mapping[str, Any]) -> str:
    return f"{candidate['chain']}:{candidate['network']}"


def _cell(value: Any) -> str:
    return "" if value is None else spreadsheet_cell(str(value))
