"""Mnemonics of BIP-39: 12, 15, 18, 21 or 24 words of one of ten lists.

Found in: notes, password managers, chats, wallet exports, text read from pictures.
Proof: all words of one list and a checksum of 4 bits (12 words) to 8 bits (24 words), at least
three quarters of the words distinct, not in the order of the list. Between the words only spaces,
line ends, numbers, bullets, commas and quotes; in any case.
The Chinese lists are ordered by frequency: a table of frequent characters is told from a phrase by
its ranks (one random phrase in 1,000,000 looks like one). Prose with a space behind each character
is told by its borders: a Chinese phrase has to begin and end where the line or the run does.
Limits: words that are split by other text, and scripts other than Latin in UTF-16 inside a binary
file, are not found. A weak checksum: never more than *structured*. Phrases of Electrum, Monero and
SLIP-39 have detectors of their own. A secret: place, kind and keyed fingerprint.
Spec: BIP-39; the floor of distinct words loses none of 2,000,000 random phrases.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from chainlead.codecs import Mnemonic, parse_mnemonic, word_languages
from chainlead.errors import CodecError
from chainlead.findings.detector import Detector, Hit, Proof
from chainlead.findings.knowledge import Knowledge, phrase_digest
from chainlead.findings.view import Mark, View
from chainlead.findings.word_runs import WordRun, are_frequent_characters, word_runs
from chainlead.model import Candidate, Certainty, Chain, Network, Role

_COUNTS = (24, 21, 18, 15, 12)
_CANDIDATES = (
    Candidate(Chain.BITCOIN, Network.MAIN, "a mnemonic names no coin: wallets derive all from it"),
    Candidate(Chain.ETHEREUM, Network.MAIN, "a mnemonic names no coin: wallets derive all from it"),
)


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
    needs = Mark.WORDS

    def find(self, view: View, knowledge: Knowledge) -> Iterator[Hit]:
        """Look at every run of at least twelve list words."""
        for run in word_runs(view):
            yield from _phrases(run, knowledge)


def _phrases(run: WordRun, knowledge: Knowledge) -> Iterator[Hit]:
    found = list(_windows(run, knowledge))
    found.sort(key=lambda w: (-w.count, -w.is_known, -w.at_borders, w.start))
    taken: list[_Window] = []
    for window in found:
        if all(window.end <= other.start or window.start >= other.end for other in taken):
            taken.append(window)
    for window in sorted(taken, key=lambda w: w.start):
        overlapping = sum(w.start < window.end and w.end > window.start for w in found) - 1
        first, last = run.place(window.start, window.count)
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


def _is_chinese(reading: Mnemonic) -> bool:
    """Most characters of Chinese prose are words of its list; words of other lists are rarer."""
    return reading.language.startswith("chinese")


def _windows(run: WordRun, knowledge: Knowledge) -> Iterator[_Window]:
    languages = [word_languages(word) for word in run.words]
    lowered = [word.lower() for word in run.words]
    for count in _COUNTS:
        for first in range(len(lowered) - count + 1):
            last = first + count
            if not frozenset.intersection(*languages[first:last]):
                continue
            enough = 4 * run.distinct(first, count) >= 3 * count
            is_known = phrase_digest(lowered[first:last]) in knowledge.examples
            if not is_known and not enough:
                continue
            try:
                readings = parse_mnemonic(run.words[first:last])
            except CodecError:
                continue
            borders = run.borders(first, count)
            if not is_known and are_frequent_characters(lowered[first:last]):
                continue
            if not is_known and borders < 2 and all(_is_chinese(found) for found in readings):
                continue
            yield _Window(first, last, readings, borders, is_known)
