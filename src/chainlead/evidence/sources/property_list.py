"""Property lists of Apple systems, binary and XML: every string and data value with its path.

Found in: iOS and macOS settings, app states, keyed archives, backups.
Proof: the signature; the document parses.
Limits: see `binary_plist`; the older text format without a signature is left to the raw search.
Spec: see `binary_plist`; http://www.apple.com/DTDs/PropertyList-1.0.dtd
"""

import plistlib
from collections.abc import Iterator
from typing import Any
from xml.parsers.expat import ExpatError

from chainlead.evidence.binary_plist import read_binary_plist
from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.item import UnreadReason
from chainlead.evidence.record import LONG_KEY, read_record
from chainlead.evidence.source import Piece, Place, Source
from chainlead.evidence.stream import Stream

_BINARY = b"bplist0"
_MARK = b"\xef\xbb\xbf"


class PropertyList(Source):
    """A property list."""

    name = "plist"
    media_type = "application/x-plist"
    rank = 15

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (content is enough)
        """The binary signature, or XML whose root is `plist`."""
        if head.startswith(_BINARY):
            return True
        start = head.removeprefix(_MARK).lstrip()
        return start.startswith((b"<?xml", b"<!DOCTYPE plist", b"<plist")) and b"<plist" in start

    def read(self, place: Place) -> Iterator[Piece]:
        """One record for each string or data value, and for each long key."""
        limit = place.budget.limits.document_bytes
        if place.stream.size_bytes > limit:
            raise StopReadingError(
                UnreadReason.TOO_LARGE,
                f"property list above {limit} bytes: only its raw bytes were searched",
            )
        content = place.stream.read_all()
        if content.startswith(_BINARY):
            found = read_binary_plist(content, place.budget)
        else:
            found = _strings(_parse_xml(content))
        for path, value in found:
            yield from read_record(place, path, path, value, self.media_type)
            key = path.rpartition("/")[2]
            if len(key) >= LONG_KEY:
                yield from read_record(place, path, f"{path} (key)", key, self.media_type)


def _parse_xml(content: bytes) -> Any:
    try:
        return plistlib.loads(content, fmt=plistlib.FMT_XML)
    except (
        plistlib.InvalidFileException, ExpatError, ValueError, TypeError, AttributeError,
        LookupError, OverflowError, RecursionError,
    ) as error:  # fmt: skip
        raise StopReadingError(
            UnreadReason.DAMAGED, f"property list: {type(error).__name__}"
        ) from error


def _strings(document: Any) -> Iterator[tuple[str, bytes | str]]:
    waiting: list[tuple[str, Any]] = [("", document)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, str | bytes):
            yield path or "/", value
        elif isinstance(value, dict):
            waiting.extend((f"{path}/{key}", value[key]) for key in reversed(value))
        elif isinstance(value, list):
            waiting.extend((f"{path}/{i}", value[i]) for i in reversed(range(len(value))))
