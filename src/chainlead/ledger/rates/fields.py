"""Cells of rate files: days, rates and codes, each refused by name when it cannot be one."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from chainlead.errors import RateFileError
from chainlead.ledger.rates.series import DayRate, RateSeries
from chainlead.model import NATIVE

MOST_ROWS = 200_000
MOST_COLUMNS = 400
FIRST_YEAR, LAST_YEAR = 1950, 2199
_DAY = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?(?:\.0+)?)(?:Z|\+00:?00)?)?", re.ASCII
)
_NUMBER = re.compile(r"\d{1,20}(?:\.\d{1,40})?(?:[eE][+-]?\d{1,2})?", re.ASCII)
_CODE = re.compile(r"[A-Z][A-Z0-9]{1,9}")
_OTHER_CODES = {"XBT": "BTC"}
MISSING = frozenset({"", "n/a", "na", "null", "none", "nan", "-", "."})
FIAT = frozenset(
    {
        "USD", "JPY", "BGN", "CYP", "CZK", "DKK", "EEK", "GBP", "HUF", "LTL", "LVL", "MTL",
        "PLN", "ROL", "RON", "SEK", "SIT", "SKK", "CHF", "ISK", "NOK", "HRK", "RUB", "TRL",
        "TRY", "AUD", "BRL", "CAD", "CNY", "HKD", "IDR", "ILS", "INR", "KRW", "MXN", "MYR",
        "NZD", "PHP", "SGD", "THB", "EUR", "UAH", "AED", "ARS", "CLP", "COP", "NGN", "PKR",
        "SAR", "TWD", "VND",
        "ZAR",  # codespell:ignore zar
    }
)  # fmt: skip
_COINS = frozenset(
    {asset.symbol for asset in NATIVE.values()} | {"USDT", "USDC", "DAI", "XBT", "BNB", "SOL"}
)


class Cells:
    """Reads the cells of one file; its errors name the file and the line."""

    def __init__(self, name: str, unit: str = "line") -> None:
        """Name the file, and what its places are called."""
        self.name = name
        self.unit = unit

    def bad(self, line: int, why: str) -> RateFileError:
        """The error for a line."""
        return RateFileError(f"{self.name[:80]}, {self.unit} {line}: {why}.")

    def table(self, content: bytes) -> Iterator[tuple[int, list[str]]]:
        """Line number and cells of each row that is not empty; comma, semicolon or tab between.

        Raises:
            RateFileError: not UTF-8 CSV, or larger than rates ever are.
        """
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise self.bad(1, "not UTF-8 text") from error
        first = text.split("\n", 1)[0]
        separator = max(",;\t", key=lambda sign: (first.count(sign), sign == ","))
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        try:
            for rows, cells in enumerate(reader):
                if rows > MOST_ROWS:
                    raise self.bad(reader.line_num, f"more than {MOST_ROWS} rows")
                if len(cells) > MOST_COLUMNS:
                    raise self.bad(reader.line_num, f"more than {MOST_COLUMNS} columns")
                if any(cell.strip() for cell in cells):
                    yield reader.line_num, [cell.strip() for cell in cells]
        except csv.Error as error:
            raise self.bad(reader.line_num, f"not CSV: {error}") from error

    def header(self, cells: list[str]) -> dict[str, int]:
        """Place of each column by its name in small letters.

        Raises:
            RateFileError: a name stands twice.
        """
        places: dict[str, int] = {}
        for place, cell in enumerate(cells):
            key = cell.lower()
            if key and places.setdefault(key, place) != place:
                raise self.bad(1, f"two columns are called {cell[:40]!r}")
        return places

    def day(self, line: int, text: str) -> date:
        """A day: `2024-03-01`, or its first second.

        Raises:
            RateFileError: something else, or a time inside the day.
        """
        found = _DAY.fullmatch(text)
        if found is None:
            raise self.bad(line, f"{text[:40]!r} is no day like 2024-03-01")
        if found[2] and found[2].strip("0:."):
            raise self.bad(line, f"{text[:40]!r} is a time inside the day; rates here are per day")
        try:
            day = date.fromisoformat(found[1])
        except ValueError as error:
            raise self.bad(line, f"{text[:40]!r} is no day of the calendar") from error
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise self.bad(line, f"the year {day.year} cannot be")
        return day

    def rate(self, line: int, text: str) -> str:
        """A rate as a plain decimal, digits as they stand.

        Raises:
            RateFileError: not a positive, finite number with a decimal point.
        """
        if "," in text:
            raise self.bad(
                line,
                f"{text[:40]!r} has a comma, which may mean tenths or thousands; write a point",
            )
        if text.startswith("-"):
            raise self.bad(line, f"the rate {text[:40]!r} is negative")
        if _NUMBER.fullmatch(text) is None:
            raise self.bad(line, f"{text[:40]!r} is no rate: a positive decimal number")
        try:
            number = Decimal(text)
        except InvalidOperation as error:
            raise self.bad(line, f"{text[:40]!r} is no rate") from error
        plain = format(number, "f")
        if number <= 0 or len(plain) > 60:
            raise self.bad(line, f"the rate {text[:40]!r} is 0 or beyond all measure")
        return plain

    def code(self, line: int, text: str) -> str:
        """A currency or coin code in capitals.

        Raises:
            RateFileError: it cannot be one.
        """
        code = text.upper()
        if _CODE.fullmatch(code) is None:
            raise self.bad(line, f"{text[:40]!r} is no code of a currency or coin")
        return _OTHER_CODES.get(code, code)

    def words(self, line: int, text: str) -> str:
        """A source or note: one line of text.

        Raises:
            RateFileError: too long, or with control characters.
        """
        if len(text) > 500 or not text.isprintable():
            raise self.bad(line, "a source or note is one printable line of at most 500 characters")
        return text

    def series(
        self,
        base: str,
        quote: str,
        rows: Iterable[tuple[int, DayRate]],
        *,
        holds_days: int,
    ) -> RateSeries | None:
        """Rows in any order as a series; None without rows.

        Raises:
            RateFileError: two different rates for one day.
        """
        known: dict[date, DayRate] = {}
        for line, rate in rows:
            before = known.setdefault(rate.day, rate)
            if before.text != rate.text:
                raise self.bad(
                    line,
                    f"two rates for {base}/{quote} on {rate.day}: {before.text} and {rate.text}",
                )
        if not known:
            return None
        if base == quote:
            raise self.bad(1, f"a rate of {base} in {quote} is always 1")
        return RateSeries(base, quote, holds_days, tuple(known[day] for day in sorted(known)))


def pair_in_name(name: str) -> tuple[str, str] | None:
    """Coin and currency that a file's name starts with: `BTC-USD-1d.csv`, `BTCUSD_1d.csv`."""
    stem = name.rsplit(".", 1)[0].upper()
    for coin in sorted(_COINS, key=lambda code: (-len(code), code)):
        if stem.startswith(coin):
            rest = stem[len(coin) :].lstrip("-_/ ")
            if rest[:3] in FIAT and not rest[3:4].isalpha():
                return _OTHER_CODES.get(coin, coin), rest[:3]
    return None


def pair_in_column(name: str) -> tuple[str, str] | None:
    """Coin and currency that a column is called: `BTC_EUR`, `btc/usd`."""
    parts = re.split(r"[-_/ ]", name.strip().upper())
    if len(parts) != 2 or parts[0] not in _COINS or parts[1] not in FIAT:
        return None
    return _OTHER_CODES.get(parts[0], parts[0]), parts[1]


def column(places: Mapping[str, int], *names: str) -> int | None:
    """The place of the first of these names that the header has."""
    return next((places[name] for name in names if name in places), None)
