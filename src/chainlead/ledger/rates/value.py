"""What an amount was worth: the rates on the way, the result, and what other sources say.

Rounding: half to even, once, at the end, to the currency's minor unit (ISO 4217).
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from typing import Any

ROUNDING = "half to even, once, at the end"
_MINOR_DIGITS = {"JPY": 0, "KRW": 0, "ISK": 0, "CLP": 0, "VND": 0}
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
    """What one set of sources says one whole coin cost, and by which way.

    Attributes:
        places: the order in which the sources of the legs were added.
        price: of one whole coin, exact: the product of the legs.
    """

    legs: tuple[Leg, ...]
    places: tuple[int, ...]
    price: Fraction

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
