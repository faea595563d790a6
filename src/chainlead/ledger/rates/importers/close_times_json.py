"""Prices by the time at which a period closed: a JSON list of `{"ct": unix time, "c": "price"}`.

Found in: the weekly Mt. Gox history that block explorers ship for the years 2010 to 2014.
Proof: none; asserted by whoever made the file.
Limits: `ct` is the end of the period, so a price of Monday 00:00 UTC belongs to the Sunday before
(measured against daily closing prices of 2012 to 2014: the day before differs least). One rate
stands for the days until the next one, up to 6; a week is long for a coin, so a daily source goes
before it. Coin and currency are BTC and USD unless the person says others.
Spec: none.
"""

import re
from datetime import timedelta
from typing import ClassVar

import msgspec

from chainlead.ledger.rates.fields import Cells
from chainlead.ledger.rates.importer import RateHints, RateImporter, RatesRead
from chainlead.ledger.rates.importers.date_map_json import decoded, digits
from chainlead.ledger.rates.series import DayRate
from chainlead.model import moment_from_unix

HOLDS_DAYS = 6
_DAY_SECONDS = 86_400
_LATEST_UNIX = 7_258_118_400
_FIRST = re.compile(rb'(?:\xef\xbb\xbf)?\s*\[\s*\{\s*"ct"\s*:')


class _Close(msgspec.Struct):
    ct: int
    c: msgspec.Raw


class CloseTimesJson(RateImporter):
    """Closing prices by closing time."""

    form: ClassVar[str] = "close times json"

    def recognises(self, name: str, content: bytes) -> bool:  # noqa: ARG002  (by content)
        """A JSON list whose first record has `ct`."""
        return _FIRST.match(content[:200]) is not None

    def read(self, name: str, content: bytes, hints: RateHints) -> RatesRead:
        """Read every period."""
        read = Cells(name, "entry")
        found = []
        for number, row in enumerate(decoded(read, content, list[_Close]), start=1):
            if not 0 <= row.ct < _LATEST_UNIX or row.ct % _DAY_SECONDS:
                raise read.bad(number, f"{row.ct} is no midnight UTC in Unix seconds")
            day = (moment_from_unix(row.ct) - timedelta(days=1)).date()
            found.append((number, DayRate(day, read.rate(number, digits(read, number, row.c)))))
        asset, currency = hints.asset or "BTC", hints.currency or "USD"
        series = read.series(
            read.code(1, asset), read.code(1, currency), found, holds_days=HOLDS_DAYS
        )
        return RatesRead(
            title=f"{name} (publisher not named)",
            basis="closing price of the period that ends with the day, UTC",
            series=() if series is None else (series,),
        )
