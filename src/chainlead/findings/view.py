"""One item as bytes that detectors can read: ASCII-compatible, each position mapped back exactly."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntFlag
from functools import cache, cached_property
from typing import Any

import numpy as np

from chainlead.evidence import Item, Layer

_WIDE_NAMES = {1: "utf-16-le", 2: "utf-16-be"}
_SHORTEST_WIDE_TEXT = 8
_SHORT = 1 << 16
_BREAK = b"\n\x00"
"""Between two stretches of a wide view: no word, run or line goes on over it."""


def _array(content: bytes) -> Any:
    return np.frombuffer(content, dtype=np.uint8)


class Mark(IntFlag):
    """What one fast pass says of each 64 bytes of a view; without the mark there is none of it.

    The numbers are those of `chainlead.kernels`.
    """

    RUN = 1  # 25 letters and digits in a row
    WIDE = 2  # 16-bit text
    NAME = 4  # a dot in front of a letter, as in a host name
    SCHEME = 8  # a colon behind a letter
    DIGITS = 16  # eight groups of six digits
    WORDS = 32  # twelve words and what stands between them
    PAIRS = 64  # `SB` or `ID`


_WIDE = int(Mark.WIDE)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a span of a view lies in the item's bytes, and in which encoding."""

    start: int
    length_bytes: int
    encoding: str


class View:
    """8-bit text, ASCII-compatible: positions are the item's own."""

    def __init__(self, item: Item, content: bytes, *, at_start: bool, is_whole: bool) -> None:
        """View `content` (the item's bytes, perhaps with the end of the page before)."""
        self.item = item
        self.data = content
        self.at_start = at_start
        self.is_whole = is_whole
        self._hex_runs: dict[int, list[int]] = {}
        self.host_places: list[tuple[int, int, str]] | None = None
        self.word_runs: tuple[Any, ...] | None = None
        self.readable_txids: dict[str, None] = {}

    @property
    def is_raw(self) -> bool:
        """Whether these are a stream's own bytes."""
        return self.item.layer is Layer.RAW

    @cached_property
    def array(self) -> Any:
        """The bytes as an array."""
        return _array(self.data)

    @cached_property
    def marks(self) -> Any:
        """What may stand in each block of 64 bytes (`chainlead.kernels.Marks`)."""
        return _mark_blocks()(self.array)

    @property
    def kinds(self) -> int:
        """All marks of all blocks together, as bits of `Mark`."""
        return self.marks.kinds  # type: ignore[no-any-return]  # kernels are imported late

    def checked_runs(self, wanted: Any) -> tuple[Any, Any, Any]:
        """Offsets, lengths and passed prechecks of the runs that `wanted` asks for."""
        from chainlead.kernels import find_checked_runs  # noqa: PLC0415  (loads numba: not before a scan)

        found: tuple[Any, Any, Any] = find_checked_runs(self.array, wanted, self.marks)
        return found

    def places(self, text: bytes) -> list[int]:
        """Where a text stands: faster than a search in a page, made for marks of a format."""
        if len(self.data) < _SHORT and text not in self.data:
            return []
        from chainlead.kernels import find_byte_text  # noqa: PLC0415  (loads numba: not before a scan)

        found: list[int] = find_byte_text(self.array, text, self.marks).tolist()
        return found

    def hex_runs(self, length: int) -> list[int]:
        """Offsets of the runs of this many hex digits (at least 25), in order."""
        from chainlead.kernels import HEX  # noqa: PLC0415  (loads numba: not before a scan)

        if length not in self._hex_runs:
            offsets, lengths, _passed = self.checked_runs(_only(HEX, min(length, 127)))
            self._hex_runs[length] = offsets[lengths == length].tolist()
        return self._hex_runs[length]

    def place(self, start: int, end: int) -> Place:
        """Where the span lies in the item's bytes."""
        encoding = self.item.encoding
        if encoding == "bytes":
            encoding = "ascii" if self.data[start:end].isascii() else "utf-8"
        return Place(start, end - start, encoding)

    def text(self, start: int, end: int) -> str:
        """The span as text."""
        content = self.data[start:end]
        try:
            return content.decode(_eight_bit(self.item.encoding))
        except (UnicodeDecodeError, LookupError):
            return content.decode("latin-1")

    def around(self, start: int, end: int, width: int) -> tuple[str, str]:
        """Up to `width` characters on each side of a span."""
        encoding = _eight_bit(self.item.encoding)
        before = self.data[max(0, start - width) : start]
        after = self.data[end : end + width]
        try:
            return before.decode(encoding, "replace"), after.decode(encoding, "replace")
        except LookupError:
            return before.decode("latin-1"), after.decode("latin-1")


