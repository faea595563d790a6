"""Daily candles of one coin: a date and what it cost when the day began and ended.

Found in: CSV whose header has a date column (`Date`, `timestamp`, `time`, `day`) and a `Close`
column (Yahoo, Bitstamp, Binance and others write such files); other columns in any order.
Proof: none; asserted by whoever made the file.
Limits: the pair stands in no cell: it is read from the file's name (`BTC-USD-1d.csv`,
`BTCUSD_1d…`) or said by the person. The day's rate is the closing price, the last before midnight
UTC, unless another column is named; `Adj Close` is never taken for it. Days are taken as UTC days.
Empty cells are days without a rate. Times inside the day are refused.
Spec: none; the header names the columns.
"""

import re
from typing import ClassVar

from chainlead.ledger.rates.fields import MISSING, Cells, column, pair_in_name
from chainlead.ledger.rates.importer import RateHints, RateImporter, RatesRead
from chainlead.ledger.rates.series import DayRate

_DAYS = ("date", "day", "timestamp", "time", "datetime")
_BASIS = {"close": "closing price", "open": "opening price"}


class DailyCandles(RateImporter):
    """One coin's daily prices with open, close, high and low."""

    form: ClassVar[str] = "daily candles csv"

    def recognises(self, name: str, content: bytes) -> bool:  # noqa: ARG002  (by content)
        """A first line with a date column and `close`."""
        first = content[:2000].removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0]
        cells = {
            cell.strip().strip('"').lower() for cell in re.split("[,;\t]", first.decode("latin-1"))
        }
        return "close" in cells and not cells.isdisjoint(_DAYS)

    def read(self, name: str, content: bytes, hints: RateHints) -> RatesRead:
        """Read one price per day."""
        read = Cells(name)
        asset, currency = pair_of(read, name, hints)
        rows = read.table(content)
        line, header = next(rows, (1, [""]))
        places = read.header(header)
        wanted = (hints.price or "close").lower()
        day_place, price_place = column(places, *_DAYS), places.get(wanted)
        if day_place is None or price_place is None:
            raise read.bad(line, f"no column is called {wanted[:40]!r}, or none is a date")
        found: list[tuple[int, DayRate]] = []
        empty = 0
        for line, cells in rows:
            if len(cells) != len(header):
                raise read.bad(line, f"{len(cells)} cells, {len(header)} columns")
            text = cells[price_place]
            if text.lower() in MISSING:
                empty += 1
                continue
            day = read.day(line, cells[day_place])
            found.append((line, DayRate(day, read.rate(line, text))))
        series = read.series(asset, currency, found, holds_days=0)
        return RatesRead(
            title=f"{name} (publisher not named)",
            basis=f"{_BASIS.get(wanted, wanted)} of the day, taken as a UTC day",
            series=() if series is None else (series,),
            notes=(f"{empty} days have no price in the file",) if empty else (),
        )


def pair_of(read: Cells, name: str, hints: RateHints) -> tuple[str, str]:
    """Coin and currency: what the person says, else what the file's name says.

    Raises:
        RateFileError: neither says it.
    """
    in_name = pair_in_name(name) or ("", "")
    asset, currency = hints.asset or in_name[0], hints.currency or in_name[1]
    if not asset or not currency:
        raise read.bad(1, "the file names no pair; say it with --asset and --currency")
    return read.code(1, asset), read.code(1, currency)
