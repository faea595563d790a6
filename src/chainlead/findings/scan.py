"""Searches the items of one exhibit file and assembles the findings."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import numpy as np

from chainlead.evidence import Item, Layer
from chainlead.findings.collector import Collector
from chainlead.findings.detector import Detector, Hit, Run
from chainlead.findings.finding import Finding
from chainlead.findings.knowledge import Knowledge, load_knowledge
from chainlead.findings.view import View, make_views
from chainlead.registry import residents

_LONGEST = 127
_SHORT_BYTES = 4096
_RUN = re.compile(rb"[0-9A-Za-z]{25,}")
_PERCENT, _BACKSLASH, _LETTER_U = 0x25, 0x5C, 0x75
_TAIL_BYTES = 2048
"""How much of a page is kept in front of the next one: even, so that 16-bit text stays aligned."""


def scan_items(
    items: Iterable[Item], *, case_key: bytes, knowledge: Knowledge | None = None
) -> tuple[Finding, ...]:
    """Everything that the detectors find in the items of one exhibit file.

    Items are read once, in order; only one page is held at a time. Masking and the choice between
    layers need the whole file, so findings come at the end.

    Args:
        items: all items of one exhibit file, pages of a stream in order.
        case_key: the key under which fingerprints of secrets are made.
        knowledge: tables of explorers, services and examples; the built-in ones if left out.

    Returns:
        Findings sorted by provenance, offset, row, kind, value.
    """
    known = knowledge or load_knowledge()
    collector = Collector(case_key, known)
    for view, page_start, page_end in _views_of(items):
        for detector, hit in find_hits(view, known):
            start = view.place(hit.start, hit.end).start
            if page_start <= start < page_end:
                collector.add(detector, hit, view, page_start)
    return collector.findings()


def _views_of(items: Iterable[Item]) -> Iterator[tuple[View, int, int]]:
    """Each view with the first byte of its page and the first byte of the next page in it."""
    tail = b""
    expected: tuple[Any, int | None] = (None, None)
    for item in items:
        is_paged = item.layer is Layer.RAW and item.offset_bytes is not None
        place = (item.provenance, item.offset_bytes)
        if not is_paged or place != expected:
            tail = b""
        core = len(item.data) if item.core_bytes is None else item.core_bytes
        content = tail + item.data if tail else item.data
        at_start = item.offset_bytes in {0, None} and not tail
        is_whole = at_start and core == len(item.data)
        for view in make_views(item, content, at_start=at_start, is_whole=is_whole):
            yield view, len(tail), len(tail) + core
        if is_paged and core < len(item.data):
            assert item.offset_bytes is not None
            expected = (item.provenance, item.offset_bytes + core)
            keep = min(_TAIL_BYTES, (len(tail) + core) // 2 * 2)
            tail = content[len(tail) + core - keep : len(tail) + core]
        else:
            expected, tail = (None, None), b""


def find_hits(view: View, knowledge: Knowledge) -> Iterator[tuple[Detector, Hit]]:
    """All hits of all detectors in one view."""
    wanted, dispatch = _dispatch()
    for start, length in _short_runs(view) if _is_short(view) else _long_runs(view, wanted):
        text = view.data[start : start + length].decode("ascii")
        run = Run(view, start, start + length, text)
        for detector in dispatch.get((text[0], min(length, _LONGEST)), ()):
            for hit in detector.check(run):
                yield detector, hit
    for detector in _detectors():
        for hit in detector.find(view, knowledge):
            yield detector, hit


def _is_short(view: View) -> bool:
    return len(view.data) < _SHORT_BYTES and not view.is_raw


def _short_runs(view: View) -> Iterator[tuple[int, int]]:
    """Start and length of the runs of a short text: a cell, a JSON value."""
    for match in _RUN.finditer(view.data):
        start, end = match.span()
        yield start, end - start
        before = view.data[start - 1 : start] if start else b""
        if before in {b"%", b"\\"}:
            skip = _skip(before[0], view.data[start])
            yield start + skip, end - start - skip


def _long_runs(view: View, wanted: Any) -> Iterator[tuple[int, int]]:
    """Start and length of the runs whose first letter and length some detector wants."""
    offsets, lengths = view.runs()
    if not len(offsets):
        return
    before = view.array[np.maximum(offsets - 1, 0)]
    escaped = (offsets > 0) & ((before == _PERCENT) | (before == _BACKSLASH))
    for number in np.flatnonzero(escaped).tolist():
        start, length = int(offsets[number]), int(lengths[number])
        skip = _skip(int(before[number]), int(view.array[start]))
        yield start + skip, length - skip
    chosen = wanted[view.array[offsets], np.minimum(lengths, _LONGEST)]
    yield from zip(offsets[chosen].tolist(), lengths[chosen].tolist(), strict=True)


def _skip(before: int, first: int) -> int:
    r"""How much of a run belongs to an escape: `%3A`, `\n`, `\u003a`."""
    if before == _PERCENT:
        return 2
    return 5 if first == _LETTER_U else 1


def _detectors() -> tuple[Detector, ...]:
    return residents("chainlead.findings.detectors", Detector)


@cache
def _dispatch() -> tuple[Any, Mapping[tuple[str, int], tuple[Detector, ...]]]:
    """Which first byte and length are worth a look, and who looks."""
    wanted = np.zeros((256, _LONGEST + 1), dtype=np.bool_)
    found: dict[tuple[str, int], list[Detector]] = {}
    for detector in _detectors():
        for shape in detector.shapes:
            for first in shape.first:
                for length in shape.lengths:
                    capped = min(length, _LONGEST)
                    wanted[ord(first), capped] = True
                    listeners = found.setdefault((first, capped), [])
                    if detector not in listeners:
                        listeners.append(detector)
    return wanted, {key: tuple(listeners) for key, listeners in found.items()}
