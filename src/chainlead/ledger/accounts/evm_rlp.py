"""RLP: how Ethereum writes byte strings and lists of them. Strict: one value has one writing.

Limits: input may be hostile, so depth and the number of items are bounded.
Spec: the Ethereum Yellow Paper, appendix B.
"""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

DEEPEST = 16
MOST_ITEMS = 2_000_000

Item: TypeAlias = "bytes | Sequence[Item]"


class RlpError(ValueError):
    """These bytes are no RLP."""


def encode_rlp(item: Item) -> bytes:
    """The bytes of an item."""
    if isinstance(item, bytes):
        if len(item) == 1 and item[0] < 0x80:
            return item
        return _head(len(item), 0x80) + item
    body = b"".join(encode_rlp(part) for part in item)
    return _head(len(body), 0xC0) + body


def decode_rlp(content: bytes) -> Item:
    """The item that these bytes are, all of them.

    Raises:
        RlpError: damaged, not in the one right form, or beyond the limits.
    """
    reader = _Reader(content)
    item = reader.item(0, len(content), 0)
    if reader.place != len(content):
        raise RlpError("bytes are left over")
    return item


def split_rlp(content: bytes) -> Iterator[bytes]:
    """The bytes of each item of a row of items, as files of exported blocks hold them.

    Raises:
        RlpError: what follows is no RLP.
    """
    place = 0
    while place < len(content):
        start, end, _ = _span(content, place, len(content))
        yield content[place:end]
        place = max(end, start)


def number_to_rlp(number: int) -> bytes:
    """A number as its shortest bytes, most significant first; zero is no byte."""
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def number_from_rlp(item: Item) -> int:
    """The number that an item means.

    Raises:
        RlpError: a list, zeros in front, or more than 256 bits.
    """
    if not isinstance(item, bytes) or len(item) > 32 or item[:1] == b"\0":
        raise RlpError("not a number")
    return int.from_bytes(item, "big")


def _head(size: int, base: int) -> bytes:
    if size < 56:
        return bytes([base + size])
    count = number_to_rlp(size)
    return bytes([base + 55 + len(count)]) + count


def _span(content: bytes, place: int, end: int) -> tuple[int, int, bool]:
    """Where the body of the item at `place` begins and ends, and whether it is a list."""
    if place >= end:
        raise RlpError("cut off")
    first = content[place]
    if first < 0x80:
        return place, place + 1, False
    is_list = first >= 0xC0
    size = first - (0xC0 if is_list else 0x80)
    start = place + 1
    if size > 55:
        count = size - 55
        told = content[start : start + count]
        size = int.from_bytes(told, "big")
        if len(told) != count or told[0] == 0 or size < 56:
            raise RlpError("a length that is not in its shortest form")
        start += count
    if start + size > end:
        raise RlpError("cut off")
    if not is_list and size == 1 and content[start] < 0x80:
        raise RlpError("a byte that is not in its shortest form")
    return start, start + size, is_list


class _Reader:
    def __init__(self, content: bytes) -> None:
        self._content = content
        self._left = MOST_ITEMS
        self.place = 0

    def item(self, place: int, end: int, depth: int) -> Item:
        self._left -= 1
        if depth > DEEPEST or self._left < 0:
            raise RlpError("nested too deep or too many items")
        start, stop, is_list = _span(self._content, place, end)
        if not is_list:
            self.place = stop
            return self._content[start:stop]
        found: list[Item] = []
        self.place = start
        while self.place < stop:
            found.append(self.item(self.place, stop, depth + 1))
        self.place = stop
        return found
