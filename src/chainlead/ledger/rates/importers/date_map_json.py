"""A wallet's kept price history: a JSON object from day to price.

Found in: Electrum's `cache` folder, one file per price service and currency
(`BitFinex_EUR`): `{"2017-05-19": "1775.95", …}`.
Proof: none; asserted by the price service that the file is named after.
Limits: the coin is the wallet's own (bitcoin unless the person says another), the currency stands
in the file's name only. Which price of the day it is the file does not say (a published file for
Bitfinex was measured to hold closing prices). Prices may be text or whole JSON numbers; a JSON
number with a fraction is read from its digits, never through a binary fraction.
Spec: Electrum, `electrum/exchange_rate.py` (history files), read 2024.
"""

import re
from typing import Any, ClassVar

import msgspec

from chainlead.ledger.rates.fields import FIAT, Cells
from chainlead.ledger.rates.importer import RateHints, RateImporter, RatesRead
from chainlead.ledger.rates.series import DayRate

_FIRST = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"\d{4}-\d\d-\d\d"\s*:')
_SERVICE = re.compile(r"(?P<service>[A-Za-z0-9 .-]{1,60})_(?P<currency>[A-Z]{3})(?:\.json)?")


class DateMapJson(RateImporter):
    """Day to price, one pair."""

    form: ClassVar[str] = "date map json"

    def recognises(self, name: str, content: bytes) -> bool:  # noqa: ARG002  (by content)
        """A JSON object whose first name is a day."""
        return _FIRST.match(content[:400]) is not None

    def read(self, name: str, content: bytes, hints: RateHints) -> RatesRead:
        """Read every day."""
        read = Cells(name, "entry")
        named = _SERVICE.fullmatch(name)
        currency = hints.currency or (named["currency"] if named else "")
        if not currency or (named and not hints.currency and currency not in FIAT):
            raise read.bad(1, "the file names no currency; say it with --currency")
        asset = read.code(1, hints.asset or "BTC")
        prices = decoded(read, content, dict[str, msgspec.Raw])
        found = []
        for number, (text, price) in enumerate(prices.items(), start=1):
            day = read.day(number, text)
            found.append((number, DayRate(day, read.rate(number, digits(read, number, price)))))
        series = read.series(asset, read.code(1, currency), found, holds_days=0)
        stated = f"{hints.price} price of the day, as the person who added it says"
        return RatesRead(
            title=f"{named['service']}, as a wallet kept it" if named else f"{name}",
            basis=stated if hints.price else "which price of the day is not stated; UTC day",
            series=() if series is None else (series,),
        )


def decoded(read: Cells, content: bytes, kind: Any) -> Any:
    """The JSON document in the expected form.

    Raises:
        RateFileError: something else.
    """
    try:
        return msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise read.bad(1, f"not the expected JSON: {error}"[:200]) from error


def digits(read: Cells, line: int, price: Any) -> str:
    """A price as its digits stand in the file.

    Raises:
        RateFileError: neither text nor a number.
    """
    if isinstance(price, str):
        return price
    text = bytes(price).decode("utf-8", "replace").strip()
    if text.startswith('"') and text.endswith('"'):
        return text[1:-1]
    if text[:1] not in "-0123456789":
        raise read.bad(line, f"{text[:40]!r} is no rate")
    return text
