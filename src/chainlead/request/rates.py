"""Exchange rates that a person gives: one per day, asset and currency, with their source.

Format: CSV with the header `date,asset,currency,rate,source`; `rate` is the price of one whole coin.
Limits: no rate is looked up or guessed; a transfer without a given rate says so. A daily rate is not
the price of the moment.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from chainlead.errors import RequestError
from chainlead.model import Amount

_COLUMNS = ["date", "asset", "currency", "rate", "source"]
_MOST_ROWS = 100_000
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Rate:
    """The price of one whole coin on one day."""

    day: date
    asset: str
    currency: str
    price: Decimal
    source: str


def parse_rates(content: bytes) -> tuple[Rate, ...]:
    """Read a file of rates.

    Raises:
        RequestError: not that form; the message names the line.
    """
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise _bad(1, "not UTF-8 CSV") from error
    if not rows or [cell.strip().lower() for cell in rows[0]] != _COLUMNS:
        raise _bad(1, f"the header is {','.join(_COLUMNS)}")
    if len(rows) > _MOST_ROWS:
        raise _bad(_MOST_ROWS, f"more than {_MOST_ROWS} rows")
    rates = []
    for number, cells in enumerate(rows[1:], start=2):
        if not cells:
            continue
        try:
            day, asset, currency, price, source = (cell.strip() for cell in cells)
            read = Rate(
                date.fromisoformat(day), asset.upper(), currency.upper(), Decimal(price), source
            )
        except (ValueError, InvalidOperation) as error:
            raise _bad(
                number, "expected a date (YYYY-MM-DD), asset, currency, rate, source"
            ) from error
        if not read.price.is_finite() or read.price <= 0 or not source:
            raise _bad(number, "a rate is a positive number and has a source")
        rates.append(read)
    return tuple(rates)


def lookup_rate(rates: Iterable[Rate], day: date, asset: str, currency: str) -> Rate | None:
    """The rate for this day, asset and currency; None if none was given."""
    wanted = (day, asset, currency)
    return next((r for r in rates if (r.day, r.asset, r.currency) == wanted), None)


def fiat_value(amount: Amount, rate: Rate) -> str:
    """The amount in the rate's currency, rounded half to even to two decimals: `123.45 EUR`."""
    exact = Decimal(amount.decimal) * rate.price
    return f"{exact.quantize(_CENT, rounding=ROUND_HALF_EVEN)} {rate.currency}"


def _bad(line: int, what: str) -> RequestError:
    return RequestError(
        f"The file of rates, line {line}: {what}.",
        next_step="Give a CSV file: date,asset,currency,rate,source.",
    )
