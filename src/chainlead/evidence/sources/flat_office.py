"""Office documents in one XML file: flat OpenDocument, Flat OPC and Word 2003 XML.

Found in: `.fodt`, `.fods`, "Word XML document".
Proof: the first elements name the format.
Limits: as for the parts of an office archive; a part without its archive is raw bytes only;
pictures in base64 are searched as raw bytes only.
Spec: OASIS OpenDocument 1.3 part 3, section 3.1.2; ECMA-376 part 2; the Word 2003 XML schema.
"""

import re
from collections.abc import Iterator
from typing import ClassVar

from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.item import UnreadReason
from chainlead.evidence.office_text import paragraphs
from chainlead.evidence.row_view import view_rows
from chainlead.evidence.sheet_cells import open_document_cells
from chainlead.evidence.source import Piece, Place, Source
from chainlead.evidence.stream import Stream

_OPEN_DOCUMENT = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<\?xml[^>]{0,200}\?>\s*<office:document\s")
_MICROSOFT = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*<\?xml[^>]{0,200}\?>\s*(?:<\?mso-application[^>]{0,200}\?>\s*)?"
    rb"<(?:pkg:package|w:wordDocument)\s"
)
_SHEET = b"application/vnd.oasis.opendocument.spreadsheet"


class FlatOffice(Source):
    """A document without an archive around it."""

    name = "flat_office"
    media_type = "text/xml"
    rank = 45  # before HTML, which such text may look like
    risky: ClassVar[bool] = True

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (content is enough)
        """The root element."""
        return _OPEN_DOCUMENT.match(head) is not None or _MICROSOFT.match(head) is not None

    def read(self, place: Place) -> Iterator[Piece]:
        """Cells of a spreadsheet, or paragraphs."""
        limit = place.budget.limits.document_bytes
        if place.stream.size_bytes > limit:
            raise StopReadingError(
                UnreadReason.TOO_LARGE, f"XML above {limit} bytes: only its raw bytes were searched"
            )
        head = place.stream.read_at(0, 4096)
        is_open = _OPEN_DOCUMENT.match(head) is not None
        digest = place.stream.sha256()
        if is_open and _SHEET in head:
            rows = open_document_cells(place.stream, place.budget)
            inside = place.provenance.inside("table", "cells")
        else:
            rows = paragraphs(place.stream, place.budget, all_text=is_open)
            inside = place.provenance.inside("text", "office")
        yield from view_rows(rows, inside, digest, self.media_type)
