import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.prevalence import percent, wilson_interval

PAIRS = st.integers(1, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("numerator", "denominator", "low", "high"),
    [
        (0, 10, "0.0", "27.8"),
        (10, 10, "72.2", "100.0"),
        (5, 10, "23.7", "76.3"),
        (1, 2, "9.5", "90.5"),
        (
            81,
            263,
            "25.5",
            "36.6",
        ),  # Newcombe (1998), Statistics in Medicine 17, table I: .2553 .3662
        (15, 148, "6.2", "16.0"),  # .0624 .1605
        (0, 20, "0.0", "16.1"),  # .0000 .1611
        (1, 29, "0.6", "17.2"),  # .0061 .1718
    ],
)
def test_published_intervals_are_met(numerator, denominator, low, high):
    interval = wilson_interval(numerator, denominator)
    assert (percent(interval.low), percent(interval.high)) == (low, high)


@given(PAIRS)
def test_the_interval_is_the_one_of_plain_floats(pair):
    k, n = pair
    z = 1.959963984540054
    middle = (k / n + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(k / n * (1 - k / n) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    interval = wilson_interval(k, n)
    assert math.isclose(float(interval.low), max(0, middle - half), abs_tol=1e-9)
    assert math.isclose(float(interval.high), min(1, middle + half), abs_tol=1e-9)


@given(PAIRS)
def test_the_share_lies_in_its_interval_and_the_mirror_image_agrees(pair):
    k, n = pair
    interval, mirrored = wilson_interval(k, n), wilson_interval(n - k, n)
    assert 0 <= interval.low <= Decimal(k) / n <= interval.high <= 1
    assert abs(interval.low + mirrored.high - 1) < Decimal("1e-30")


@pytest.mark.parametrize(("numerator", "denominator"), [(0, 0), (1, 0), (-1, 5), (6, 5), (0, -1)])
def test_what_is_no_proportion_is_refused(numerator, denominator):
    with pytest.raises(ValueError, match="no proportion"):
        wilson_interval(numerator, denominator)


def test_percent_has_one_decimal_and_rounds_half_to_even():
    assert [percent(Decimal(t)) for t in ("0", "1", "0.1235", "0.1245", "0.12351")] == [
        "0.0", "100.0", "12.4", "12.4", "12.4",
    ]  # fmt: skip
