"""`findings.csv`, `frontier.csv`, `transfers.csv`: the tables, for spreadsheets.

UTF-8 with a byte order mark, so that spreadsheets read it right; RFC 4180 quoting. A cell that a
spreadsheet would run as a formula gets a leading apostrophe. Amounts are base units as text.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar

from chainlead.report.format import ReportFormat
from chainlead.report.plain_text import spreadsheet_cell

_FINDINGS = (
    "id", "kind", "value", "fingerprint", "candidates", "certainty", "check", "role", "state",
    "strength", "exhibit", "place", "offset_bytes", "row", "encoding", "detector",
)  # fmt: skip
_FRONTIER = (
    "trace_id", "rule", "strength", "outpoint", "txid", "address", "reason", "note", "height",
    "hop", "amount_units", "traced_units", "traced_decimal", "symbol", "value", "value_currency",
    "place", "memo", "contract",
)  # fmt: skip
_TRANSFERS = (
    "trace_id", "rule", "strength", "outpoint", "address", "height", "mined_at", "hop",
    "amount_units", "traced_units", "traced_decimal", "symbol", "value", "value_currency",
    "place", "memo", "contract", "txid", "sender", "receiver",
)  # fmt: skip


class TablesCsv(ReportFormat):
    """Findings, frontier and trail as flat tables."""

    name: ClassVar[str] = "csv"

    def files(self, bundle: dict[str, Any]) -> dict[str, bytes]:
        """Three tables, each with one heading line, also where they are empty."""
        return {
            "findings.csv": _table(_FINDINGS, _findings(bundle)),
            "frontier.csv": _table(_FRONTIER, _places(bundle, "frontier")),
            "transfers.csv": _table(_TRANSFERS, _places(bundle, "transfers")),
        }


def _table(headings: Sequence[str], rows: Iterable[dict[str, Any]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(headings)
    for row in rows:
        writer.writerow([_cell(row.get(heading)) for heading in headings])
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "backslashreplace")


def _cell(value: Any) -> str:
    return "" if value is None else spreadsheet_cell(str(value))


def _findings(bundle: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for group in bundle["findings"]["groups"]:
        for entry in group["findings"]:
            chains = " ".join(f"{c['chain']}:{c['network']}" for c in entry["candidates"])
            yield {**entry, "candidates": chains}


def _symbol(trace: dict[str, Any], place: dict[str, Any]) -> str:
    amount = place.get("traced") or place.get("amount") or trace.get("asset") or {}
    return str(amount.get("symbol", ""))


def _places(bundle: dict[str, Any], part: str) -> Iterator[dict[str, Any]]:
    for trace in bundle["traces"]:
        for rule, result in sorted(trace["rules"].items()):
            for place in result[part]:
                yield {
                    **place,
                    "trace_id": trace["trace_id"],
                    "rule": rule,
                    "strength": result["strength"],
                    "amount_units": (place.get("amount") or {}).get("units"),
                    "traced_units": (place.get("traced") or {}).get("units"),
                    "traced_decimal": (place.get("traced") or {}).get("decimal"),
                    "symbol": _symbol(trace, place),
                    "contract": (trace.get("asset") or {}).get("contract"),
                    "value": (place.get("value") or {}).get("value"),
                    "value_currency": (place.get("value") or {}).get("currency"),
                }
