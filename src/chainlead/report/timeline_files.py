"""The timeline as files: CSV for spreadsheets, JSON lines for Timesketch.

Spec: RFC 4180; https://timesketch.org/guides/user/import-from-json-csv/ (message, datetime,
timestamp_desc). Limits: a spreadsheet may show a moment in its own way; the cell holds it in UTC.
"""

import csv
import io
from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

import msgspec

from chainlead.model import Strength, moment_to_text
from chainlead.report.plain_text import spreadsheet_cell, visible

_COLUMNS = ("at_utc", "kind", "strength", "what", "about", "place")
_MEANS = {
    "payment": "Block time",
    "request": "Time that a person recorded",
    "answer": "Time that the service states",
    "term": "End of a term",
}
_ENCODER = msgspec.json.Encoder()


class Told(Protocol):
    """An event of the timeline: what `chainlead.workflow.timeline` makes."""

    @property
    def at(self) -> datetime:
        """When, aware."""

    @property
    def kind(self) -> str:
        """What sort of event."""

    @property
    def what(self) -> str:
        """A sentence."""

    @property
    def strength(self) -> Strength:
        """How strongly it is known."""

    @property
    def about(self) -> str:
        """Trace, draft or answer."""

    @property
    def place(self) -> str:
        """Output or transaction."""


def timeline_csv(events: Iterable[Told]) -> bytes:
    """One heading line, then one line for each event; no cell runs as a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for event in events:
        cells = (
            moment_to_text(event.at), event.kind, event.strength.value, event.what, event.about,
            event.place,
        )  # fmt: skip
        writer.writerow([spreadsheet_cell(cell) for cell in cells])
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "backslashreplace")


def timeline_timesketch(events: Iterable[Told]) -> bytes:
    """One JSON object in each line; `strength` says how strongly the event is known."""
    return _ENCODER.encode_lines(
        [
            {
                "message": visible(event.what),
                "datetime": moment_to_text(event.at).replace("Z", "+00:00"),
                "timestamp_desc": _MEANS.get(event.kind, event.kind),
                "kind": event.kind,
                "strength": event.strength.value,
                "about": event.about,
                "place": event.place,
                "data_type": f"chainlead:{event.kind}",
            }
            for event in events
        ]
    )
