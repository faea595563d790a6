"""Web archives (WARC): requests, answers and the pages in them; old ARC files are raw bytes.

Found in: crawls, `wget --warc-file`, browser extensions; a `.warc.gz` is unpacked as gzip first.
Proof: `WARC/` and a version at the start of each record.
Limits: where a record's length is wrong, reading goes on at the next record's start, and this is
reported; a body that was cut or split over records (`continuation`) is read as it is.
Spec: ISO 28500:2017 (WARC/1.1); RFC 9112 for the answers inside.
"""

import re
from collections.abc import Iterator
from functools import partial

from chainlead.evidence.http_answer import body_chunks, header_lines, split_answer
from chainlead.evidence.item import UnreadReason
from chainlead.evidence.row_view import Row, view_rows
from chainlead.evidence.source import Member, Piece, Place, Source
from chainlead.evidence.stream import Stream
from chainlead.model import Step

_START = re.compile(rb"WARC/[01]\.\d{1,2}\r?\n")
_HEAD_BYTES = 1 << 16
_SEARCH = 1 << 20
_END = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,15})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_ROWS = frozenset({"warc-target-uri", "location", "referer", "host", "set-cookie", "cookie"})


class Warc(Source):
    """A web archive."""

    name = "warc"
    media_type = "application/warc"
    rank = 20

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (content is enough)
        """The first record's first line."""
        return _START.match(head) is not None

    def read(self, place: Place) -> Iterator[Piece]:
        """The records in order, numbered from 1: their headers, then what they hold."""
        position, number = 0, 0
        while (found := _find(place.stream, position)) is not None:
            place.budget.check_time()
            number += 1
            if found > position and number > 1:
                yield place.unread(
                    UnreadReason.DAMAGED, f"a record before byte {found} has a wrong length"
                )
            head = place.stream.read_at(found, _HEAD_BYTES)
            end, length = _END.search(head), _LENGTH.search(head)
            if end is None or length is None or length.start() > end.start():
                yield place.unread(UnreadReason.DAMAGED, f"record {number} has no usable header")
                position = found + 5
                continue
            start = found + end.end()
            size = int(length.group(1))
            content = place.stream.window(start, size)
            yield from _record(number, head[: end.start()], content, place)
            if content.size_bytes < size:
                yield place.unread(
                    UnreadReason.DAMAGED, f"record {number} is cut short; its start was searched"
                )
                return
            after = _after(place.stream, start + size)
            position = found + 5 if after is None else after


def _after(stream: Stream, position: int) -> int | None:
    """Where the next record may begin; None if no empty line follows this one."""
    gap = stream.read_at(position, 16)
    rest = gap.lstrip(b"\r\n")
    return position + len(gap) - len(rest) if not rest or len(rest) < len(gap) else None


def _find(stream: Stream, position: int) -> int | None:
    """The start of the next record."""
    while chunk := stream.read_at(position, _SEARCH):
        for match in _START.finditer(chunk):
            is_first = position + match.start() == 0
            before = stream.read_at(position + match.start() - 1, 1) if not is_first else b"\n"
            if before == b"\n":
                return position + match.start()
        if len(chunk) < _SEARCH:
            return None
        position += len(chunk) - 16
    return None


def _record(number: int, head: bytes, content: Stream, place: Place) -> Iterator[Piece]:
    headers = header_lines(head.partition(b"\n")[2])
    kind = dict(headers).get("warc-type", "").lower()
    media = dict(headers).get("content-type", "").lower()
    rows = [Row(f"record {number} {name}", value) for name, value in headers if name in _ROWS]
    is_exchange = media.startswith("application/http") or kind in {"response", "request"}
    block, start = split_answer(content) if is_exchange else (b"", 0)
    answer = header_lines(block)
    rows += [Row(f"record {number} http {name}", value) for name, value in answer if name in _ROWS]
    step = Step("warc", str(number))
    yield from view_rows(
        rows, place.provenance.inside("text", "headers"), place.stream.sha256(), "text/plain"
    )
    if content.size_bytes - start <= 0:
        return
    coded = dict(answer)
    is_coded = bool(coded.get("content-encoding") or coded.get("transfer-encoding"))
    yield Member(
        step=step,
        name="",
        chunks=partial(body_chunks, content, start, coded, place.budget),
        stored_bytes=content.size_bytes - start,
        charset=_charset(coded.get("content-type", "")),
        is_searched=not is_coded,
    )


def _charset(content_type: str) -> str:
    found = re.search(r"charset\s*=\s*[\"']?([\w.:-]{2,40})", content_type, re.IGNORECASE)
    return found.group(1) if found else ""
