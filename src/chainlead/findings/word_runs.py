"""Runs of twelve or more words of phrase lists, found in one pass for all detectors of phrases.

Assumption: a phrase is written with spaces, line ends, numbers, bullets, commas or quotes between
its words. Known failure: a phrase that other text splits is not found.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from chainlead.codecs import LANGUAGES, PHRASE_LISTS, phrase_list, word_list
from chainlead.findings.view import View

_FEWEST = 12
_LONGEST_RUN = 20_000
_MARKS = re.compile(rb"\xc2[\xa0\xb7]|\xe3\x80\x80|\xe2\x80\xa2")
_WORD = re.compile(rb"[A-Za-z\x80-\xff]+")
_FULL_STOP = re.compile(rb"\.\s")
_LINE_END = re.compile(rb"[\r\n]")


@dataclass(frozen=True, slots=True)
class WordRun:
    """Words of any list that stand together.

    Attributes:
        words: as they are written.
        spans: bytes of each word in the view.
        line_ends: whether a line ends before each word; one more for the end of the run.
    """

    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    line_ends: tuple[bool, ...]

    def borders(self, first: int, count: int) -> int:
        """How many sides (0 to 2) of some words are the end of a line or of the run."""
        return self.line_ends[first] + self.line_ends[first + count]

    def distinct(self, first: int, count: int) -> int:
        """How many of some words are different."""
        return len({word.lower() for word in self.words[first : first + count]})

    def place(self, first: int, count: int) -> tuple[int, int]:
        """The bytes of some words in the view."""
        return self.spans[first][0], self.spans[first + count - 1][1]


def word_runs(view: View) -> tuple[WordRun, ...]:
    """The runs of a view, without those that are a word list itself."""
    if view.word_runs is None:
        view.word_runs = tuple(_find(view))
    return view.word_runs


def _find(view: View) -> Iterator[WordRun]:
    from chainlead.kernels import find_word_runs  # noqa: PLC0415  (loads numba: not before a scan)

    starts, ends, _counts = find_word_runs(view.array, _table(), _FEWEST, view.marks)
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        if end - start > _LONGEST_RUN:
            continue
        content = _MARKS.sub(lambda mark: b" " * len(mark[0]), view.data[start:end])
        spans = tuple((start + m.start(), start + m.end()) for m in _WORD.finditer(content))
        words = tuple(view.text(*span) for span in spans)
        if _is_word_list(words):
            continue
        gaps = [view.data[a[1] : b[0]] for a, b in pairwise(spans)]
        if 2 * gaps.count(b")(") >= len(gaps):
            continue  # a table of words in brackets, as Unicode has one
        ends_here = [bool(_LINE_END.search(gap)) for gap in gaps]
        for first, last in _sentences(gaps):
            if last - first >= _FEWEST:
                inner = tuple(ends_here[first : last - 1])
                yield WordRun(words[first:last], spans[first:last], (True, *inner, True))


def _sentences(gaps: list[bytes]) -> Iterator[tuple[int, int]]:
    """First and last word (exclusive) of what full stops divide, if they divide few words."""
    stops = [number + 1 for number, gap in enumerate(gaps) if _FULL_STOP.match(gap)]
    if 2 * len(stops) >= len(gaps):
        stops = []  # a stop behind most words is a way to write a list
    yield from pairwise([0, *stops, len(gaps) + 1])


def are_frequent_characters(words: Sequence[str]) -> bool:
    """Whether these are the first of a Chinese list, which is ordered by frequency.

    One random phrase in 1,000,000 looks like that; tables of frequent characters all do.
    """
    rarest = 2048 * 10 ** (-6 / len(words))
    return any(all(ranks.get(word, 2048) < rarest for word in words) for ranks in _by_frequency())


@cache
def _by_frequency() -> tuple[dict[str, int], ...]:
    lists = (word_list(name) for name in LANGUAGES if name.startswith("chinese"))
    return tuple({word: rank for rank, word in enumerate(words)} for words in lists)


def _all_lists() -> Iterator[tuple[str, ...]]:
    for language in LANGUAGES:
        yield word_list(language)
    for family, languages in PHRASE_LISTS.items():
        for language in languages:
            yield phrase_list(family, language)


@cache
def _table() -> Any:
    """All list words as bytes: both Unicode forms, capitals, and Latin-1."""
    from chainlead.kernels import make_word_table  # noqa: PLC0415  (loads numba)

    return make_word_table(_tokens())


def _tokens() -> set[bytes]:
    """List by list, because a call for each word takes longer than all the rest."""
    tokens: set[bytes] = set()
    for words in _all_lists():
        tokens.update(word.lower().encode() for word in words if word.isascii())
        text = "\n".join(word for word in words if not word.isascii())
        for form in ("NFC", "NFD") if text else ():
            spelt = unicodedata.normalize(form, text)
            capitals = "\n".join(map(str.capitalize, spelt.split("\n")))
            for written in {spelt, spelt.lower(), capitals, spelt.upper()}:
                # `lower` of bytes changes ASCII letters only, as the kernel does
                tokens.update(written.encode().lower().split(b"\n"))
                narrow = written.encode("latin-1", "ignore").lower().split(b"\n")
                pairs = zip(narrow, written.split("\n"), strict=True)
                tokens.update(short for short, word in pairs if len(short) == len(word))
    return tokens


def _is_word_list(words: tuple[str, ...]) -> bool:
    """Whether the words stand in the order of a list: then it is the list, not a phrase."""
    for ranks in _all_ranks():
        order = [ranks.get(unicodedata.normalize("NFKD", word.lower())) for word in words]
        steps = [b - a for a, b in pairwise(order) if a is not None and b is not None]
        if len(steps) >= len(words) // 2 and steps:
            forward, backward = sum(step > 0 for step in steps), sum(step < 0 for step in steps)
            if max(forward, backward) * 20 >= len(steps) * 19:
                return True
    return False


@cache
def _all_ranks() -> tuple[dict[str, int], ...]:
    return tuple(
        {unicodedata.normalize("NFKD", word.lower()): rank for rank, word in enumerate(words)}
        for words in _all_lists()
    )
