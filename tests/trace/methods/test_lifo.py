"""LIFO on single transactions: by hand, against its twin, and read backward."""

from hypothesis import given
from hypothesis import strategies as st

from chainlead.trace import Source
from chainlead.trace.methods.lifo import Lifo

LIFO = Lifo()


def drawn(data, most=9):
    """Inputs with traced units in places, and sinks of the same sum, the fee last."""
    marks = data.draw(st.lists(st.lists(st.booleans(), max_size=most), min_size=1, max_size=4))
    left = sum(len(units) for units in marks)
    sinks = []
    for _ in range(data.draw(st.integers(0, 4))):
        sinks.append(data.draw(st.integers(0, left)))
        left -= sinks[-1]
    return marks, [*sinks, left]


def intervals(units):
    """A list of booleans as the rule's state."""
    found = []
    for place, traced in enumerate(units):
        if traced and found and found[-1][1] == place:
            found[-1] = (found[-1][0], place + 1)
        elif traced:
            found.append((place, place + 1))
    return tuple(found) or None


def test_the_last_input_pays_the_first_output_and_the_first_input_the_fee():
    sources = [Source(100, LIFO.mark_whole(100)), Source(50, None)]
    paid, change, fee = LIFO.spread(sources, [60, 80, 10])
    # from the top of the stack: 50 untraced, then the 100 traced from their last unit down
    assert paid == ((50, 60),)
    assert change == ((0, 80),)
    assert fee == ((0, 10),)


def test_units_come_out_in_reverse_also_inside_an_output():
    first_half = Source(10, ((0, 5),))
    assert LIFO.spread([first_half], [4, 6]) == [None, ((1, 6),)]


@given(data=st.data())
def test_it_equals_its_slow_twin_in_every_unit(naive, data):
    marks, sinks = drawn(data)
    given_units = naive.lifo.spread([(len(units), units) for units in marks], sinks)
    sources = [Source(len(units), intervals(units)) for units in marks]
    assert LIFO.spread(sources, sinks) == [intervals(units) for units in given_units]


@given(data=st.data())
def test_looking_back_is_the_exact_mirror(data):
    marks, sinks = drawn(data)
    sources = [Source(len(units), intervals(units)) for units in marks]
    parts = LIFO.spread(sources, sinks)
    back = [Source(sink, part) for sink, part in zip(sinks, parts, strict=True)]
    assert LIFO.gather(back, [len(units) for units in marks]) == [s.state for s in sources]
