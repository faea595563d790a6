from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from chainlead.evidence.images.spans import Spans

spans = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=12)
window = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda pair: tuple(sorted(pair)))


def _points(pairs):
    return {point for start, end in pairs for point in range(start, end)}


@given(spans, window)
def test_gaps_and_within_share_out_every_point(pairs, limits):
    start, end = limits
    taken = Spans()
    for low, high in pairs:
        taken.add(low, high)
    inside = _points(pair for pair in pairs if pair[0] < pair[1]) & set(range(start, end))
    assert _points(taken.within(start, end)) == inside
    assert _points(taken.gaps(start, end)) == set(range(start, end)) - inside
    assert taken.covers(start, end) is (inside == set(range(start, end)))


@given(spans)
def test_merged_is_sorted_and_apart(pairs):
    merged = Spans(pairs).merged()
    assert all(one[1] < two[0] for one, two in pairwise(merged))
    assert _points(merged) == _points(pair for pair in pairs if pair[0] < pair[1])
