"""Strings and data of a binary property list, each with the path to it, in bounded time.

Found in: settings and archives of Apple systems; iOS apps; NSKeyedArchiver (`/$objects/…`).
Proof: the trailer's numbers agree with the size, and each object is read by its own marker.
Limits: an object that several others share is taken apart at its first place only; numbers and
dates are left out; what a broken reference hides is left to the search of raw bytes.
Spec: https://github.com/apple-oss-distributions/CF/blob/main/CFBinaryPList.c
"""

import struct
from collections.abc import Iterator

from chainlead.evidence.budget import Budget, StopReadingError
from chainlead.evidence.item import UnreadReason

_TRAILER = struct.Struct(">5xBBBQQQ")
_MOST_REFERENCES = 4_000_000
_DEPTH = 256
_TIME_CHECK = 4096
_STRINGS = {0x5: "ascii", 0x6: "utf-16-be", 0x7: "utf-8"}


def read_binary_plist(content: bytes, budget: Budget) -> Iterator[tuple[str, bytes | str]]:
    """Path and content of every string and data object, from the top object down.

    Raises:
        StopReadingError: it is damaged, or refers to itself too often.
    """
    try:
        yield from _walk(content, budget)
    except (struct.error, IndexError, ValueError) as error:
        raise StopReadingError(UnreadReason.DAMAGED, f"binary property list: {error}") from error


def _walk(content: bytes, budget: Budget) -> Iterator[tuple[str, bytes | str]]:
    _sort, offset_size, reference_size, count, top, table = _TRAILER.unpack_from(
        content, len(content) - _TRAILER.size
    )
    if not 1 <= offset_size <= 8 or not 1 <= reference_size <= 8 or top >= count:
        raise ValueError("its trailer is wrong")
    if table + count * offset_size > len(content):
        raise ValueError("its table reaches over the end")

    def offset_of(number: int) -> int:
        if number >= count:
            raise ValueError("a reference to an object that is not there")
        start = table + number * offset_size
        return int.from_bytes(content[start : start + offset_size], "big")

    seen: set[int] = set()
    waiting: list[tuple[str, int, int]] = [("", top, 0)]
    done = references = 0
    while waiting:
        path, number, depth = waiting.pop()
        done += 1
        if done % _TIME_CHECK == 0:
            budget.check_time()
        kind, size, start = _marker(content, offset_of(number))
        if kind in _STRINGS:
            width = 2 if kind == 0x6 else 1
            part = _part(content, start, size * width)
            yield path or "/", part.decode(_STRINGS[kind], "replace")
        elif kind == 0x4:
            yield path or "/", _part(content, start, size)
        elif kind in {0xA, 0xC, 0xD}:
            if number in seen:
                continue
            seen.add(number)
            wide = 2 if kind == 0xD else 1
            references += size * wide
            if depth >= _DEPTH or references > _MOST_REFERENCES:
                raise StopReadingError(UnreadReason.TOO_DEEP, "a property list nested too deep")
            part = _part(content, start, size * wide * reference_size)
            numbers = [
                int.from_bytes(part[at : at + reference_size], "big")
                for at in range(0, len(part), reference_size)
            ]
            if kind == 0xD:
                keys = [_key(content, offset_of(n), i) for i, n in enumerate(numbers[:size])]
                inner = list(zip(keys, numbers[size:], strict=True))
            else:
                inner = [(str(i), n) for i, n in enumerate(numbers)]
            waiting.extend((f"{path}/{name}", n, depth + 1) for name, n in reversed(inner))


def _key(content: bytes, offset: int, number: int) -> str:
    kind, size, start = _marker(content, offset)
    if kind not in _STRINGS:
        return str(number)
    part = _part(content, start, min(size, 1000) * (2 if kind == 0x6 else 1))
    return part.decode(_STRINGS[kind], "replace")


def _marker(content: bytes, offset: int) -> tuple[int, int, int]:
    """Kind, size and start of the object at an offset."""
    marker = content[offset]
    kind, size = marker >> 4, marker & 0xF
    start = offset + 1
    if size == 0xF and kind in {0x4, 0x5, 0x6, 0x7, 0xA, 0xC, 0xD}:
        width = 1 << (content[start] & 0xF)
        if content[start] >> 4 != 1 or width > 8:
            raise ValueError("a size that is no number")
        size = int.from_bytes(_part(content, start + 1, width), "big")
        start += 1 + width
    return kind, size, start


def _part(content: bytes, start: int, length: int) -> bytes:
    if start + length > len(content):
        raise ValueError("an object reaches over the end")
    return content[start : start + length]
