"""Money is a whole number of base units."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.model import NATIVE, Amount, Asset, Chain

ASSETS = st.sampled_from(sorted(NATIVE.values(), key=str))
UNITS = st.integers(min_value=-(2**70), max_value=2**70)


@given(ASSETS, UNITS)
def test_decimal_text_and_units_are_a_pair(asset: Asset, units: int) -> None:
    assert Amount.from_decimal(asset, Amount(asset, units).decimal).units == units


@given(ASSETS, UNITS, UNITS)
def test_adding_and_taking_away_is_exact(asset: Asset, one: int, two: int) -> None:
    assert (Amount(asset, one) + Amount(asset, two) - Amount(asset, two)).units == one


def test_different_assets_do_not_add_or_compare() -> None:
    bitcoin, ether = Amount(NATIVE[Chain.BITCOIN], 1), Amount(NATIVE[Chain.ETHEREUM], 1)
    with pytest.raises(TypeError):
        bitcoin + ether
    with pytest.raises(TypeError):
        bitcoin < ether  # noqa: B015


def test_a_float_or_a_bool_is_no_amount() -> None:
    for wrong in (1.0, True, "1"):
        with pytest.raises(TypeError):
            Amount(NATIVE[Chain.BITCOIN], wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["0.000000001", "1e-9", "NaN", "Infinity", "", "1,5", "0x1"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Amount.from_decimal(NATIVE[Chain.BITCOIN], text)


def test_amounts_print_with_all_decimals() -> None:
    assert str(Amount(NATIVE[Chain.BITCOIN], 150_000)) == "0.00150000 BTC"
    assert str(Amount(NATIVE[Chain.ETHEREUM], 1)) == "0.000000000000000001 ETH"
    assert str(Amount(NATIVE[Chain.BITCOIN], -1)) == "-0.00000001 BTC"
