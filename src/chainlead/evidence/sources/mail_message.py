"""A mail message in a file of its own (eml), with attachments decoded.

Found in: exported mail, Maildir folders, attachments of type message/rfc822.
Proof: the block of header lines at its start, with at least two that mail has.
Limits: signed and encrypted parts are read as they are; winmail.dat is raw bytes.
Spec: RFC 5322, RFC 2045 to 2047.
"""

import re
from collections.abc import Iterator

from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.item import UnreadReason
from chainlead.evidence.mail import read_message
from chainlead.evidence.source import Piece, Place, Source
from chainlead.evidence.stream import Stream

_HEADER = re.compile(rb"\A[!-9;-~]{1,76}:")
_KNOWN = re.compile(
    rb"^(from|to|cc|subject|date|message-id|mime-version|received|return-path|delivered-to|reply-to"
    rb"|content-type|x-[\w-]+):",
    re.IGNORECASE | re.MULTILINE,
)


class MailMessage(Source):
    """One message."""

    name = "mail"
    media_type = "message/rfc822"
    rank = 70

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (content is enough)
        """Header lines from the first byte on, three that mail has, or two and the name `.eml`."""
        if not _HEADER.match(head):
            return False
        block = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0]
        known = {match.group(1).lower() for match in _KNOWN.finditer(block)}
        usual = {word for word in known if not word.startswith(b"x-")}
        needed = 2 if name.lower().endswith((".eml", ".mht", ".mhtml", ".emlx")) else 3
        return len(usual) >= needed

    def read(self, place: Place) -> Iterator[Piece]:
        """Headers, then parts."""
        limit = place.budget.limits.document_bytes
        if place.stream.size_bytes > limit:
            raise StopReadingError(
                UnreadReason.TOO_LARGE,
                f"message above {limit} bytes: only its raw bytes were searched",
            )
        yield from read_message(place.stream.read_all(), place)
