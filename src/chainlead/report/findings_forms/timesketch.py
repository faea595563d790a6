"""Timesketch JSON lines: each finding at its own time where it has one, else at the time of the scan.

Spec: https://timesketch.org/guides/user/import-from-json-csv/ (message, datetime, timestamp_desc).
Limits: most findings have no time of their own; their event is the scan, and says so. The times of
files are not known here and never guessed.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, ClassVar

import msgspec

from chainlead.model import moment_from_text, moment_to_text
from chainlead.report.findings_format import FindingsFormat, FindingsToExport, place_text
from chainlead.report.plain_text import visible

_ENCODER = msgspec.json.Encoder()
SCANNED = "Scan time (the finding has no time of its own)"


class Timesketch(FindingsFormat):
    """One event for each time that a finding has."""

    name: ClassVar[str] = "timesketch"

    def files(self, export: FindingsToExport) -> dict[str, bytes]:
        """One file."""
        return {"findings_timesketch.jsonl": _ENCODER.encode_lines(list(_events(export)))}


def _events(export: FindingsToExport) -> Iterator[dict[str, Any]]:
    for row in export.rows:
        times = list(own_times(row["detail"]))
        scanned = export.scanned_at.get(str(row["exhibit"]))
        if not times and scanned is not None:
            times = [(SCANNED, scanned)]
        for meaning, moment in times:
            yield {
                "message": _message(row),
                "datetime": moment_to_text(moment).replace("Z", "+00:00"),
                "timestamp_desc": meaning,
                "has_own_time": meaning != SCANNED,
                "finding_id": row["id"],
                "kind": row["kind"],
                "value": row["value"],
                "fingerprint": row["fingerprint"],
                "chains": row["candidates"],
                "certainty": row["certainty"],
                "role": row["role"],
                "state": row["state"],
                "exhibit": row["exhibit"],
                "location": place_text(row),
                "offset_bytes": None if row["offset_bytes"] is None else str(row["offset_bytes"]),
                "data_type": "chainlead:finding",
            }


def own_times(detail: Mapping[str, Any]) -> Iterator[tuple[str, datetime]]:
    """What a time means, and the time, for each field of a finding that ends in `_at`."""
    for name, text in sorted(detail.items()):
        if name.endswith("_at") and isinstance(text, str):
            try:
                yield (
                    f"{name.removesuffix('_at').replace('_', ' ')} (in the finding)",
                    (moment_from_text(text)),
                )
            except ValueError:
                continue


def _message(row: Mapping[str, Any]) -> str:
    what = row["value"] or f"secret, fingerprint {str(row['fingerprint'])[:12]}"
    return visible(f"{row['kind']} {what} ({row['certainty']}, {row['role']}) in {place_text(row)}")
