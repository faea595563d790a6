"""The value of an amount on the day it moved: exact, with every rate, its source and its date.

Method: the day is the UTC date of the block. A rate is taken as published; where the money wanted
is not quoted, the way goes through one or two state currencies, one of them the euro or the dollar
if there are two, and never through another coin. Of several ways the one with a rate that the
case's people wrote down counts, then the shortest, then the one whose rates are nearest to the day,
then the source that was added first. The others are worked out as well: where sources disagree by
more than a set share, all are shown.
Assumption: one rate stands for the whole day. Known failure: coins moved by tens of percent within
single days, so the value at the moment can differ widely from the day's; a closing price is known
only after the day, an opening one before it. No rate: no figure.
Rounding: half to even, once, at the end, to the currency's minor unit (ISO 4217).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise, product
from typing import Any

from chainlead.ledger.rates.table import Quoted, RateTable
from chainlead.model import Asset

_PIVOTS = frozenset({"EUR", "USD"})
DISAGREE_PPM = 20_000
ROUNDING = "half to even, once, at the end"
_MINOR_DIGITS = {"JPY": 0, "KRW": 0, "ISK": 0, "CLP": 0, "VND": 0}
_MILLION = 1_000_000
_MOST_WAYS = 2_000
_TWELVE = Context(prec=12, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class Leg:
    """One rate on the way from the coin to the currency.

    Attributes:
        start, end: the codes that this leg joins, in the direction of the way.
        base, quote, rate: as published: one `base` costs `rate` `quote`.
        day: the rate's own day; `days_back` days before the day that was asked.
        source: who publishes it; `basis` which price of the day it is.
    """

    start: str
    end: str
    base: str
    quote: str
    rate: str
    day: date
    days_back: int
    source: str
    source_id: str
    basis: str
    is_own: bool
    note: str = ""

    @property
    def factor(self) -> Fraction:
        """What one whole `start` costs in `end`, exact."""
        price = Fraction(self.rate)
        return price if self.start == self.base else 1 / price

    @property
    def written(self) -> str:
        """`1 EUR = 11.1948 SEK on 2024-03-01 (European Central Bank …; reference rate …)`."""
        about = f"{self.source}; {self.basis}" + (f"; {self.note}" if self.note else "")
        return f"1 {self.base} = {self.rate} {self.quote} on {self.day} ({about})"

    def to_document(self) -> dict[str, Any]:
        """JSON values only."""
        return {
            "base": self.base,
            "quote": self.quote,
            "rate": self.rate,
            "date": self.day.isoformat(),
            "days_back": self.days_back,
            "source": self.source,
            "source_id": self.source_id,
            "basis": self.basis,
            "is_own": self.is_own,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """What one set of sources says one whole coin cost, and by which way."""

    legs: tuple[Leg, ...]
    places: tuple[int, ...]

    @property
    def price(self) -> Fraction:
        """Exact price of one whole coin."""
        price = Fraction(1)
        for leg in self.legs:
            price *= leg.factor
        return price

    @property
    def price_text(self) -> str:
        """The price of one whole coin with twelve digits that count, rounded half to even."""
        price = self.price
        return plain(_TWELVE.divide(Decimal(price.numerator), Decimal(price.denominator)))

    @property
    def days_back(self) -> int:
        """How far the oldest rate lies before the day."""
        return max(leg.days_back for leg in self.legs)

    @property
    def path(self) -> str:
        """`BTC → USD → EUR → SEK`."""
        return " → ".join((self.legs[0].start, *(leg.end for leg in self.legs)))

    @property
    def sources(self) -> frozenset[str]:
        """Ids of the sources used."""
        return frozenset(leg.source_id for leg in self.legs)

    @property
    def rank(self) -> tuple[Any, ...]:
        """The smaller, the better."""
        own = any(leg.is_own for leg in self.legs)
        return (not own, len(self.legs), self.days_back, self.places, self.path)


@dataclass(frozen=True, slots=True)
class Value:
    """What an amount was worth on a day.

    Attributes:
        code: the asset as rates name it; `amount_units` its base units.
        exact: before rounding.
        text: rounded to the currency's minor unit, without the currency.
        reading: the way that counts.
        others: what other sources say, rounded alike; only those as near to the day.
        spread_ppm: how far the readings lie apart, in millionths of the one that counts.
        disagree_ppm: from where on the sources are said to disagree.
    """

    code: str
    amount_units: int
    currency: str
    day: date
    exact: Fraction
    text: str
    reading: Reading
    others: tuple[tuple[str, Reading], ...]
    spread_ppm: int
    disagree_ppm: int

    @property
    def disagrees(self) -> bool:
        """Whether sources differ by more than the set share."""
        return self.spread_ppm > self.disagree_ppm

    def __str__(self) -> str:
        """`4551.23 SEK`; with what others say where they disagree."""
        return f"{self.text} {self.currency}"

    @property
    def rate_words(self) -> str:
        """The rates, their days and sources in one sentence; disagreement included."""
        words = "; ".join(leg.written for leg in self.reading.legs)
        if any(leg.days_back for leg in self.reading.legs):
            words += f"; no rate is dated {self.day}, so the last one before it counts"
        if self.disagrees:
            mine = set(self.reading.legs)
            told = "; ".join(
                f"{text} {self.currency} with "
                f"{', '.join(leg.written for leg in reading.legs if leg not in mine)}"
                for text, reading in self.others
            )
            words += f". Sources disagree by {percent(self.spread_ppm)} %: {told}"
        return words

    def to_document(self) -> dict[str, Any]:
        """JSON values only; no binary fraction."""
        return {
            "amount_units": str(self.amount_units),
            "asset": self.code,
            "currency": self.currency,
            "value": self.text,
            "rounding": ROUNDING,
            "date": self.day.isoformat(),
            "path": self.reading.path,
            "price": self.reading.price_text,
            "rates": [leg.to_document() for leg in self.reading.legs],
            "others": [
                {
                    "value": text,
                    "path": reading.path,
                    "price": reading.price_text,
                    "rates": [leg.to_document() for leg in reading.legs],
                }
                for text, reading in self.others
            ],
            "spread_ppm": self.spread_ppm,
            "disagree_ppm": self.disagree_ppm,
            "disagrees": self.disagrees,
            "strength": "asserted",
        }


class Valuation:
    """Values from a table of rates."""

    def __init__(self, table: RateTable, *, disagree_ppm: int = DISAGREE_PPM) -> None:
        """Use these rates.

        Args:
            table: the rates.
            disagree_ppm: from how many millionths on sources are said to disagree.
        """
        self.table = table
        self.disagree_ppm = disagree_ppm
        self.readings = lru_cache(1 << 14)(self._readings)

    def value(
        self, asset: Asset, amount_units: int, moment: datetime | date, currency: str
    ) -> Value | None:
        """What an amount was worth on the UTC day of a moment; None without a rate.

        Args:
            asset: what moved; a token has a value only by a rate that names its contract.
            amount_units: base units.
            moment: aware time of the block, or the day itself.
            currency: the code wanted.
        """
        return self.value_of_code(
            asset_code(asset), amount_units, utc_day(moment), currency, decimals=asset.decimals
        )

    def value_of_code(
        self, code: str, amount_units: int, day: date, currency: str, *, decimals: int = 0
    ) -> Value | None:
        """What an amount of something that rates name by a code was worth on a day."""
        readings = self.readings(code, currency.upper(), day)
        if not readings:
            return None
        coins = Fraction(amount_units, 10**decimals)
        best = readings[0]
        peers = [one for one in readings[1:] if one.days_back <= best.days_back]
        prices = [best.price, *(one.price for one in peers)]
        spread = int((max(prices) - min(prices)) * _MILLION / best.price)
        return Value(
            code=code,
            amount_units=amount_units,
            currency=currency.upper(),
            day=day,
            exact=coins * best.price,
            text=rounded(coins * best.price, currency.upper()),
            reading=best,
            others=tuple((rounded(coins * one.price, currency.upper()), one) for one in peers),
            spread_ppm=spread,
            disagree_ppm=self.disagree_ppm,
        )

    def price(self, base: str, quote: str, day: date) -> Fraction | None:
        """What one whole `base` cost in `quote` on a day, exact; None without a rate."""
        if base == quote:
            return Fraction(1)
        readings = self.readings(base, quote, day)
        return readings[0].price if readings else None

    def _readings(self, base: str, quote: str, day: date) -> tuple[Reading, ...]:
        """The best way of each set of sources, best first; a detour with more sources is none."""
        best: dict[frozenset[str], Reading] = {}
        for reading in self._ways(base, quote, day):
            known = best.get(reading.sources)
            if known is None or reading.rank < known.rank:
                best[reading.sources] = reading
        ranked = sorted(best.values(), key=lambda reading: reading.rank)
        return tuple(
            reading
            for place, reading in enumerate(ranked)
            if not any(better.sources < reading.sources for better in ranked[:place])
        )

    def _ways(self, base: str, quote: str, day: date) -> Iterator[Reading]:
        if base == quote:
            return
        made = 0
        for between in self._stations(base, quote):
            codes = (base, *between, quote)
            steps = [self.table.quoted(start, end, day) for start, end in pairwise(codes)]
            if not all(steps):
                continue
            for chosen in product(*steps):
                yield _reading(codes, chosen, day)
                made += 1
                if made >= _MOST_WAYS:
                    return

    def _stations(self, base: str, quote: str) -> list[tuple[str, ...]]:
        """What a way may go through, shortest first: state currencies only, never another coin."""
        near, far = self.table.money_beside(base), self.table.money_beside(quote)
        ends = {base, quote}
        one = sorted((near & far) - ends)
        two = {
            (a, b)
            for first, last in ((near, far & _PIVOTS), (near & _PIVOTS, far))
            for a in first
            for b in last
            if a != b and not {a, b} & ends
        }
        return [(), *((code,) for code in one), *sorted(two)]


def _reading(codes: Sequence[str], chosen: Sequence[Quoted], day: date) -> Reading:
    legs = tuple(
        Leg(
            start=start,
            end=end,
            base=one.base,
            quote=one.quote,
            rate=one.rate.text,
            day=one.rate.day,
            days_back=(day - one.rate.day).days,
            source=one.rate.source or one.source.title,
            source_id=one.source.source_id,
            basis=one.source.basis,
            is_own=one.source.is_own,
            note=one.rate.note,
        )
        for (start, end), one in zip(pairwise(codes), chosen, strict=True)
    )
    return Reading(legs, tuple(one.place for one in chosen))


def asset_code(asset: Asset) -> str:
    """The code under which rates name an asset: its symbol, or chain and contract of a token.

    A token's symbol proves nothing: anybody may issue a token that is called USDT.
    """
    return str(asset) if asset.contract else asset.symbol


def utc_day(moment: datetime | date) -> date:
    """The UTC date of a moment; a date is itself.

    Raises:
        ValueError: a time without a zone.
    """
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        raise ValueError("a time without a zone has no day")
    return moment.astimezone(UTC).date()


def rounded(exact: Fraction, currency: str) -> str:
    """An exact value rounded half to even to the currency's minor unit, as a plain decimal."""
    digits = _MINOR_DIGITS.get(currency, 2)
    scaled = exact * 10**digits
    whole = round(scaled)  # a Fraction rounds half to even, exactly
    context = Context(prec=max(1, len(str(abs(whole)))), rounding=ROUND_HALF_EVEN)
    return format(Decimal(whole).scaleb(-digits, context=context), "f")


def plain(number: Decimal) -> str:
    """A decimal without exponent and without zeros that say nothing."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(ppm: int) -> str:
    """Millionths as percent with two decimals, cut: `2.34`."""
    return f"{ppm // 10_000}.{ppm % 10_000 // 100:02}"
