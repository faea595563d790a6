"""Searches the items of one exhibit file and assembles the findings."""

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
    offsets, lengths = view.runs()
    if len(offsets):
        offsets, lengths = _unescaped(view.array, offsets, lengths)
        chosen = wanted[view.array[offsets], np.minimum(lengths, _LONGEST)]
        for start, length in zip(offsets[chosen].tolist(), lengths[chosen].tolist(), strict=True):
            text = view.data[start : start + length].decode("ascii")
            run = Run(view, start, start + length, text)
            for detector in dispatch[text[0], min(length, _LONGEST)]:
                for hit in detector.check(run):
                    yield detector, hit
    for detector in _detectors():
        for hit in detector.find(view, knowledge):
            yield detector, hit


def _unescaped(array: Any, offsets: Any, lengths: Any) -> tuple[Any, Any]:
    r"""Add the runs that start behind `%3A`, `\n` or `\u003a` instead of inside it."""
    before = array[np.maximum(offsets - 1, 0)]
    escaped = (offsets > 0) & ((before == 0x25) | (before == 0x5C))
    if not escaped.any():
        return offsets, lengths
    skip = np.where(before == 0x25, 2, np.where(array[offsets] == 0x75, 5, 1))[escaped]
    added_offsets, added_lengths = offsets[escaped] + skip, lengths[escaped] - skip
    return np.concatenate((offsets, added_offsets)), np.concatenate((lengths, added_lengths))


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
