"""Saved pages in one file (MHTML): the page, its frames and pictures as MIME parts.

Found in: "Save as single file" of browsers; scrapers; mail programs.
Proof: MIME headers with `multipart/related`, and the sign of a browser or a name of that kind.
Limits: nothing is fetched or run; a part's `Content-Location` says where the page said it was from.
Spec: RFC 2557.
"""

import re
from collections.abc import Iterator
from email import policy
from email.parser import BytesParser

from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.item import Item, UnreadReason
from chainlead.evidence.mail import BROKEN, read_message
from chainlead.evidence.source import Piece, Place, Source
from chainlead.evidence.stream import Stream

_HEADER = re.compile(rb"\A(?:\xef\xbb\xbf)?[!-9;-~]{1,76}:")
_RELATED = re.compile(
    rb"^content-type:\s*multipart/(?:related|alternative)", re.IGNORECASE | re.MULTILINE
)
_BROWSER = re.compile(
    rb"^(?:snapshot-content-location:|from:\s*<?saved by|x-maf|x-mimeole:[^\r\n]*mhtml)",
    re.IGNORECASE | re.MULTILINE,
)
_PARTS = 10_000
_LONGEST = 1 << 16


class Mhtml(Source):
    """A saved page with its parts."""

    name = "mhtml"
    media_type = "multipart/related"
    rank = 65

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (content is enough)
        """A header block of a saved page."""
        if not _HEADER.match(head):
            return False
        block = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0]
        if _RELATED.search(block) is None:
            return False
        return _BROWSER.search(block) is not None or name.lower().endswith((".mht", ".mhtml"))

    def read(self, place: Place) -> Iterator[Piece]:
        """Headers, the address of each part, then the parts."""
        limit = place.budget.limits.document_bytes
        if place.stream.size_bytes > limit:
            raise StopReadingError(
                UnreadReason.TOO_LARGE,
                f"saved page above {limit} bytes: only its raw bytes were searched",
            )
        content = place.stream.read_all()
        yield from _locations(content, place)
        yield from read_message(content, place)


def _locations(content: bytes, place: Place) -> Iterator[Item]:
    """The `Content-Location` of each part, in order."""
    try:
        message = BytesParser(policy=policy.compat32).parsebytes(content)
        parts = message.get_payload()
    except BROKEN:
        return
    if not isinstance(parts, list):
        return
    for number, part in enumerate(parts[:_PARTS], 1):
        place.budget.check_time()
        location = part.get("content-location") if hasattr(part, "get") else None
        if location:
            text = re.sub(r"\r?\n[ \t]*", "", str(location)[:_LONGEST])
            yield place.view("headers", f"part {number} content-location", text, "text/plain")
