"""Searches the items of one exhibit file and assembles the findings."""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from chainlead.evidence import Item, Layer
from chainlead.findings.collector import Collector
from chainlead.findings.detector import Detector, Hit, Run
from chainlead.findings.finding import Finding
from chainlead.findings.knowledge import Knowledge, load_knowledge
from chainlead.findings.view import Mark, View, make_views
from chainlead.registry import residents

_LONGEST = 127
_SHORT_BYTES = 4096
_RUN = re.compile(rb"[0-9A-Za-z]{25,}")
_PERCENT, _BACKSLASH, _LETTER_U = 0x25, 0x5C, 0x75
_TAIL_BYTES = 2048
"""How much of a page is kept in front of the next one: even, so that 16-bit text stays aligned."""
_ALL_PASSED = -1
_RUN_MARK, _NAME = int(Mark.RUN), int(Mark.NAME)


def scan_items(
    items: Iterable[Item], *, case_key: bytes, knowledge: Knowledge | None = None, threads: int = 2
) -> tuple[Finding, ...]:
    """Everything that the detectors find in the items of one exhibit file.

    Items are read once, in order; at most `threads` + 1 pages are held at a time. Masking and the
    choice between layers need the whole file, so findings come at the end. They are the same
    whatever the number of threads.

    Args:
        items: all items of one exhibit file, pages of a stream in order.
        case_key: the key under which fingerprints of secrets are made.
        knowledge: tables of explorers, services and examples; the built-in ones if left out.
        threads: how many pages of a long stream are searched at once.

    Returns:
        Findings sorted by provenance, offset, row, kind, value.
    """
    known = knowledge or load_knowledge()
    collector = Collector(case_key, known)
    for hits in _searched(items, known, threads):
        for detector, hit, view, page_start in hits:
            collector.add(detector, hit, view, page_start)
    return collector.findings()


@dataclass(frozen=True, slots=True)
class _Piece:
    """An item's bytes with the end of the page before them, and how many of them are its own.

    They are put together by the thread that reads: what each searching thread has of memory for
    itself would be given back and fetched anew for each page.
    """

    item: Item
    content: bytes
    own_start: int
    core: int
    at_start: bool
    is_whole: bool

    @property
    def has_next(self) -> bool:
        """Whether this is a page of a stream that goes on."""
        return self.core < len(self.item.data)


_Hits = list[tuple[Detector, Hit, View, int]]


def _searched(items: Iterable[Item], knowledge: Knowledge, threads: int) -> Iterator[_Hits]:
    """The hits of each item, in order; pages of a long stream are searched side by side.

    All searches are done before the next item is asked for that is not a page of the same stream:
    its reader may start other processes, and must not do so while threads are at work.
    """
    if threads < 2:
        yield from (_search(piece, knowledge) for piece in _pieces(items))
        return
    waiting: deque[Future[_Hits]] = deque()
    with ThreadPoolExecutor(threads, "search") as pool:
        for piece in _pieces(items):
            if not waiting and not piece.has_next:
                yield _search(piece, knowledge)
                continue
            waiting.append(pool.submit(_search, piece, knowledge))
            while len(waiting) > (threads if piece.has_next else 0):
                yield waiting.popleft().result()
        yield from (future.result() for future in waiting)


