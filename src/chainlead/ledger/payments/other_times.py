"""The same question at other times: windows beside the window, or a weekly time moved in the week.

A window in which the ledger knows less than half as many blocks as in the one that was asked about
is left out: what happened there may simply not be known.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chainlead.ledger.payments.chance import OTHER_TIMES, ChanceCount, Move
from chainlead.ledger.payments.receipts import Receipt
from chainlead.ledger.payments.times import (
    MINUTES_OF_DAY,
    MINUTES_OF_WEEK,
    Recurring,
    Times,
    count_between,
)

MOST_WINDOWS = 24
MOST_PATTERNS = 168
_MOST_STEPS = 10_000
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class _Dated:
    """Receipts with a time, and whether each fits; block times of the ledger, sorted."""

    receipts: Sequence[tuple[datetime, bool]]
    block_times: Sequence[datetime]


def count_at_other_times(
    receipts: Sequence[Receipt],
    fits: Sequence[bool],
    times: Times,
    block_times: Sequence[datetime],
) -> ChanceCount:
    """Count the same addresses' matches in windows or weekly times that were not asked about.

    Args:
        receipts: of any time.
        fits: for each, whether its amount matches a price at its own time.
        times: what was asked.
        block_times: of the whole ledger, sorted.
    """
    if not block_times:
        return ChanceCount(
            OTHER_TIMES, note="No block time is known: no other time can be compared."
        )
    dated = _Dated(
        sorted((r.mined_at, f) for r, f in zip(receipts, fits, strict=True) if r.mined_at),
        block_times,
    )
    if times.recurring is not None:
        return _patterns(dated, times, times.recurring)
    if times.since is None and times.until is None:
        return ChanceCount(
            OTHER_TIMES,
            note="The question covers the whole ledger: there is no other time to compare with.",
        )
    return _windows(dated, times)


def _windows(dated: _Dated, times: Times) -> ChanceCount:
    known = dated.block_times
    start = known[0] if times.since is None else times.since
    end = known[-1] if times.until is None else times.until
    if end < start:
        return ChanceCount(OTHER_TIMES, note="The window lies outside the ledger.")
    length = end - start + _SECOND
    moments = [moment for moment, _ in dated.receipts]
    fitting = [moment for moment, fit in dated.receipts if fit]
    enough = count_between(known, start, end)
    if not enough:
        return ChanceCount(
            OTHER_TIMES, note="The ledger has no block in the window that was asked about."
        )
    kept: list[tuple[datetime, datetime]] = []
    left_out = 0
    for a, b in _beside(start, end, length, (known[0], known[-1])):
        if 2 * count_between(known, a, b) < enough:
            left_out += 1
        else:
            kept.append((a, b))
        if len(kept) == MOST_WINDOWS:
            break
    kept.sort()
    note = "" if kept else (
        "The ledger is too short: it holds no other window of the same length with at least half "
        "as many blocks."
    )  # fmt: skip
    moves = (
        Move(
            f"{a:%Y-%m-%d %H:%M} to {b:%Y-%m-%d %H:%M}",
            count_between(moments, a, b),
            count_between(fitting, a, b),
        )
        for a, b in kept
    )
    return ChanceCount(OTHER_TIMES, tuple(moves), left_out, note)


def _beside(
    start: datetime, end: datetime, length: timedelta, bounds: tuple[datetime, datetime]
) -> Iterator[tuple[datetime, datetime]]:
    """Windows of the same length wholly inside the bounds, nearest first."""
    for step in range(1, _MOST_STEPS):
        before = (start - bounds[0]) // length >= step
        after = (bounds[1] - end) // length >= step
        if before:
            yield start - step * length, end - step * length
        if after:
            yield start + step * length, end + step * length
        if not before and not after:
            return


def _patterns(dated: _Dated, times: Times, recurring: Recurring) -> ChanceCount:
    bounds = dated.block_times[0], dated.block_times[-1]
    known = min(times.until or bounds[1], bounds[1]) - max(times.since or bounds[0], bounds[0])
    daily = recurring.shifted(MINUTES_OF_DAY) == recurring.spans
    period, name = (MINUTES_OF_DAY, "day") if daily else (MINUTES_OF_WEEK, "week")
    if known < timedelta(minutes=period):
        note = f"The ledger is too short: it holds less than one {name} of these times."
        return ChanceCount(OTHER_TIMES, note=note)
    placed = [
        (recurring.minute_of(moment), fit)
        for moment, fit in dated.receipts
        if times.between(moment)
    ]  # fmt: skip
    minutes = sorted(minute for minute, _ in placed)
    fitting = sorted(minute for minute, fit in placed if fit)
    moves: list[Move] = []
    left_out = 0
    step = max(60, *(end - start for start, end in recurring.spans))
    for shift in range(step, period, step):
        spans = recurring.shifted(shift)
        if any(a < d and c < b for a, b in spans for c, d in recurring.spans):
            left_out += 1
            continue
        move = f"{shift // 60} h {shift % 60:02} min later in the {name}"
        moves.append(Move(move, _inside(minutes, spans), _inside(fitting, spans)))
    note = "" if moves else (
        "These times fill the whole period: there is no other time to compare with."
    )  # fmt: skip
    return ChanceCount(OTHER_TIMES, tuple(moves[:MOST_PATTERNS]), left_out, note)


def _inside(minutes: Sequence[int], spans: Iterable[tuple[int, int]]) -> int:
    return sum(bisect_left(minutes, end) - bisect_left(minutes, start) for start, end in spans)
