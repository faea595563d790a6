"""Windows of word runs that a codec reads as a phrase: shared by the detectors of phrases.

Assumption: three quarters of a phrase's words are different (true of 2,000,000 random phrases).
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from chainlead.errors import CodecError
from chainlead.findings.word_runs import WordRun, are_frequent_characters

T = TypeVar("T")


def phrase_windows(
    run: WordRun,
    counts: Sequence[int],
    parse: Callable[[Sequence[str]], T],
    *,
    borders: int = 0,
) -> Iterator[tuple[int, int, T]]:
    """Start, end (in bytes of the view) and reading of each phrase in a run, none overlapping.

    Args:
        run: list words that stand together.
        counts: permitted numbers of words, longest first.
        parse: reads the words, or raises `CodecError`.
        borders: how many sides must be the end of a line or of the run.
    """
    found: list[tuple[int, int, int, T]] = []
    for count in counts:
        for first in range(len(run.words) - count + 1):
            at_borders = run.borders(first, count)
            if at_borders < borders or 4 * run.distinct(first, count) < 3 * count:
                continue
            try:
                reading = parse(run.words[first : first + count])
            except CodecError:
                continue
            if are_frequent_characters(run.words[first : first + count]):
                continue
            found.append((count, at_borders, first, reading))
    found.sort(key=lambda window: (-window[0], -window[1], window[2]))
    taken: list[tuple[int, int]] = []
    for count, _borders, first, reading in found:
        last = first + count
        if all(last <= start or first >= end for start, end in taken):
            taken.append((first, last))
            start, end = run.place(first, count)
            yield start, end, reading
