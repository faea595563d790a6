"""Gathers many short rows (cells, paragraphs) into views that keep the exact place of each.

Found in: documents whose text is made of pieces. A phrase with one word in each cell, or in each
line of a list, is only seen when the pieces stand together.
Proof: none needed; the text is the document's own.
Limits: a view ends after about a mebibyte; what crosses from one view to the next is not joined.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.item import Item, Layer
from chainlead.model import Provenance

_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Row:
    """A piece of text and its place; `end` is what stands between it and the next."""

    row: str
    text: str
    end: str = "\n"


def view_rows(
    rows: Iterable[Row],
    provenance: Provenance,
    stream_sha256: str,
    media_type: str,
    *,
    block_bytes: int = _BLOCK_BYTES,
) -> Iterator[Item]:
    """Views over the rows, in order.

    Args:
        rows: the pieces.
        provenance: the place of the views, with its last step.
        stream_sha256: digest of the stream that the text was made of.
        media_type: of the views.
        block_bytes: how large a view may grow before the next begins.

    Raises:
        StopReadingError: the rows ended so; what came before was given.
    """
    content = bytearray()
    marks: list[tuple[int, str]] = []
    try:
        for piece in rows:
            if piece.text.strip():
                marks.append((len(content), piece.row))
                content += piece.text.encode("utf-8", "replace")
            content += piece.end.encode()
            if len(content) >= block_bytes and marks:
                yield _item(content, marks, provenance, stream_sha256, media_type)
                content, marks = bytearray(), []
    except StopReadingError:
        if marks:  # what came before counts
            yield _item(content, marks, provenance, stream_sha256, media_type)
        raise
    if marks:
        yield _item(content, marks, provenance, stream_sha256, media_type)


def _item(
    content: bytearray,
    marks: list[tuple[int, str]],
    provenance: Provenance,
    stream_sha256: str,
    media_type: str,
) -> Item:
    return Item(
        provenance=provenance,
        data=bytes(content),
        encoding="utf-8",
        media_type=media_type,
        layer=Layer.DECODED,
        stream_sha256=stream_sha256,
        offset_bytes=None,
        row=marks[0][1],
        rows=tuple(marks),
    )
