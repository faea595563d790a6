r"""What a damaged or revised PDF still holds: each packed stream by its place, and its strings.

Found in: cut downloads, carved files, PDFs whose index is wrong, PDFs that were changed and kept
their older revisions.
Proof: the words `stream` and `endstream`, and a zlib header between them.
Limits: streams in other codings than Flate stay raw bytes; strings of fonts with an encoding of
their own read as their codes; encrypted streams do not unpack.
Spec: ISO 32000-1:2008, sections 7.3.8, 7.4.4, 9.4.3.
"""

import binascii
import re
from collections.abc import Iterator
from functools import partial

from chainlead.evidence.decompress import make_zlib, unpack
from chainlead.evidence.item import Item
from chainlead.evidence.row_view import Row, view_rows
from chainlead.evidence.source import Member, Place
from chainlead.evidence.stream import Stream, spool
from chainlead.model import Step

_START = re.compile(rb"stream\r?\n")
_END = b"endstream"
_WINDOW = 1 << 20
_LARGEST = 64 << 20
_STREAMS = 20_000
_TEXT_BYTES = 8 << 20
_TOKEN = re.compile(
    rb"\(((?:[^\\()]|\\.){0,4096})\)|<([0-9A-Fa-f\s]{2,8192})>|(?<![A-Za-z])(Td|TD|Tm|T\*|ET|['\"])(?![A-Za-z])",
    re.DOTALL,
)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r?\n|.)", re.DOTALL)
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def packed_streams(place: Place) -> Iterator[Member]:
    """Each stream that looks like Flate, with its byte offset as its name."""
    for start, size in _spans(place.stream):
        part = place.stream.window(start, size)
        yield Member(
            step=Step("pdf", f"stream at {start}"),
            name="",
            chunks=partial(unpack, part, make_zlib, several=False),
            stored_bytes=size,
        )


def joined_strings(member: Member, place: Place) -> Iterator[Item]:
    """The strings that a stream of page content shows, pieces of one line joined."""
    stream, _ = spool(member.chunks(), member.stored_bytes, place.stream.chain_ratio, place.budget)
    try:
        content = stream.read_at(0, _TEXT_BYTES)
        if not re.search(rb"T[jJ]\b", content):
            return
        yield from view_rows(
            (Row(member.step.name, _shown(content)),),
            place.provenance.inside(member.step.kind, member.step.name).inside("text", "pdf"),
            stream.sha256(),
            "application/pdf",
        )
    finally:
        stream.close()


def _spans(stream: Stream) -> Iterator[tuple[int, int]]:
    found = 0
    for start in _starts(stream):
        head = stream.read_at(start, 2)
        if len(head) < 2 or head[0] & 15 != 8 or int.from_bytes(head, "big") % 31:
            continue
        found += 1
        if found > _STREAMS:
            return
        yield start, _length(stream, start)


def _starts(stream: Stream) -> Iterator[int]:
    position = 0
    while chunk := stream.read_at(position, _WINDOW + 16):
        for match in _START.finditer(chunk):
            is_end = chunk[max(match.start() - 3, 0) : match.start()] == b"end"
            if not is_end and match.start() < _WINDOW:
                yield position + match.end()
        position += _WINDOW


def _length(stream: Stream, start: int) -> int:
    position = start
    while position - start < _LARGEST and (chunk := stream.read_at(position, _WINDOW)):
        end = chunk.find(_END)
        if end >= 0:
            return position + end - start
        position += max(len(chunk) - len(_END), 1)
    return min(stream.size_bytes - start, _LARGEST)


def _shown(content: bytes) -> str:
    words: list[str] = []
    for match in _TOKEN.finditer(content):
        literal, digits, operator = match.groups()
        if literal is not None:
            words.append(_plain(literal))
        elif digits is not None:
            clean = re.sub(rb"\s", b"", digits)
            words.append(_text(binascii.unhexlify(clean[: len(clean) & ~1])))
        elif operator is not None and words and words[-1] != "\n":
            words.append("\n")
    return "".join(words)


def _plain(literal: bytes) -> str:
    def undo(match: re.Match[bytes]) -> bytes:
        code = match.group(1)
        if code[:1].isdigit() and code[:1] < b"8":
            return bytes((int(code, 8) & 0xFF,))
        return b"" if code.strip() == b"" else _LETTERS.get(code, code)

    return _text(_ESCAPE.sub(undo, literal))


def _text(content: bytes) -> str:
    if content[:2] == b"\xfe\xff":
        return content[2:].decode("utf-16-be", "replace")
    if content[::2].count(0) * 2 == len(content) and len(content) > 1:
        content = content[1::2]  # two-byte codes of a common kind of font
    return content.decode("latin-1")
