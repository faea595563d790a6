"""Takes one mail message apart: headers as text, parts as members."""

import binascii
import re
from collections.abc import Iterator
from email import policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser

from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.item import Item, Unread, UnreadReason
from chainlead.evidence.naming import readable_name
from chainlead.evidence.source import Member, Piece, Place
from chainlead.model import Step

BROKEN = (
    MessageError, binascii.Error, ValueError, LookupError, TypeError, AttributeError, AssertionError,
    RecursionError,
)  # fmt: skip
_CODED = frozenset({"base64", "quoted-printable", "x-uuencode", "uuencode", "uue", "x-uue"})
_DEEPEST = 100
_HEADER_BYTES = 1 << 20


def read_message(content: bytes, place: Place) -> Iterator[Piece]:
    """Headers and parts of a message.

    Args:
        content: the message's bytes.
        place: where it lies; members get a step `part` under it.

    Raises:
        StopReadingError: it is no message, or nested beyond reason.
    """
    try:
        message: Message = BytesParser(policy=policy.compat32).parsebytes(content)
    except BROKEN as error:
        raise StopReadingError(
            UnreadReason.DAMAGED, "message cannot be parsed: only its raw bytes were searched"
        ) from error
    yield from _headers(message, place)
    yield from _parts(message, "", place, 0)


def _parts(message: Message, number: str, place: Place, depth: int) -> Iterator[Piece]:
    if depth > _DEEPEST:
        raise StopReadingError(UnreadReason.TOO_DEEP, "message parts nested too deep")
    payload = message.get_payload()
    if isinstance(payload, list):
        for index, part in enumerate(payload, 1):
            if isinstance(part, Message):
                inner = f"{number}.{index}" if number else str(index)
                yield from _inner_headers(part, inner, place)
                yield from _parts(part, inner, place, depth + 1)
        return
    yield from _part(message, number or "1", place)


def _part(message: Message, number: str, place: Place) -> Iterator[Piece]:
    coding = str(message.get("content-transfer-encoding", "")).strip().lower()
    try:
        decoded = message.get_payload(decode=True)
    except BROKEN:
        decoded = None
    content = decoded if isinstance(decoded, bytes) else b""
    provenance = place.provenance.inside("part", number)
    if any("base64" in type(defect).__name__.lower() for defect in message.defects):
        yield Unread(
            provenance, UnreadReason.DAMAGED, "its base64 is damaged; the rest was searched"
        )
    if decoded is None:
        yield Unread(provenance, UnreadReason.DAMAGED, "its transfer encoding cannot be undone")
        return
    if not content:
        return
    name = _file_name(message)
    if name:
        yield _line(place, number, "attachment name", name)
    yield Member(
        step=Step("part", number),
        name=name,
        chunks=lambda: iter((content,)),
        stored_bytes=len(content),
        charset=_charset(message),
        is_searched=coding not in _CODED,
    )


def _inner_headers(part: Message, number: str, place: Place) -> Iterator[Item]:
    """The headers of a forwarded message; those of an ordinary part say nothing of interest."""
    if part.get("from") or part.get("subject") or part.get("received"):
        for item in _headers(part, place):
            yield _line(place, number, item.row or "", item.data.decode("utf-8", "replace"))


def _headers(message: Message, place: Place) -> Iterator[Item]:
    seen: dict[str, int] = {}
    for name, value in message.items():
        shown = readable_name(name.lower())
        seen[shown] = seen.get(shown, 0) + 1
        row = shown if seen[shown] == 1 else f"{shown}#{seen[shown]}"
        yield place.view("headers", row, _decoded(str(value)[:_HEADER_BYTES]), "text/plain")


def _line(place: Place, number: str, row: str, text: str) -> Item:
    return place.view("headers", f"part {number} {row}", text, "text/plain")


def _decoded(value: str) -> str:
    """A header with its encoded words (RFC 2047) decoded and folds removed."""
    value = re.sub(r"\r?\n(?=[ \t])", "", value)
    try:
        return str(make_header(decode_header(value)))
    except BROKEN:
        return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _file_name(message: Message) -> str:
    try:
        name = message.get_filename()
    except BROKEN:
        return ""
    return _decoded(name).rpartition("/")[2] if isinstance(name, str) else ""


def _charset(message: Message) -> str:
    try:
        charset = message.get_content_charset()
    except BROKEN:
        return ""
    return charset if isinstance(charset, str) else ""
