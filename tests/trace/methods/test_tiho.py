"""TIHO on single transactions: ties, the fee, looking back, and its twin."""

from hypothesis import given
from hypothesis import strategies as st

from chainlead.trace import Source
from chainlead.trace.methods.tiho import Tiho

TIHO = Tiho()


def test_the_largest_output_is_filled_first_then_the_next():
    sources = [Source(70, 70), Source(50, None)]
    assert TIHO.spread(sources, [30, 60, 20, 10]) == [10, 60, None, None]


def test_of_equal_outputs_the_lower_index_comes_first():
    assert TIHO.spread([Source(50, 50), Source(90, None)], [40, 50, 50, 0]) == [
        None,
        50,
        None,
        None,
    ]


def test_the_fee_comes_last_even_where_it_is_the_largest():
    assert TIHO.spread([Source(25, 25), Source(85, None)], [10, 10, 90]) == [10, 10, 5]


def test_looking_back_takes_from_the_largest_input_and_there_is_no_fee_among_the_inputs():
    outputs_and_fee = [Source(60, 60), Source(30, None), Source(10, None)]
    assert TIHO.gather(outputs_and_fee, [20, 40, 40]) == [None, 40, 20]


@given(data=st.data())
def test_it_equals_its_slow_twin_in_both_directions(naive, data):
    amounts = data.draw(st.lists(st.integers(0, 9), min_size=1, max_size=4))
    traced = [data.draw(st.integers(0, amount)) for amount in amounts]
    left = sum(amounts)
    sinks = []
    for _ in range(data.draw(st.integers(0, 4))):
        sinks.append(data.draw(st.integers(0, left)))
        left -= sinks[-1]
    pairs = list(zip(amounts, traced, strict=True))
    sources = [Source(amount, units or None) for amount, units in pairs]
    forward = TIHO.spread(sources, [*sinks, left])
    assert [part or 0 for part in forward] == naive.tiho.spread(pairs, [*sinks, left])
    backward = TIHO.gather(sources, [*sinks, left])
    assert [part or 0 for part in backward] == naive.tiho.gather(pairs, [*sinks, left])
