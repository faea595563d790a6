"""What an exhibit yields: items to search, a manifest of what was read, and what was not."""

from bisect import bisect_right
from dataclasses import dataclass
from enum import Enum

from chainlead.model import Provenance


class Layer(Enum):
    """How an item relates to the bytes of its stream."""

    RAW = "raw"  # the stream's own bytes, as they are
    DECODED = "decoded"  # a view of a stream whose raw bytes are an item too: text of HTML, cells …


class UnreadReason(Enum):
    """Why something could not be read, or not completely."""

    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    EMPTY = "empty"
    NO_ACCESS = "no access"
    TOO_DEEP = "nested too deep"
    TOO_LARGE = "too large"
    TOO_MANY = "too many members"
    RATIO = "compression ratio"
    TOO_SLOW = "time limit"
    CRASHED = "decoder crashed"
    CLIMBS_OUT = "path leaves its container"
    LINK = "link not followed"
    SPECIAL = "not a regular file"
    UNSUPPORTED = "format not supported"
    SKIPPED = "on the skip list"
    DUPLICATE_NAME = "name occurs twice"  # both were read; tools that unpack keep only one


@dataclass(frozen=True, slots=True)
class Item:
    """One readable piece: a page of raw bytes, or the bytes of a decoded view.

    `data` are the item's bytes in `encoding`: `bytes` (8-bit, ASCII-compatible, unknown), `utf-8`,
    `utf-16-le`, `utf-16-be` or a code page's Python name. A hit at index i of `data` lies at
    `offset_bytes + i` of the stream. Pages overlap: a hit that starts at or after `core_bytes`
    belongs to the next page. For a decoded view without byte positions `offset_bytes` is None and
    `row` says where it is (`table.column#rowid`, JSON pointer, header name). A raw page in an 8-bit
    encoding may hold UTF-16 text too, at any alignment: who searches raw pages looks for it there.
    A view made of many rows (cells of a sheet, paragraphs) names them in `rows`: pairs of the first
    index in `data` and the row that begins there, in order.
    """

    provenance: Provenance
    data: bytes
    encoding: str
    media_type: str
    layer: Layer
    stream_sha256: str
    offset_bytes: int | None = 0
    core_bytes: int | None = None
    row: str | None = None
    rows: tuple[tuple[int, str], ...] = ()

    def row_at(self, index: int) -> str | None:
        """The row that holds this index of `data`."""
        number = bisect_right(self.rows, index, key=lambda pair: pair[0])
        return self.rows[number - 1][1] if number else self.row


@dataclass(frozen=True, slots=True)
class StreamRead:
    """A manifest line: one file, member, message or database that was read."""

    provenance: Provenance
    media_type: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that was not read, and why: it is printed in the report."""

    provenance: Provenance
    reason: UnreadReason
    detail: str
