"""Mailboxes in mbox form: many messages in one file.

Found in: Thunderbird profiles, Google Takeout, Unix mail.
Proof: the first line is a `From ` line, and header lines follow.
Limits: a body line that starts with `From ` and was not quoted looks like a new message; its bytes
are searched all the same.
Spec: RFC 4155.
"""

import re
from collections.abc import Iterator
from functools import partial

from chainlead.evidence.item import Unread, UnreadReason
from chainlead.evidence.source import Member, Piece, Place, Source
from chainlead.evidence.stream import Stream
from chainlead.model import Provenance, Step

_FIRST = re.compile(rb"\AFrom \S[^\r\n]{0,300}\r?\n(?:>?[!-9;-~]{1,76}:|\r?\n)")
_READ = 1 << 20


class Mbox(Source):
    """A mailbox file."""

    name = "mbox"
    media_type = "application/mbox"
    rank = 30

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (content is enough)
        """A `From ` line and a header after it."""
        return _FIRST.match(head) is not None

    def read(self, place: Place) -> Iterator[Piece]:
        """The messages in order, numbered from 1; one at a time in memory."""
        limit = place.budget.limits.document_bytes
        for number, (start, end) in enumerate(_spans(place.stream), 1):
            step = Step("message", str(number))
            if end - start > limit:
                yield Unread(
                    Provenance(place.provenance.exhibit, (*place.provenance.steps, step)),
                    UnreadReason.TOO_LARGE,
                    f"message above {limit} bytes: only its raw bytes were searched",
                )
                continue
            content = place.stream.read_at(start, end - start).partition(b"\n")[2]
            yield Member(
                step=step,
                name="",
                chunks=partial(_once, content),
                stored_bytes=len(content),
                source_name="mail",
                is_searched=True,
            )


def _once(content: bytes) -> Iterator[bytes]:
    yield content


def _spans(stream: Stream) -> Iterator[tuple[int, int]]:
    """Start and end of each message: from one `From ` line to the next."""
    start = 0
    position = 0
    tail = b"\n"
    while chunk := stream.read_at(position, _READ):
        window = tail + chunk
        for match in re.finditer(rb"\nFrom ", window):
            at = position - len(tail) + match.start() + 1
            if at > start:
                yield start, at
                start = at
        position += len(chunk)
        tail = window[-5:]
    if start < stream.size_bytes:
        yield start, stream.size_bytes
