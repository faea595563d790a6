"""All rates of a case in the order in which they were added; one pair's days are read when asked."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from chainlead.ledger.rates.fields import FIAT
from chainlead.ledger.rates.importer import RateFile
from chainlead.ledger.rates.series import (
    DayRate,
    RateDays,
    RateSource,
    rates_from_text,
)
from chainlead.store import Store


@dataclass(frozen=True, slots=True)
class Covered:
    """What a source covers of one pair."""

    base: str
    quote: str
    holds_days: int
    first: date
    last: date
    days: int


class _Kept:
    """One series whose days may still be in the store."""

    def __init__(
        self, place: int, source: RateSource, covered: Covered, load: Callable[[], RateDays]
    ) -> None:
        self.place = place
        self.source = source
        self.covered = covered
        self._load = load
        self._days: RateDays | None = None

    def at(self, day: date) -> DayRate | None:
        """The rate that stands for a day."""
        if day < self.covered.first:
            return None
        if self._days is None:
            self._days = self._load()
        return self._days.at(day)


@dataclass(frozen=True, slots=True)
class Quoted:
    """One source's rate for a pair that stands for a day.

    Attributes:
        place: the order in which the source was added.
        is_inverse: whether the source gives the pair the other way round.
    """

    place: int
    source: RateSource
    rate: DayRate
    base: str
    quote: str
    is_inverse: bool


class RateTable:
    """Rates by pair."""

    def __init__(self, kept: Iterable[_Kept] = ()) -> None:
        """Use `from_store` or `from_files`."""
        self._pairs: dict[tuple[str, str], list[_Kept]] = {}
        self._sources: dict[str, tuple[RateSource, list[Covered]]] = {}
        for one in kept:
            pair = (one.covered.base, one.covered.quote)
            self._pairs.setdefault(pair, []).append(one)
            known = self._sources.setdefault(one.source.source_id, (one.source, []))
            known[1].append(one.covered)
        beside: dict[str, set[str]] = {}
        for base, quote in self._pairs:
            beside.setdefault(base, set()).add(quote)
            beside.setdefault(quote, set()).add(base)
        self._money = {code: FIAT & others for code, others in beside.items()}

    @classmethod
    def from_files(cls, files: Sequence[RateFile], *, after: "RateTable | None" = None) -> Self:
        """The rates of these files, before those of another table."""
        kept = [
            _Kept(
                place - len(files),
                file.source,
                Covered(s.base, s.quote, s.holds_days, s.first, s.last, len(s.rates)),
                _loaded(RateDays(s.rates, s.holds_days)),
            )
            for place, file in enumerate(files)
            for s in file.series
        ]
        known = {file.source.source_id for file in files}
        rest = after.all_series() if after else ()
        return cls([*kept, *(one for one in rest if one.source.source_id not in known)])

    @classmethod
    def from_store(cls, store: Store) -> Self:
        """All rates of a case."""
        sources = {
            row["source_id"]: (
                place,
                RateSource(
                    source_id=row["source_id"],
                    sha256=row["sha256"],
                    name=row["name"],
                    form=row["form"],
                    title=row["title"],
                    basis=row["basis"],
                    is_own=row["is_own"],
                ),
            )
            for place, row in enumerate(
                store.rows("rate_sources", order_by=("journal_seq", "source_id"))
            )
        }
        columns = ("source_id", "base", "quote", "holds_days", "first_day", "last_day", "days")
        kept = [
            _Kept(
                *sources[row["source_id"]],
                Covered(
                    row["base"],
                    row["quote"],
                    row["holds_days"],
                    date.fromisoformat(row["first_day"]),
                    date.fromisoformat(row["last_day"]),
                    row["days"],
                ),
                _from_store(store, row["source_id"], row["base"], row["quote"]),
            )
            for row in store.rows("rate_series", columns=columns)
        ]
        return cls(sorted(kept, key=lambda k: (k.place, k.covered.base, k.covered.quote)))

    def all_series(self) -> list[_Kept]:
        """Every series, pair by pair."""
        return [one for pair in self._pairs.values() for one in pair]

    @property
    def sources(self) -> tuple[tuple[RateSource, tuple[Covered, ...]], ...]:
        """Each source with what it covers, in the order in which they were added."""
        return tuple((source, tuple(covered)) for source, covered in self._sources.values())

    @property
    def is_empty(self) -> bool:
        """Whether there is no rate at all."""
        return not self._pairs

    def money_beside(self, code: str) -> frozenset[str]:
        """The state currencies for which some source has a pair with this code."""
        return self._money.get(code, frozenset())

    def quoted(self, base: str, quote: str, day: date) -> list[Quoted]:
        """Every source's rate between two codes that stands for a day, either way round."""
        found = []
        for pair, is_inverse in (((base, quote), False), ((quote, base), True)):
            for kept in self._pairs.get(pair, ()):
                rate = kept.at(day)
                if rate is not None:
                    found.append(Quoted(kept.place, kept.source, rate, *pair, is_inverse))
        return found


def _loaded(days: RateDays) -> Callable[[], RateDays]:
    return lambda: days


def _from_store(store: Store, source_id: str, base: str, quote: str) -> Callable[[], RateDays]:
    def load() -> RateDays:
        row = store.lookup("rate_series", source_id=source_id, base=base, quote=quote)
        assert row is not None
        return RateDays(rates_from_text(row["rates"]), row["holds_days"])

    return load
