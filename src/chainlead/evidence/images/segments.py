"""The names of the further files of a split image, from the name of its first.

Spec: libewf, "EWF file format", segment file extensions (E01 … E99, EAA … EZZ, FAA …); raw images
are numbered from 000 or 001.
"""

import re
from collections.abc import Callable, Iterator

from chainlead.evidence.images.signatures import EWF, container_kind
from chainlead.evidence.stream import Stream

SEGMENT_SOURCE = "image segment"
_EWF = re.compile(r"(?P<stem>.*)\.(?P<letter>[EeSs])01")
_NUMBERED = re.compile(r"(?P<stem>.*)\.(?P<number>0{1,4}[01]|[01])")
_LATER = re.compile(r"(?P<stem>.*)\.(?P<number>[0-9]{2,5})")
_MOST = 14_971  # E01 … ZZZ
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def later_segments(first: str) -> Iterator[str]:
    """The names that may follow the first segment's name, in order; none if it is no such name."""
    ewf = _EWF.fullmatch(first)
    if ewf:
        yield from _ewf_names(ewf["stem"], ewf["letter"])
        return
    raw = _NUMBERED.fullmatch(first)
    if raw:
        digits = raw["number"]
        for number in range(int(digits) + 1, 10 ** len(digits)):
            yield f"{raw['stem']}.{number:0{len(digits)}d}"


def first_segments(later: str) -> tuple[str, ...]:
    """The names that the first segment of a numbered raw image may have, if this is a later one."""
    match = _LATER.fullmatch(later)
    if not match:
        return ()
    digits = match["number"]
    starts = [start for start in (0, 1) if start < int(digits)]
    return tuple(f"{match['stem']}.{start:0{len(digits)}d}" for start in starts)


def is_later_segment(name: str, neighbour: Callable[[str], Stream | None]) -> bool:
    """Whether the file of this name belongs to a numbered raw image that begins beside it."""
    for first in first_segments(name):
        stream = neighbour(first)
        if stream is None:
            continue
        kind = container_kind(stream.read_at(0, 4096), stream, first)
        stream.close()
        return kind == "raw" and _reaches(first, name, neighbour)
    return False


def is_later_ewf(name: str, neighbour: Callable[[str], Stream | None]) -> bool:
    """Whether the first file of this E01 segment's image, and all between, lie beside it."""
    stem, _, ending = name.rpartition(".")
    for letter in "EeSs":
        first = f"{stem}.{letter}01"
        if letter.isupper() != ending[:1].isupper() or name not in set(later_segments(first)):
            continue
        stream = neighbour(first)
        if stream is None:
            continue
        head = stream.read_at(0, 11)
        stream.close()
        return head == EWF + b"\1\1\0" and _reaches(first, name, neighbour)
    return False


def _reaches(first: str, later: str, neighbour: Callable[[str], Stream | None]) -> bool:
    for name in later_segments(first):
        if name == later:
            return True
        stream = neighbour(name)
        if stream is None:
            return False
        stream.close()
    return False


def _ewf_names(stem: str, letter: str) -> Iterator[str]:
    for number in range(2, 100):
        yield f"{stem}.{letter}{number:02d}"
    is_lower = letter.islower()
    start = _LETTERS.index(letter.upper())
    for count, (one, two, three) in enumerate(
        (a, b, c) for a in _LETTERS[start:] for b in _LETTERS for c in _LETTERS
    ):
        if count > _MOST:
            return
        suffix = one + two + three
        yield f"{stem}.{suffix.lower() if is_lower else suffix}"
