"""The body of a stored HTTP answer: pieces joined (`chunked`) and packing undone, within limits.

Found in: web archives.
Proof: the header lines of the answer say how it was coded.
Limits: gzip, deflate, brotli and zstd; brotli and zstd only up to a size, in one step.
Spec: RFC 9112 section 7.1, RFC 9110 section 8.4.
"""

import re
from collections.abc import Iterator

from chainlead.evidence.budget import Budget, StopReadingError
from chainlead.evidence.decompress import make_deflate, make_gzip, make_zlib, unpack
from chainlead.evidence.item import UnreadReason
from chainlead.evidence.stream import Stream, spool

_HEAD_BYTES = 1 << 16
_END = re.compile(rb"\r?\n\r?\n")
_SIZE_LINE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,12})[^\r\n]{0,256}\r?\n")
_LINE_BYTES = 300
_SHORT_ANSWER = 32 << 20


def header_lines(block: bytes) -> list[tuple[str, str]]:
    """Names (lower case) and values of header lines, folded lines joined."""
    text = re.sub(rb"\r?\n[ \t]+", b" ", block).decode("utf-8", "replace")
    pairs = (line.partition(":") for line in text.splitlines())
    return [(name.strip().lower(), value.strip()) for name, colon, value in pairs if colon]


def split_answer(stream: Stream) -> tuple[bytes, int]:
    """The header block of a stored request or answer, and where its body begins; 0 if none."""
    head = stream.read_at(0, _HEAD_BYTES)
    end = _END.search(head)
    return (head[: end.start()], end.end()) if end else (b"", 0)


def body_chunks(
    stream: Stream, start: int, headers: dict[str, str], budget: Budget
) -> Iterator[bytes]:
    """The body as a browser would see it.

    Raises:
        StopReadingError: damaged, or in a coding that is not read here.
    """
    body = stream.window(start, stream.size_bytes - start)
    coding = headers.get("content-encoding", "").strip().lower()
    if "chunked" not in headers.get("transfer-encoding", "").lower() or not _SIZE_LINE.match(
        body.read_at(0, _LINE_BYTES)
    ):  # many programs store the body joined, and leave the header
        yield from _unpacked(body, coding, budget)
        return
    if coding in {"", "identity"}:
        yield from _joined(body)
        return
    joined, stopped = spool(_joined(body), body.size_bytes, 1.0, budget)
    try:
        yield from _unpacked(joined, coding, budget)
    finally:
        joined.close()
    if stopped is not None:
        raise StopReadingError(stopped.reason, stopped.detail)


def _joined(body: Stream) -> Iterator[bytes]:
    position = 0
    while True:
        line = _SIZE_LINE.match(body.read_at(position, _LINE_BYTES))
        if line is None:
            raise StopReadingError(UnreadReason.DAMAGED, "the pieces of an answer break off")
        size = int(line.group(1), 16)
        if size == 0:
            return
        position += line.end()
        piece = body.window(position, size)
        yield from piece.chunks()
        if piece.size_bytes < size:
            raise StopReadingError(UnreadReason.DAMAGED, "cut short: an answer lacks its end")
        position += size
        position += 2 if body.read_at(position, 2) == b"\r\n" else 1


def _unpacked(body: Stream, coding: str, budget: Budget) -> Iterator[bytes]:
    if coding in {"", "identity", "none"} or body.size_bytes == 0:
        yield from body.chunks()
    elif coding in {"gzip", "x-gzip"}:
        is_packed = body.read_at(0, 2) == b"\x1f\x8b"
        yield from unpack(body, make_gzip) if is_packed else body.chunks()
    elif coding == "deflate":
        head = body.read_at(0, 2)
        has_frame = len(head) == 2 and head[0] & 15 == 8 and int.from_bytes(head, "big") % 31 == 0
        yield from unpack(body, make_zlib if has_frame else make_deflate, several=False)
    elif coding in {"br", "zstd"}:
        yield from _in_one_step(body, coding, budget)
    else:
        raise StopReadingError(UnreadReason.UNSUPPORTED, "coded in a way that is not read here")


def _in_one_step(body: Stream, coding: str, budget: Budget) -> Iterator[bytes]:
    import cramjam  # noqa: PLC0415  (only where something is packed so)

    room = min(
        _SHORT_ANSWER, max(body.size_bytes * budget.limits.ratio, budget.limits.ratio_floor_bytes)
    )
    if body.size_bytes > _SHORT_ANSWER:
        raise StopReadingError(UnreadReason.TOO_LARGE, f"packed answer above {_SHORT_ANSWER} bytes")
    library = cramjam.brotli if coding == "br" else cramjam.zstd
    output = bytearray(room)
    try:
        size = library.decompress_into(body.read_all(), output)
    except (cramjam.DecompressionError, ValueError, OSError) as error:
        raise StopReadingError(
            UnreadReason.DAMAGED, f"{coding}: damaged, or more than {room} bytes when unpacked"
        ) from error
    yield bytes(output[:size])
