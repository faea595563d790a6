"""Apple Mail messages (`.emlx`, `.partial.emlx`): a length, one message, then a property list.

Found in: `~/Library/Mail/V*/…/Messages` of macOS.
Proof: a decimal length on the first line that ends inside the file, and header lines after it.
Limits: attachments of `.partial.emlx` lie in files beside it, which are read as files of their own.
Spec: none is published; https://taoofmac.com/space/blog/2008/03/03/2211 and files of the program.
"""

import re
from collections.abc import Iterator

from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.item import UnreadReason
from chainlead.evidence.source import Member, Piece, Place, Source
from chainlead.evidence.stream import Stream
from chainlead.model import Step

_FIRST = re.compile(rb"\A(\d{1,12})[ \t]*\r?\n(?=[!-9;-~]{1,76}:)")
_LIST = re.compile(rb"\s*<\?xml|\s*bplist00")


class Emlx(Source):
    """One message of Apple Mail."""

    name = "emlx"
    media_type = "message/x-emlx"
    rank = 40

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:
        """A length on a line of its own and a header line; a property list, or the name, agrees."""
        first = _FIRST.match(head)
        if first is None:
            return False
        end = first.end() + int(first.group(1))
        follows = _LIST.match(stream.read_at(end, 64)) is not None
        return follows or name.lower().endswith(".emlx")

    def read(self, place: Place) -> Iterator[Piece]:
        """The message; the property list is searched with the raw bytes."""
        head = place.stream.read_at(0, 64)
        first = _FIRST.match(head + b"a:" if len(head) < 3 else head)
        if first is None:
            raise StopReadingError(UnreadReason.DAMAGED, "its first line gives no length")
        message = place.stream.window(first.end(), int(first.group(1)))
        yield Member(
            step=Step("message", "1"),
            name="",
            chunks=message.chunks,
            stored_bytes=message.size_bytes,
            source_name="mail",
            is_searched=True,
        )
        if message.size_bytes < int(first.group(1)):
            missing = int(first.group(1)) - message.size_bytes
            yield place.unread(UnreadReason.DAMAGED, f"cut short: {missing} bytes are missing")
