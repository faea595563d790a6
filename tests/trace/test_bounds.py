"""The provable minimum and the possible maximum of one transaction."""

from hypothesis import given
from hypothesis import strategies as st

from chainlead.trace import Least, Most, Source


def test_what_cannot_fit_elsewhere_must_be_here():
    assert Least().spread([Source(10, 7), Source(2, None)], [8, 3, 1]) == [3, None, None]
    assert Most().spread([Source(10, 7), Source(2, None)], [8, 3, 1]) == [7, 3, 1]


@given(data=st.data())
def test_both_bounds_equal_the_extremes_over_every_division(naive, data):
    sinks = data.draw(st.lists(st.integers(0, 4), min_size=1, max_size=4))
    total = sum(sinks)
    traced = data.draw(st.integers(0, total))
    sources = [Source(total, traced or None)]
    for rule, twin in ((Least(), naive.bounds.least), (Most(), naive.bounds.most)):
        found = [part or 0 for part in rule.spread(sources, sinks)]
        assert found == list(twin(traced, sinks))
