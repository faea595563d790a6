"""How many receipts would match if the question were about another time, or another price.

Method: a control by displacement. The receipts stay as they are; the question is moved to where no
payment for the advertised goods is expected, many times, and the matches are counted in the same
way each time. The counts are given whole: number of moves, least, most, exact mean, and how many
moves gave at least as many matches as the real question.
Assumption: receipts of other causes are about as frequent at the moved times and prices as at the
real ones. Known failure: goods sold at all hours make shifted times count real payments (the chance
looks larger than it is); a busy or quiet period beside the window misleads both ways; prices that
are rounder than their neighbours are paid more often than shifted prices show, so the same count is
made at half and at double the price, which are about as round. Moves that could hit the real prices
are left out and counted, and so are windows in which the ledger knows less than half as many blocks.
Spec: the add-one rule for permutation counts, B. Phipson and G. K. Smyth, "Permutation P-values
should never be zero", Stat. Appl. Genet. Mol. Biol. 9(1), 2010, is why `as_many` is given with the
number of moves and never as a probability of zero.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from chainlead.ledger.payments.advertised import Coverage
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
_TIMES = "shifted times"
PER_MILLE = (
    -370, -330, -290, -230, -190, -170, -130, -110, -70, 70, 110, 130, 170, 190, 230, 290, 330, 370,
)  # fmt: skip
AS_ROUND_PER_MILLE = (-500, 1000)
_SECOND = timedelta(seconds=1)

CoverageOf = Callable[[date | None, int], Coverage]
"""The amounts that match on a day, with all prices moved by so many per mille."""


@dataclass(frozen=True, slots=True)
class ChanceCount:
    """One control, with every count that it made.

    Attributes:
        how: `shifted times`, `shifted prices` or `prices as round`.
        moves: what each move was, in words.
        receipts: how many receipts each move looked at.
        counts: how many of them matched.
        left_out: moves that were not made because they could hit the real prices or times.
        note: why there are few moves or none, in words; empty if there are enough.
    """

    how: str
    moves: tuple[str, ...] = ()
    receipts: tuple[int, ...] = ()
    counts: tuple[int, ...] = ()
    left_out: int = 0
    note: str = ""

    @property
    def mean(self) -> Fraction | None:
        """Matches per move, exact; None without a move."""
        return Fraction(sum(self.counts), len(self.counts)) if self.counts else None

    def as_many(self, matches: int) -> int:
        """How many moves gave at least so many matches."""
        return sum(count >= matches for count in self.counts)


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
        return ChanceCount(_TIMES, note="No block time is known: no other time can be compared.")
    dated = _Dated(
        sorted((r.mined_at, f) for r, f in zip(receipts, fits, strict=True) if r.mined_at),
        block_times,
    )
    if times.recurring is not None:
        return _patterns(dated, times, times.recurring)
    if times.since is None and times.until is None:
        return ChanceCount(
            _TIMES,
            note="The question covers the whole ledger: there is no other time to compare with.",
        )
    return _windows(dated, times)


def _windows(dated: _Dated, times: Times) -> ChanceCount:
    known = dated.block_times
    start = known[0] if times.since is None else times.since
    end = known[-1] if times.until is None else times.until
    if end < start:
        return ChanceCount(_TIMES, note="The window lies outside the ledger.")
    length = end - start + _SECOND
    moments = [moment for moment, _ in dated.receipts]
    fitting = [moment for moment, fit in dated.receipts if fit]
    enough = count_between(known, start, end)
    if not enough:
        return ChanceCount(
            _TIMES, note="The ledger has no block in the window that was asked about."
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
    return ChanceCount(
        _TIMES,
        tuple(f"{a:%Y-%m-%d %H:%M} to {b:%Y-%m-%d %H:%M}" for a, b in kept),
        tuple(count_between(moments, a, b) for a, b in kept),
        tuple(count_between(fitting, a, b) for a, b in kept),
        left_out,
        note,
    )


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
        return ChanceCount(_TIMES, note=note)
    placed = [
        (recurring.minute_of(moment), fit)
        for moment, fit in dated.receipts
        if times.between(moment)
    ]  # fmt: skip
    minutes = sorted(minute for minute, _ in placed)
    fitting = sorted(minute for minute, fit in placed if fit)
    moves: list[tuple[str, int, int]] = []
    left_out = 0
    step = max(60, *(end - start for start, end in recurring.spans))
    for shift in range(step, period, step):
        spans = recurring.shifted(shift)
        if any(a < d and c < b for a, b in spans for c, d in recurring.spans):
            left_out += 1
            continue
        move = f"{shift // 60} h {shift % 60:02} min later in the {name}"
        moves.append((move, _inside(minutes, spans), _inside(fitting, spans)))
    kept = moves[:MOST_PATTERNS]
    return ChanceCount(
        _TIMES,
        tuple(move for move, _, _ in kept),
        tuple(looked for _, looked, _ in kept),
        tuple(count for _, _, count in kept),
        left_out,
        ""
        if kept
        else "These times fill the whole period: there is no other time to compare with.",
    )


def _inside(minutes: Sequence[int], spans: Iterable[tuple[int, int]]) -> int:
    return sum(bisect_left(minutes, end) - bisect_left(minutes, start) for start, end in spans)


def count_at_other_prices(
    how: str, per_milles: Sequence[int], receipts: Sequence[Receipt], coverage_of: CoverageOf
) -> ChanceCount:
    """Count what would match if all prices were higher or lower by these per milles.

    Args:
        how: name of the control.
        per_milles: the moves.
        receipts: those that the question looked at.
        coverage_of: see `CoverageOf`.
    """
    if not receipts:
        return ChanceCount(how, note="There is no receipt to compare.")
    by_day: dict[date | None, list[int]] = {}
    for receipt in receipts:
        day = receipt.mined_at.date() if receipt.mined_at else None
        by_day.setdefault(day, []).append(receipt.amount_units)
    moves: list[tuple[str, int]] = []
    left_out = 0
    for per_mille in per_milles:
        count = _moved(by_day, coverage_of, per_mille)
        if count is None:
            left_out += 1
        else:
            moves.append((f"{_percent(per_mille)} %", count))
    note = ""
    if not moves:
        note = "The prices lie too close together: every moved price would hit another price."
    return ChanceCount(
        how,
        tuple(name for name, _ in moves),
        (len(receipts),) * len(moves),
        tuple(count for _, count in moves),
        left_out,
        note,
    )


def _moved(
    by_day: dict[date | None, list[int]], coverage_of: CoverageOf, per_mille: int
) -> int | None:
    total = 0
    for day, amounts in by_day.items():
        moved = coverage_of(day, per_mille)
        if moved.meets(coverage_of(day, 0)):
            return None
        total += sum(map(moved.holds, amounts))
    return total


def _percent(per_mille: int) -> str:
    whole, tenth = divmod(abs(per_mille), 10)
    sign = "-" if per_mille < 0 else "+"
    return f"{sign}{whole}.{tenth}" if tenth else f"{sign}{whole}"
