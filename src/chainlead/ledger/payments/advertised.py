"""What was advertised: prices in any money, and how far a payment may be from one."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil, floor

from chainlead.errors import ConfigError

_PRICE = re.compile(r"(?P<amount>\d{1,40}(?:\.\d{1,40})?) ?(?P<currency>[A-Za-z]{2,10})", re.ASCII)
_MILLION = 1_000_000

UnitPrice = Callable[[str, date | None], Fraction | None]
"""Base units of the ledger's coin for one unit of a currency on a day; None: no rate."""


@dataclass(frozen=True, slots=True, order=True)
class AdvertisedPrice:
    """An amount of money as somebody asked for it.

    Attributes:
        amount: exact, in whole units of the currency or whole coins; greater than 0.
        currency: ISO 4217 code or the coin's symbol, in capitals.
        written: how it stands in the question or on the page.
    """

    amount: Fraction
    currency: str
    written: str


def parse_price(text: str) -> AdvertisedPrice:
    """Read `49.90 EUR` or `0.01 BTC`.

    Raises:
        ConfigError: not a positive amount with a currency; the message names the reason.
    """
    found = _PRICE.fullmatch(text.strip())
    if found is None:
        raise ConfigError(
            f"{text[:60]!r} is not a price.",
            next_step='Write the amount with a point, then the currency: "49.90 EUR", "0.01 BTC".',
        )
    amount = Fraction(found["amount"])
    if amount <= 0:
        raise ConfigError(f"The price {text!r} is not more than 0.", next_step="Give a price.")
    currency = found["currency"].upper()
    return AdvertisedPrice(amount, currency, f"{found['amount']} {currency}")


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far a received amount may be from a price.

    Attributes:
        ppm: millionths of the price, upwards and downwards.
        fee: what the sender may have taken off for the network's fee, downwards only.
    """

    ppm: int = 0
    fee: AdvertisedPrice | None = None


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Received amounts, in base units, that match so many times one price.

    Attributes:
        least, most: both included.
        wanted: the exact amount.
    """

    least: int
    most: int
    wanted: Fraction
    quantity: int
    price: AdvertisedPrice


def spans(
    prices: Sequence[AdvertisedPrice],
    unit_price: UnitPrice,
    day: date | None,
    *,
    tolerance: Tolerance,
    most_quantity: int,
    per_mille: int = 0,
) -> Iterator[Span]:
    """The spans of all prices on a day; a price without a rate on that day has none.

    Args:
        prices: what was asked.
        unit_price: how money becomes base units.
        day: whose rate counts, UTC; None for an unknown day.
        tolerance: how far off is still a match.
        most_quantity: up to so many times a price.
        per_mille: all prices higher (or lower) by so much: the control.
    """
    fee = Fraction(0)
    if tolerance.fee is not None:
        one = unit_price(tolerance.fee.currency, day)
        fee = Fraction(0) if one is None else one * tolerance.fee.amount
    for price in prices:
        one = unit_price(price.currency, day)
        if one is None:
            continue
        for quantity in range(1, most_quantity + 1):
            wanted = one * price.amount * quantity * Fraction(1000 + per_mille, 1000)
            room = wanted * Fraction(tolerance.ppm, _MILLION)
            least, most = max(1, ceil(wanted - room - fee)), floor(wanted + room)
            if least <= most:
                yield Span(least, most, wanted, quantity, price)


def closest(found: Sequence[Span], amount_units: int) -> list[Span]:
    """The spans that hold an amount, best first: smallest difference, then smallest quantity."""
    fitting = [span for span in found if span.least <= amount_units <= span.most]
    return sorted(
        fitting, key=lambda s: (abs(amount_units - s.wanted), s.quantity, s.price)
    )  # fmt: skip


class Coverage:
    """The union of spans, asked many times whether it holds an amount."""

    def __init__(self, found: Sequence[Span]) -> None:
        """Join overlapping spans."""
        joined: list[list[int]] = []
        for span in sorted(found):
            if joined and span.least <= joined[-1][1] + 1:
                joined[-1][1] = max(joined[-1][1], span.most)
            else:
                joined.append([span.least, span.most])
        self._joined = tuple((least, most + 1) for least, most in joined)
        self._edges = [edge for pair in self._joined for edge in pair]

    def holds(self, amount_units: int) -> bool:
        """Whether some span holds the amount."""
        return bisect_right(self._edges, amount_units) % 2 == 1

    def count(self, ordered_units: Sequence[int]) -> int:
        """How many of the amounts, sorted, are held."""
        return sum(
            bisect_left(ordered_units, end) - bisect_left(ordered_units, least)
            for least, end in self._joined
        )

    def meets(self, span: Span) -> bool:
        """Whether some amount of the span is held."""
        return any(least <= span.most and span.least < end for least, end in self._joined)
