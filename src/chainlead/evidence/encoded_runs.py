"""Runs of base64 and hex in a page or value that decode to text worth a look, or to a container.

Found in: settings, scripts, page sources, application state, exports.
Proof: the run decodes whole; text is printable and holds a long word or twelve words; a container
has its signature.
Limits: one level of each kind; runs shorter than 44 characters of base64 or 64 digits are left
out, as are runs that decode to other bytes (keys, hashes, pictures); lines of one block must be
equally long; a block that crosses a page is read as far as the page's margin reaches. Base32 and
Ascii85 are not read.
Spec: RFC 4648.
"""

import base64
import binascii
import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from chainlead.evidence.item import Item, Layer

SHORTEST = 44
_SHORTEST_HEX = 64
_LONGEST = 32 << 20
_MOST_RUNS = 20_000
_LOOK_CHARACTERS = 8192
_SHORT_BYTES = 4096
_RUN = re.compile(rb"[A-Za-z0-9+/_-]{44,}")
_HEX = re.compile(rb"[0-9A-Fa-f]+")
_BREAK = re.compile(rb"\r?\n[ \t]{0,8}")
_LAST_LINE = re.compile(rb"\r?\n[ \t]{0,8}[A-Za-z0-9+/_-]{1,75}={0,2}(?![A-Za-z0-9+/=_-])")
_PADDING = re.compile(rb"={0,2}")
_SPACE = re.compile(rb"[\s]+")
_FIRST_CHARACTERS = 32
_PATH_STEPS, _PATH_CHARACTERS = 6, 200
_TEXT = bytes([0, 9, 10, 13, *range(32, 127)])
_BEGINNINGS = frozenset(
    {
        b"\x1f\x8b", b"BZ", b"\xfd7", b"PK", b"7z", b"Ra", b"SQ", b"bp", b"mo", b"%P", b"\x89P",
        b"\xff\xd8", b"GI", b"RI", b"BM", b"\xd0\xcf", b"\x28\xb5", b"II", b"MM", b"\xef\xbb",
        b"\xff\xfe", b"\x00\x00", b"!B", b"EV", b"AN",
    }
)  # fmt: skip
"""The first two bytes of what can be read: only then is a longer look worth its time."""
_FULL_LINES = frozenset({60, 64, 72, 76})
_WORTH = re.compile(r"[0-9A-Za-z]{25,}|(?:[^\W\d_]{3,}[^\w]{1,3}){11}[^\W\d_]{3,}")
_DECODES_ITSELF = frozenset(
    {"message/rfc822", "message/x-emlx", "application/mbox", "multipart/related"}
)
"""Documents whose readers undo base64 themselves."""

IsContainer = Callable[[bytes], bool]


@dataclass(frozen=True, slots=True)
class EncodedRun:
    """Where a run stands, and what it is.

    Attributes:
        kind: `base64` or `hex`.
        start: place in the bytes that were looked at; `length_bytes` includes line breaks.
    """

    kind: str
    start: int
    length_bytes: int


def find_encoded(item: Item, is_container: IsContainer) -> list[EncodedRun]:
    """The runs of an item that are worth decoding, in order.

    Args:
        item: a page or value.
        is_container: whether bytes begin like a container that can be read.
    """
    if item.media_type in _DECODES_ITSELF or item.encoding.startswith("utf-16"):
        return []
    data = item.data
    core = len(data) if item.core_bytes is None else item.core_bytes
    found: list[EncodedRun] = []
    for start, end in _blocks(data, core):
        if start >= core or len(found) >= _MOST_RUNS:
            break
        goes_on = start == 0 and item.layer is Layer.RAW and bool(item.offset_bytes)
        for begin in range(4) if goes_on else _beginnings(data, start, end):
            run = _examine(data, begin, end, is_container)
            if run is not None:
                found.append(run)
                break
    return found


