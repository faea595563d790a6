"""Stretches of UTF-16 text among other bytes of a short value.

Found in: cells and values of databases and stores.
Proof: at least 8 printable ASCII characters, each with a zero byte on the same side.
Limits: text in other scripts is not seen.
Spec: RFC 2781.
"""

from collections.abc import Iterator

import numpy as np

_RUN_CHARACTERS = 8
_PRINTABLE = np.zeros(256, dtype=bool)
_PRINTABLE[[9, 10, 13, *range(32, 127)]] = True


def find_utf16_runs(page: bytes) -> Iterator[tuple[int, int, str]]:
    """Stretches of at least 8 printable ASCII characters in UTF-16, at any alignment.

    Yields:
        Start, end and encoding, sorted by start; stretches do not overlap much: of two readings
        of the same bytes only the longer is given, little-endian if both are as long.
    """
    if page.count(b"\0") < _RUN_CHARACTERS:
        return
    values = np.frombuffer(page, dtype=np.uint8)
    printable = _PRINTABLE[values]
    zero = values == 0
    runs = [
        *_runs(printable[:-1] & zero[1:], "utf-16-le"),
        *_runs(zero[:-1] & printable[1:], "utf-16-be"),
    ]
    runs.sort(key=lambda run: (run[0], -run[1], run[2] != "utf-16-le"))
    kept: list[tuple[int, int, str]] = []
    for run in runs:
        if kept and run[0] < kept[-1][1] - 2 and run[1] <= kept[-1][1] + 2:
            before = kept[-1]
            if run[1] - run[0] > before[1] - before[0]:
                kept[-1] = run
            continue
        kept.append(run)
    yield from kept


def _runs(
    pairs: "np.ndarray[tuple[int], np.dtype[np.bool_]]", encoding: str
) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    for parity in (0, 1):
        line = pairs[parity::2]
        if not line.any():
            continue
        edges = np.flatnonzero(np.diff(np.concatenate(([False], line, [False])).astype(np.int8)))
        starts, ends = edges[::2], edges[1::2]
        long = ends - starts >= _RUN_CHARACTERS
        found.extend(
            (2 * int(start) + parity, 2 * int(end) + parity, encoding)
            for start, end in zip(starts[long], ends[long], strict=True)
        )
    return found
