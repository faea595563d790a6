"""Prices are exact decimals, with every currency and every reading that the page permits."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.evidence import Item
from chainlead.findings import parse_number, read_page_texts
from chainlead.findings.page_prices import Price, find_prices, plain
from chainlead.model import Chain


@pytest.fixture
def prices(pages: Callable[..., list[Item]]) -> Callable[[str], list[Price]]:
    def find(text: str) -> list[Price]:
        [page] = read_page_texts(pages(text.encode(), encoding="utf-8"))
        return list(find_prices(page))

    return find


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("0.0125 BTC", "0.0125", "BTC"),
        ("BTC 0.0125", "0.0125", "BTC"),
        ("0,5 bitcoin", "0.5", "BTC"),
        ("₿0.031", "0.031", "BTC"),
        ("12.5 mBTC", "0.0125", "BTC"),
        ("250 000 sats", "0.0025", "BTC"),
        ("3.25 XMR", "3.25", "XMR"),
        ("$1,234.56", "1234.56", "USD"),
        ("1.234,56 €", "1234.56", "EUR"),
        ("1 234 kr", "1234", "SEK"),
        ("499:-", "499", "SEK"),
        ("£20", "20", "GBP"),
        ("CHF 1'250.50", "1250.5", "CHF"),
        ("1,250,000 JPY", "1250000", "JPY"),
        ("100 usd", "100", "USD"),
    ],
)
def test_a_price_is_read_exactly(
    text: str, amount: str, currency: str, prices: Callable[[str], list[Price]]
) -> None:
    [price] = prices(f"Blue: {text}.")
    assert (price.amount, price.currency) == (amount, currency)


def test_base_units_of_a_coin_are_exact(prices: Callable[[str], list[Price]]) -> None:
    one, fine, fiat = prices("0.0125 BTC\n0.000000001 BTC\n5 EUR")
    assert (one.chain, one.amount_units) == (Chain.BITCOIN, "1250000")
    assert (fine.chain, fine.amount_units) == (Chain.BITCOIN, None)
    assert (fiat.chain, fiat.amount_units) == (None, None)


def test_a_sign_of_several_currencies_names_them_all(
    prices: Callable[[str], list[Price]],
) -> None:
    [price] = prices("199 kr")
    assert price.currencies == ("SEK", "NOK", "DKK", "ISK")


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [("1,250 EUR", "1250", "1.25"), ("1.250 EUR", "1.25", "1250"), ("0.125 BTC", "0.125", "")],
)
def test_both_readings_of_one_separator_are_given(
    text: str, first: str, second: str, prices: Callable[[str], list[Price]]
) -> None:
    [price] = prices(text)
    assert (price.amount, price.other_reading) == (first, second)


@pytest.mark.parametrize(
    "text", ["BTC", "12 bats", "v1.2.3 btcd", "1.2.3.4 EUR", "x0.5BTCx", "50% BTC", "0x12 ETHER2"]
)
def test_other_numbers_are_no_prices(text: str, prices: Callable[[str], list[Price]]) -> None:
    assert prices(f"- {text} -") == []


def test_the_place_is_a_character_and_a_line(prices: Callable[[str], list[Price]]) -> None:
    [first, second] = prices("one\ntwo 5 EUR\nthree 6 EUR")
    assert (first.offset, first.line, second.line) == (8, 2, 3)


@given(st.decimals(min_value=0, max_value=10**9, places=8))
def test_a_decimal_with_a_point_and_eight_places_has_one_reading(number: Decimal) -> None:
    assert parse_number(f"{number:f}") == [number]
    assert Decimal(plain(number)) == number


@given(st.text("0123456789.,' ", max_size=60))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    if text and text[0].isdigit():
        for reading in parse_number(text.rstrip(".,' ")):
            assert reading >= 0
