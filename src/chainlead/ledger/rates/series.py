"""Rates as sources publish them: one decimal text per day, never a binary fraction."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from chainlead.errors import CaseDamagedError


@dataclass(frozen=True, slots=True)
class DayRate:
    """What one whole unit of the base cost on one day.

    Attributes:
        text: the rate as a plain decimal, every digit as published.
        source: who says so, where a file names it row by row; empty where the whole file has one.
        note: what the person wrote beside it.
    """

    day: date
    text: str
    source: str = ""
    note: str = ""

    @property
    def price(self) -> Fraction:
        """The rate, exact."""
        return Fraction(self.text)


@dataclass(frozen=True, slots=True)
class RateSource:
    """A file of rates as somebody published or wrote it.

    Attributes:
        source_id: 16 hex characters over form, parameters and content.
        title: who publishes it, as letters and reports name it.
        basis: which price of the day it is, and whose day.
        is_own: whether a person of this case wrote it down; such a rate goes before published ones.
    """

    source_id: str
    sha256: str
    name: str
    form: str
    title: str
    basis: str
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class RateSeries:
    """One pair of one source: what one whole `base` costs in `quote`.

    Attributes:
        holds_days: a day without a rate has the last earlier one, up to so many days back.
        rates: sorted by day, one per day.
    """

    base: str
    quote: str
    holds_days: int
    rates: tuple[DayRate, ...] = field(repr=False)

    @property
    def first(self) -> date:
        """The first day."""
        return self.rates[0].day

    @property
    def last(self) -> date:
        """The last day."""
        return self.rates[-1].day


class RateDays:
    """The days of one series, for look-ups."""

    def __init__(self, rates: Sequence[DayRate], holds_days: int) -> None:
        """Rates sorted by day."""
        self._rates = rates
        self._days = [rate.day for rate in rates]
        self._holds_days = holds_days

    def at(self, day: date) -> DayRate | None:
        """The rate of the day, or the last earlier one within `holds_days`."""
        place = bisect_right(self._days, day)
        if not place:
            return None
        found = self._rates[place - 1]
        return found if (day - found.day).days <= self._holds_days else None


def rates_to_text(rates: Iterable[DayRate]) -> str:
    """One line per day: day, rate, source, note, with tabs between."""
    return "\n".join(
        f"{rate.day}\t{rate.text}\t{rate.source}\t{rate.note}".rstrip("\t") for rate in rates
    )


def rates_from_text(text: str) -> tuple[DayRate, ...]:
    """Read what `rates_to_text` writes.

    Raises:
        CaseDamagedError: it is something else.
    """
    rates = []
    for line in text.split("\n"):
        day, rate, *rest = line.split("\t")
        if len(rest) > 2:
            raise CaseDamagedError("A line of a table of rates has too many parts.")
        rates.append(DayRate(date.fromisoformat(day), rate, *rest))
    return tuple(rates)
