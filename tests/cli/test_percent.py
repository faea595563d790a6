"""Shares are read exactly and printed without a binary fraction."""

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from chainlead.cli._percent import parse_percent, percent_text


@given(st.integers(0, 500_000))
def test_every_millionth_can_be_written(ppm: int) -> None:
    text = f"{ppm // 10_000}.{ppm % 10_000:04}%"
    assert parse_percent(text, "--tolerance") == ppm


@pytest.mark.parametrize(
    "text", ["", "x", "-1", "50.0001", "NaN", "inf", "0.00001", "1e99", "2 % %"]
)
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="--tolerance"):
        parse_percent(text, "--tolerance")


def test_a_share_is_cut_towards_nothing() -> None:
    assert [percent_text(ppm) for ppm in (12_399, -12_399, 0)] == ["+1.23 %", "-1.23 %", "+0.00 %"]
