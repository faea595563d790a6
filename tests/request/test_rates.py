"""Rates are given by a person with a source, exact, or there is none."""

from datetime import date

import pytest

from chainlead.errors import RequestError
from chainlead.model import NATIVE, Amount, Chain
from chainlead.request import parse_rates
from chainlead.request.rates import fiat_value, lookup_rate

GOOD = b"date,asset,currency,rate,source\n2024-01-02,btc,sek,455123.45,Bank of X\n"


def test_a_value_is_exact_and_rounded_once() -> None:
    rate = parse_rates(GOOD)[0]
    assert fiat_value(Amount(NATIVE[Chain.BITCOIN], 150_000), rate) == "682.69 SEK"
    assert fiat_value(Amount(NATIVE[Chain.BITCOIN], 2_100_000_000_000_000), rate) == (
        "9557592450000.00 SEK"
    )


def test_only_the_day_the_asset_and_the_currency_match() -> None:
    rates = parse_rates(GOOD)
    assert lookup_rate(rates, date(2024, 1, 2), "BTC", "SEK") == rates[0]
    assert lookup_rate(rates, date(2024, 1, 3), "BTC", "SEK") is None
    assert lookup_rate(rates, date(2024, 1, 2), "BTC", "EUR") is None


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (b"date,", b"day,", 1),
        (b"455123.45", b"x", 2),
        (b"455123.45", b"-1", 2),
        (b"455123.45", b"NaN", 2),
        (b"2024-01-02", b"02/01/2024", 2),
        (b"Bank of X", b"", 2),
        (b"date", b"\xff", 1),
    ],
)
def test_a_bad_file_is_refused_with_its_line(old: bytes, new: bytes, line: int) -> None:
    with pytest.raises(RequestError, match=f"line {line}"):
        parse_rates(GOOD.replace(old, new))
