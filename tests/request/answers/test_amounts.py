"""Amounts: exact, in any usual writing; a doubt where it could mean two things."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.request.answers.amounts import agrees, decimal_mark, read_amount, to_units


@pytest.mark.parametrize(
    ("text", "number", "symbol"),
    [
        ("0,04000000", "0.04000000", ""),
        ("0.04", "0.04", ""),
        ("1 234,5", "1234.5", ""),
        ("1\u00a0234,56", "1234.56", ""),
        ("1'234.50", "1234.50", ""),
        ("1,234.5678", "1234.5678", ""),
        ("1.234.567,89", "1234567.89", ""),
        ("1,234,567", "1234567", ""),
        ("0.04 BTC", "0.04", "BTC"),
        ("SEK 2500,00", "2500.00", "SEK"),
        ("€ 5.5", "5.5", "€"),
        ("-0,5", "-0.5", ""),
        ("\u22120.5", "-0.5", ""),
        ("4e-2", "0.04", ""),
        ("1E+3", "1000", ""),
        ("7", "7", ""),
        ("0.123", "0.123", ""),
        ("1234,567", "1234.567", ""),
    ],
)
def test_usual_writings_are_read_exactly(text: str, number: str, symbol: str) -> None:
    read = read_amount(text)
    assert (read.number, read.symbol, read.problem) == (number, symbol, "")


@pytest.mark.parametrize("text", ["1,234", "12.345", "999,000"])
def test_one_mark_before_three_digits_is_a_doubt_until_somebody_settles_it(text: str) -> None:
    assert "profile must say it" in read_amount(text).problem
    assert read_amount(text, ",").number
    assert read_amount(text, ".").number
    assert read_amount(text, ",").number != read_amount(text, ".").number


@pytest.mark.parametrize(
    "text", ["", "n/a", "=1+1", "1e999", "1,2,3.4.5x!", "--5", "0x10", "9" * 90, "NaN", "Infinity"]
)
def test_what_is_no_amount_is_a_doubt(text: str) -> None:
    assert read_amount(text).number is None


def test_other_cells_of_the_column_settle_the_mark() -> None:
    assert decimal_mark(["1,234", "0,5"]) == ","
    assert decimal_mark(["1,234", "1,234.5"]) == "."
    assert decimal_mark(["1,234"]) == ""
    assert decimal_mark(["0,5", "0.5"]) == ""


@given(st.integers(0, 10**30), st.integers(0, 18))
def test_base_units_survive_the_way_through_text(units: int, decimals: int) -> None:
    text = str(units).rjust(decimals + 1, "0")
    number = f"{text[: len(text) - decimals]}.{text[len(text) - decimals :]}".rstrip(".")
    assert to_units(read_amount(number, ".").number or "", decimals) == units


def test_finer_than_the_asset_is_no_amount_of_it() -> None:
    assert to_units("0.000000001", 8) is None


def test_a_spreadsheets_number_agrees_as_far_as_its_15_digits_go() -> None:
    units = 123_456_789_012_345_678_901
    assert not agrees("123.456789012346", units, 18, is_binary=False)
    assert agrees("123.456789012346", units, 18, is_binary=True)
    assert not agrees("123.456789012356", units, 18, is_binary=True)


@given(st.text(max_size=30))
def test_no_text_breaks_the_reader(text: str) -> None:
    read = read_amount(text)
    assert (read.number is None) == bool(read.problem)