def decode_run(kind: str, content: bytes) -> bytes:
    """The bytes behind a run; nothing if it does not decode."""
    packed = _SPACE.sub(b"", content)
    try:
        if kind == "hex":
            return bytes.fromhex(packed[: len(packed) // 2 * 2].decode("ascii"))
        packed = packed.rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
        if len(packed) % 4 == 1:
            packed = packed[:-1]
        return base64.b64decode(packed + b"=" * (-len(packed) % 4), validate=True)
    except (ValueError, binascii.Error):
        return b""


def text_encoding(content: bytes) -> str:
    """`utf-8` or `utf-16-le` if these bytes are text, else nothing."""
    for encoding in ("utf-8", "utf-16-le"):
        if encoding == "utf-16-le" and (len(content) % 2 or content.count(0) * 4 < len(content)):
            continue
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if text.replace("\n", "").replace("\r", "").replace("\t", "").isprintable():
            return encoding
    return ""


def _blocks(data: bytes, core: int) -> Iterator[tuple[int, int]]:
    """Start and end of each block that is worth a look; lines of one block are joined."""
    if len(data) < _SHORT_BYTES:
        yield from _all_blocks(data)
        return
    import numpy as np  # noqa: PLC0415  (slow to load)

    from chainlead.kernels import find_encoded_blocks  # noqa: PLC0415  (loads numba)

    array = np.frombuffer(data, dtype=np.uint8)
    starts, ends = find_encoded_blocks(array, core, *_tables())
    yield from zip(starts.tolist(), ends.tolist(), strict=True)


@cache
def _tables() -> tuple[Any, Any]:
    """Which bytes are text; which two bytes begin something that can be read."""
    import numpy as np  # noqa: PLC0415  (slow to load)

    is_text, is_beginning = np.zeros(256, dtype=np.bool_), np.zeros((256, 256), dtype=np.bool_)
    is_text[list(_TEXT)] = True
    for first, second in _BEGINNINGS:
        is_beginning[first, second] = True
    return is_text, is_beginning


def _all_blocks(data: bytes) -> Iterator[tuple[int, int]]:
    """The same without the kernel: every block, whatever it begins with."""
    runs = [match.span() for match in _RUN.finditer(data)]
    number = 0
    while number < len(runs):
        start, end = runs[number]
        number += 1
        width = end - start
        if width in _FULL_LINES:
            while number < len(runs):
                gap = _BREAK.match(data, end)
                if gap is None or gap.end() != runs[number][0]:
                    break
                length = runs[number][1] - runs[number][0]
                if length > width:
                    break
                end = runs[number][1]
                number += 1
                if length < width:
                    break
            last = _LAST_LINE.match(data, end)
            if last is not None:
                end = last.end()
        yield start, end + len(_PADDING.match(data, end)[0])  # type: ignore[index]  # matches nothing too


def _examine(data: bytes, start: int, end: int, is_container: IsContainer) -> EncodedRun | None:
    if end - start > _LONGEST:
        end = start + _LONGEST
    look = data[start : start + _LOOK_CHARACTERS] if end - start > _LOOK_CHARACTERS else None
    content = data[start:end]
    if not _is_promising(data[start : start + _FIRST_CHARACTERS]):
        return None
    digits = _HEX.fullmatch(_SPACE.sub(b"", look or content))
    kind = "hex" if digits and end - start >= _SHORTEST_HEX else "base64"
    head = decode_run(kind, look or content)
    if not head:
        return None
    if not is_container(head) and not _is_worth(head, kind, content if look else b""):
        return None
    return EncodedRun(kind, start, end - start)


def _beginnings(data: bytes, start: int, end: int) -> Iterator[int]:
    """Where a run may begin: at its start, behind `0x`, or behind the path in front of it."""
    yield start
    if data[start : start + 2] in {b"0x", b"0X"}:
        yield start + 2
    at = start
    for _ in range(_PATH_STEPS):
        at = data.find(b"/", at, min(start + _PATH_CHARACTERS, end - SHORTEST)) + 1
        if not at:
            return
        yield at


def _is_promising(first: bytes) -> bool:
    """A quick look: the first bytes are text, or begin like a container."""
    for kind in ("base64", "hex") if _HEX.fullmatch(first) else ("base64",):
        head = decode_run(kind, first)
        if head[:2] in _BEGINNINGS or not head.translate(None, _TEXT):
            return True
        if any(byte >= 0xC2 for byte in head) and _is_nearly_utf8(head):
            return True
    return False


def _is_nearly_utf8(head: bytes) -> bool:
    """Valid but for a character that the end cuts."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=False)
    except UnicodeDecodeError:
        return False
    return True


def _is_worth(head: bytes, kind: str, rest: bytes) -> bool:
    encoding = text_encoding(head[: len(head) // 4 * 4] if rest else head)
    if not encoding:
        return False
    text = decode_run(kind, rest) if rest else head
    return _WORTH.search(text.decode(encoding, "replace")) is not None