class WideView(View):
    """The UTF-16 text inside raw bytes, both byte orders, made narrow; Latin characters only."""

    def __init__(self, narrow_view: View, stretches: tuple[Any, Any, Any]) -> None:
        """Take the stretches (offsets, lengths, codes) out of an 8-bit view."""
        self._source = narrow_view.data
        offsets, lengths, codes = stretches
        pieces = []
        starts = np.zeros(len(offsets), dtype=np.int64)
        at = 0
        for number in range(len(offsets)):
            first = int(offsets[number]) + (1 if codes[number] == 2 else 0)
            piece = self._source[first : first + 2 * int(lengths[number]) : 2]
            starts[number] = at
            pieces.append(piece)
            pieces.append(_BREAK)
            at += len(piece) + len(_BREAK)
        super().__init__(narrow_view.item, b"".join(pieces), at_start=False, is_whole=False)
        self._offsets, self._codes, self._starts = offsets, codes, starts

    def place(self, start: int, end: int) -> Place:
        """Where the span lies in the item's bytes."""
        number = int(np.searchsorted(self._starts, start, side="right")) - 1
        offset = int(self._offsets[number]) + 2 * (start - int(self._starts[number]))
        return Place(offset, 2 * (end - start), _WIDE_NAMES[int(self._codes[number])])

    def text(self, start: int, end: int) -> str:
        """The span as text."""
        return self.data[start:end].decode("latin-1")

    def around(self, start: int, end: int, width: int) -> tuple[str, str]:
        """Up to `width` characters on each side of a span, from the bytes themselves."""
        place = self.place(start, end)
        stop = place.start + place.length_bytes
        first = max(place.start % 2, place.start - 2 * width)
        before = self._source[first : place.start]
        after = self._source[stop : stop + 2 * width]
        after = after[: len(after) // 2 * 2]
        return before.decode(place.encoding, "replace"), after.decode(place.encoding, "replace")


class TranscodedView(View):
    """An item in UTF-16, made UTF-8; positions are mapped character by character."""

    def __init__(self, item: Item, content: bytes, *, at_start: bool, is_whole: bool) -> None:
        """Read `content` in the item's encoding."""
        text = content.decode(item.encoding, "replace")
        points = np.frombuffer(text.encode("utf-32-le", "replace"), dtype=np.uint32)
        narrow = 1 + (points >= 0x80) + (points >= 0x800) + (points >= 0x10000)
        wide = 2 + 2 * (points >= 0x10000)
        self._narrow_at = np.concatenate(([0], np.cumsum(narrow, dtype=np.int64)))
        self._wide_at = np.concatenate(([0], np.cumsum(wide, dtype=np.int64)))
        encoded = text.encode("utf-8", "replace")
        super().__init__(item, encoded, at_start=at_start, is_whole=is_whole)

    def _back(self, position: int) -> int:
        return int(self._wide_at[int(np.searchsorted(self._narrow_at, position))])

    def place(self, start: int, end: int) -> Place:
        """Where the span lies in the item's bytes."""
        first = self._back(start)
        return Place(first, self._back(end) - first, self.item.encoding)

    def text(self, start: int, end: int) -> str:
        """The span as text."""
        return self.data[start:end].decode("utf-8", "replace")

    def around(self, start: int, end: int, width: int) -> tuple[str, str]:
        """Up to `width` bytes of UTF-8 on each side of a span."""
        before, after = self.data[max(0, start - width) : start], self.data[end : end + width]
        return before.decode("utf-8", "replace"), after.decode("utf-8", "replace")


@cache
def _mark_blocks() -> Any:
    from chainlead.kernels import mark_blocks  # noqa: PLC0415  (loads numba: not before a scan)

    return mark_blocks


@cache
def _only(check: int, length: int) -> Any:
    """A table that asks this check of all runs of one length."""
    wanted = np.zeros((256, 128), dtype=np.uint16)
    wanted[:, length] = check
    return wanted


def _eight_bit(encoding: str) -> str:
    return "utf-8" if encoding == "bytes" else encoding


def _wide_stretches(view: View) -> tuple[Any, Any, Any]:
    from chainlead.kernels import find_wide_text  # noqa: PLC0415  (loads numba: not before a scan)

    found: tuple[Any, Any, Any] = find_wide_text(view.array, _SHORTEST_WIDE_TEXT, view.marks)
    return found


def make_views(item: Item, content: bytes, *, at_start: bool, is_whole: bool) -> Iterator[View]:
    """The views in which an item has to be searched.

    Args:
        item: the item.
        content: its bytes, perhaps with the end of the page before in front.
        at_start: whether `content` starts where the stream starts.
        is_whole: whether `content` is the whole stream.
    """
    is_wide = item.encoding.startswith("utf-16")
    if item.layer is Layer.RAW:
        view = View(item, content, at_start=at_start, is_whole=is_whole)
        yield view
        stretches = _wide_stretches(view) if view.kinds & _WIDE else ()
        if stretches and len(stretches[0]):
            yield WideView(view, stretches)
    elif not is_wide:
        yield View(item, content, at_start=at_start, is_whole=is_whole)
    if is_wide:
        yield TranscodedView(item, content, at_start=at_start, is_whole=is_whole)
