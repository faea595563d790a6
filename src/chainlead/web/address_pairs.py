"""Two addresses that look alike: which characters differ, and which pairs of a picture to look at.

Found in: trails with address poisoning. Somebody sends a trifle from an address with the same first
and last characters as one that the victim pays, and hopes that it is copied from the history.
Assumption: the eye compares the first and last four characters. Limits: a likeness proves nothing;
short prefixes that every address of a coin has (`bc1q`, `0x`) do not count as like.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

_SHOWN = 4
_PREFIXES = ("0x", "bc1q", "bc1p", "tb1q", "tb1p", "ltc1q", "bitcoincash:q", "bitcoincash:p", "xdc")
_MOST_PAIRS = 50
LONGEST = 200
"""Longer texts are no addresses and are not compared."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters of one line, which the other line has too at this place, or has not."""

    text: str
    is_same: bool


def compared(first: str, second: str) -> tuple[list[Piece], list[Piece], int]:
    """Both lines in pieces, and how many characters of the longer one differ.

    Lines of one length are compared place by place, others by their longest common parts.
    """
    if len(first) == len(second):
        same = [one == other for one, other in zip(first, second, strict=True)]
        return _pieces(first, same), _pieces(second, same), same.count(False)
    mine, theirs = [False] * len(first), [False] * len(second)
    for block in SequenceMatcher(None, first, second, autojunk=False).get_matching_blocks():
        for step in range(block.size):
            mine[block.a + step] = theirs[block.b + step] = True
    return (
        _pieces(first, mine),
        _pieces(second, theirs),
        max(mine.count(False), theirs.count(False)),
    )


def _pieces(text: str, same: list[bool]) -> list[Piece]:
    pieces: list[Piece] = []
    for character, is_same in zip(text, same, strict=True):
        if pieces and pieces[-1].is_same == is_same:
            pieces[-1] = Piece(pieces[-1].text + character, is_same)
        else:
            pieces.append(Piece(character, is_same))
    return pieces


def look_alikes(addresses: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of different addresses whose first and last characters are the same.

    Args:
        addresses: of one picture; each counts once.
    """
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for address in sorted(set(addresses)):
        bare = address.casefold()
        prefix = next((each for each in _PREFIXES if bare.startswith(each)), bare[:1])
        body = bare.removeprefix(prefix)
        if len(body) > 3 * _SHOWN:
            groups[prefix + body[:_SHOWN], body[-_SHOWN:]].append(address)
    pairs = [
        (first, second)
        for _, alike in sorted(groups.items())
        for place, first in enumerate(alike)
        for second in alike[place + 1 :]
        if first.casefold() != second.casefold()
    ]
    return pairs[:_MOST_PAIRS]
