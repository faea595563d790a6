"""Mnemonics of BIP-39: 12, 15, 18, 21 or 24 words of one of ten lists.

Found in: notes, password managers, chats, wallet exports, text read from pictures.
Proof: all words of one list and a checksum of 4 bits (12 words) to 8 bits (24 words), at least
three quarters of the words distinct, not in the order of the list. Between the words only spaces,
line ends, numbers, bullets, commas and quotes; in any case.
Limits: words that are split by other text, and scripts other than Latin in UTF-16 inside a binary
file, are not found. A weak checksum: never more than *structured*. Phrases of Electrum, Monero and
SLIP-39 have other lists and are not reported here. A secret: place, kind and keyed fingerprint.
Spec: BIP-39; the floor of distinct words loses none of 2,000,000 random phrases.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from chainlead.codecs import LANGUAGES, Mnemonic, parse_mnemonic, word_languages, word_list
from chainlead.errors import CodecError
from chainlead.findings.detector import Detector, Hit, Proof
from chainlead.findings.knowledge import Knowledge, phrase_digest
from chainlead.findings.view import View
from chainlead.model import Candidate, Certainty, Chain, Network, Role

_COUNTS = (24, 21, 18, 15, 12)
_FEWEST = 12
_LONGEST_RUN = 20_000
_CANDIDATES = (
    Candidate(Chain.BITCOIN, Network.MAIN, "a mnemonic names no coin: wallets derive all from it"),
    Candidate(Chain.ETHEREUM, Network.MAIN, "a mnemonic names no coin: wallets derive all from it"),
)
_MARKS = re.compile(rb"\xc2[\xa0\xb7]|\xe3\x80\x80|\xe2\x80\xa2")
_WORD = re.compile(rb"[A-Za-z\x80-\xff]+")
_LINE_END = re.compile(rb"[\r\n]")


@dataclass(frozen=True, slots=True)
class _Window:
    start: int
    end: int
    readings: tuple[Mnemonic, ...]
    at_borders: int
    is_known: bool

    @property
    def count(self) -> int:
        return self.end - self.start


class Mnemonics(Detector):
    """Every phrase whose checksum holds, longest and best delimited first, none overlapping."""

    name = "mnemonic.bip39"

    def find(self, view: View, knowledge: Knowledge) -> Iterator[Hit]:
        """Look at every run of at least twelve list words."""
        if len(view.data) < 3 * _FEWEST:
            return
        starts, ends = _word_runs(view)
        for start, end in zip(starts, ends, strict=True):
            if end - start <= _LONGEST_RUN:
                yield from _phrases(view, start, end, knowledge)


def _word_runs(view: View) -> tuple[list[int], list[int]]:
    from chainlead.kernels import find_word_runs  # noqa: PLC0415  (loads numba: not before a scan)

    starts, ends, _counts = find_word_runs(view.array, _table(), _FEWEST)
    return starts.tolist(), ends.tolist()


@cache
def _table() -> Any:
    """All list words as bytes: both Unicode forms, capitals, and Latin-1."""
    from chainlead.kernels import make_token_table  # noqa: PLC0415  (loads numba)

    tokens: set[bytes] = set()
    for language in LANGUAGES:
        for word in word_list(language):
            for form in ("NFC", "NFD"):
                spelt = unicodedata.normalize(form, word)
                for written in {spelt, spelt.capitalize(), spelt.upper()}:
                    for encoding in ("utf-8", "latin-1"):
                        encoded = written.encode(encoding, "ignore")
                        if encoded.decode(encoding) == written:
                            tokens.add(_small(encoded))
    return make_token_table(sorted(tokens))


def _small(encoded: bytes) -> bytes:
    return encoded.lower()  # ASCII letters only, as the kernel does


def _phrases(view: View, start: int, end: int, knowledge: Knowledge) -> Iterator[Hit]:
    content = _MARKS.sub(lambda mark: b" " * len(mark[0]), view.data[start:end])
    spans = [match.span() for match in _WORD.finditer(content)]
    words = [view.text(start + a, start + b) for a, b in spans]
    if _is_word_list(words):
        return
    found = list(_windows(content, spans, words, knowledge))
    found.sort(key=lambda w: (-w.count, -w.is_known, -w.at_borders, w.start))
    taken: list[_Window] = []
    for window in found:
        if all(window.end <= other.start or window.start >= other.end for other in taken):
            taken.append(window)
    for window in sorted(taken, key=lambda w: w.start):
        first, last = start + spans[window.start][0], start + spans[window.end - 1][1]
        overlapping = sum(w.start < window.end and w.end > window.start for w in found) - 1
        yield Hit(first, last, None, _proof(window, overlapping))


def _proof(window: _Window, overlapping: int) -> Proof:
    best = window.readings[0]
    bits = best.word_count // 3
    return Proof(
        kind="mnemonic",
        certainty=Certainty.STRUCTURED,
        check_made=f"BIP-39: all words of one list, checksum of {bits} bits",
        false_positive_rate=f"2^-{bits} of word runs",
        candidates=_CANDIDATES,
        secret=best.entropy,
        role=Role.EXAMPLE if window.is_known else Role.UNKNOWN,
        detail={
            "languages": [reading.language for reading in window.readings],
            "word_count": best.word_count,
            "distinct_words": best.distinct_words,
            "overlapping_readings": overlapping,
        },
    )


def _windows(
    content: bytes, spans: list[tuple[int, int]], words: list[str], knowledge: Knowledge
) -> Iterator[_Window]:
    languages = [word_languages(word) for word in words]
    lowered = [word.lower() for word in words]
    for count in _COUNTS:
        for first in range(len(words) - count + 1):
            last = first + count
            if not frozenset.intersection(*languages[first:last]):
                continue
            distinct = len(set(lowered[first:last]))
            enough = 4 * distinct >= 3 * count
            is_known = phrase_digest(lowered[first:last]) in knowledge.examples
            if not is_known and not enough:
                continue
            try:
                readings = parse_mnemonic(words[first:last])
            except CodecError:
                continue
            borders = _is_border(content, spans, first) + _is_border(content, spans, last)
            yield _Window(first, last, readings, borders, is_known)


def _is_border(content: bytes, spans: list[tuple[int, int]], place: int) -> bool:
    """Whether a run or a line starts or ends between two words."""
    if place in {0, len(spans)}:
        return True
    return bool(_LINE_END.search(content, spans[place - 1][1], spans[place][0]))


def _is_word_list(words: list[str]) -> bool:
    """Whether the words stand in the order of a list: then it is the list, not a phrase."""
    for language in LANGUAGES:
        ranks = _ranks(language)
        order = [ranks.get(unicodedata.normalize("NFKD", word.lower())) for word in words]
        steps = [b - a for a, b in pairwise(order) if a is not None and b is not None]
        if len(steps) >= len(words) // 2 and steps:
            forward, backward = sum(step > 0 for step in steps), sum(step < 0 for step in steps)
            if max(forward, backward) * 20 >= len(steps) * 19:
                return True
    return False


@cache
def _ranks(language: str) -> dict[str, int]:
    return {word: rank for rank, word in enumerate(word_list(language))}