def _pieces(items: Iterable[Item]) -> Iterator[_Piece]:
    tail = b""
    expected: tuple[Any, int | None] = (None, None)
    for item in items:
        is_paged = item.layer is Layer.RAW and item.offset_bytes is not None
        place = (item.provenance, item.offset_bytes)
        if not is_paged or place != expected:
            tail = b""
        core = len(item.data) if item.core_bytes is None else item.core_bytes
        at_start = item.offset_bytes in {0, None} and not tail
        is_whole = at_start and core == len(item.data)
        content = tail + item.data if tail else item.data
        yield _Piece(item, content, len(tail), core, at_start, is_whole)
        if is_paged and core < len(item.data):
            assert item.offset_bytes is not None
            expected = (item.provenance, item.offset_bytes + core)
            end = tail + item.data[max(core - _TAIL_BYTES, 0) : core]
            tail = end[len(end) - min(_TAIL_BYTES, len(end) // 2 * 2) :]
        else:
            expected, tail = (None, None), b""


def _search(piece: _Piece, knowledge: Knowledge) -> _Hits:
    """The hits that start in a piece's own bytes."""
    found: _Hits = []
    own_start = piece.own_start
    views = make_views(piece.item, piece.content, at_start=piece.at_start, is_whole=piece.is_whole)
    for view in views:
        for detector, hit in find_hits(view, knowledge):
            start = view.place(hit.start, hit.end).start
            if own_start <= start < own_start + piece.core:
                found.append((detector, hit, view, own_start))
    return found


def find_hits(view: View, knowledge: Knowledge) -> Iterator[tuple[Detector, Hit]]:
    """All hits of all detectors in one view."""
    wanted, dispatch = _dispatch()
    for start, length, passed in _runs(view, wanted):
        text = view.data[start : start + length].decode("ascii")
        run = Run(view, start, start + length, text)
        for prechecks, detector in dispatch.get((text[0], min(length, _LONGEST)), ()):
            if prechecks & passed:
                for hit in detector.check(run):
                    yield detector, hit
    kinds = view.kinds
    if not knowledge.name_table.is_marked:
        kinds |= _NAME
    for detector in _searchers(kinds):
        for hit in detector.find(view, knowledge):
            yield detector, hit


def _runs(view: View, wanted: Any) -> Iterator[tuple[int, int, int]]:
    if not view.kinds & _RUN_MARK:
        return iter(())
    is_short = len(view.data) < _SHORT_BYTES and not view.is_raw
    return _short_runs(view) if is_short else _long_runs(view, wanted)


def _short_runs(view: View) -> Iterator[tuple[int, int, int]]:
    """Start and length of the runs of a short text: a cell, a JSON value; no prechecks made."""
    for match in _RUN.finditer(view.data):
        start, end = match.span()
        yield start, end - start, _ALL_PASSED
        before = view.data[start - 1 : start] if start else b""
        if before in {b"%", b"\\"}:
            skip = _skip(before[0], view.data[start])
            yield start + skip, end - start - skip, _ALL_PASSED


def _skip(before: int, first: int) -> int:
    r"""How much of a run belongs to an escape: `%3A`, `\n`, `\u003a`."""
    if before == _PERCENT:
        return 2
    return 5 if first == _LETTER_U else 1


def _long_runs(view: View, wanted: Any) -> Iterator[tuple[int, int, int]]:
    """Start, length and passed prechecks of the runs that some detector wants."""
    offsets, lengths, passed = view.checked_runs(wanted)
    yield from zip(offsets.tolist(), lengths.tolist(), passed.tolist(), strict=True)


def _detectors() -> tuple[Detector, ...]:
    return residents("chainlead.findings.detectors", Detector)


@cache
def _searchers(kinds: int) -> tuple[Detector, ...]:
    """The detectors of what is no single run, in a view with these marks."""
    searchers = [d for d in _detectors() if type(d).find is not Detector.find]
    return tuple(d for d in searchers if d.needs is None or d.needs & kinds)


_Listeners = Mapping[tuple[str, int], tuple[tuple[int, Detector], ...]]


@cache
def _dispatch() -> tuple[Any, _Listeners]:
    """Which checks a run with this first byte and length needs, and who looks at what passes."""
    wanted = np.zeros((256, _LONGEST + 1), dtype=np.uint16)
    found: dict[tuple[str, int], dict[Detector, int]] = {}
    for detector in _detectors():
        for shape in detector.shapes:
            for first in shape.first:
                for length in shape.lengths:
                    capped = min(length, _LONGEST)
                    wanted[ord(first), capped] |= shape.precheck
                    listeners = found.setdefault((first, capped), {})
                    listeners[detector] = listeners.get(detector, 0) | shape.precheck
    return wanted, {
        key: tuple((int(prechecks), detector) for detector, prechecks in listeners.items())
        for key, listeners in found.items()
    }
