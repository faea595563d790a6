"""Rows of the tables `items` and `unread` out of what a reader noted."""

from collections.abc import Iterable
from typing import Any

from chainlead.evidence import StreamRead, Unread
from chainlead.model import Step

PART_BYTES = 64 << 20
"""A part of a large file is about this long; a change of it changes what a resumed scan finds."""
DETAIL_CHARACTERS = 2_000
SEPARATOR = " › "

Row = dict[str, Any]
Rows = dict[str, list[Row]]


def location_of(steps: Iterable[Step]) -> str:
    """The steps in one string."""
    return SEPARATOR.join(map(str, steps))


def manifest_row(read: StreamRead) -> Row:
    """A row of the table `items`."""
    return {
        "exhibit": read.provenance.exhibit,
        "location": location_of(read.provenance.steps),
        "media_type": read.media_type,
        "sha256": read.sha256,
        "size_bytes": read.size_bytes,
    }


def unread_rows(unread: Iterable[Unread]) -> list[Row]:
    """One row for each place and reason; several details of one are joined."""
    rows: dict[tuple[str, str], Row] = {}
    for piece in unread:
        row = {
            "exhibit": piece.provenance.exhibit,
            "location": location_of(piece.provenance.steps),
            "reason": piece.reason.value,
            "detail": piece.detail[:DETAIL_CHARACTERS],
            "steps": piece.provenance.as_list(),
        }
        key = (str(row["location"]), str(row["reason"]))
        rows[key] = joined(rows[key], row) if key in rows else row
    return list(rows.values())


def with_note(rows: Iterable[Row], note: Unread) -> list[Row]:
    """The rows with one thing more, joined to what is said of the same place and reason."""
    (added,) = unread_rows([note])
    key = (added["location"], added["reason"])
    rows = list(rows)
    known = [row for row in rows if (row["location"], row["reason"]) == key]
    others = [row for row in rows if (row["location"], row["reason"]) != key]
    return [*others, joined(known[0], added) if known else added]


def joined(row: Row, other: Row) -> Row:
    """One row for two about the same place and reason."""
    if other["detail"] in row["detail"] or len(row["detail"]) >= DETAIL_CHARACTERS:
        return row
    return {**row, "detail": f"{row['detail']}; {other['detail']}"[:DETAIL_CHARACTERS]}
