"""Shapes, not letters: what a hurried reader takes for the same name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.attribution.services.lookalike import is_one_step, likeness, skeleton


def test_letters_of_other_scripts_fall_together_with_latin_ones() -> None:
    assert skeleton("bіnаncе") == skeleton("binance") == skeleton("BÍNÁNCÉ")
    assert skeleton("rnexc") == skeleton("mexc")
    assert skeleton("g4te") == skeleton("gate")


@pytest.mark.parametrize(
    ("one", "other", "is_it"),
    [
        ("kraken", "krakem", True),
        ("kraken", "kraen", True),
        ("kraken", "krraken", True),
        ("kraken", "karken", True),
        ("kraken", "kraken", False),
        ("kraken", "akrken", False),
        ("kraken", "kren", False),
        ("ab", "ba", True),
    ],
)
def test_one_step_is_one_typing_error(one: str, other: str, is_it: bool) -> None:
    assert is_one_step(one, other) is is_it
    assert is_one_step(other, one) is is_it


def test_a_domain_is_not_like_itself_or_like_a_stranger() -> None:
    assert likeness("kraken.com", "www.kraken.com") == ""
    assert likeness("weather.test", "kraken.com") == ""
    assert likeness("", "kraken.com") == ""


@given(st.text(max_size=30))
def test_any_text_has_a_skeleton_that_stays(text: str) -> None:
    once = skeleton(text)
    assert all(c.isalnum() for c in once)


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_two_texts_can_be_compared(one: str, other: str) -> None:
    assert isinstance(likeness(one, other), str)
