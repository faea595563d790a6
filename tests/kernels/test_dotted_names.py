import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from chainlead.kernels import find_dotted_names, make_name_table

NAMES = frozenset({b"shop.example", b"a.b"})
TABLE = make_name_table(NAMES)
PIECES = st.lists(
    st.sampled_from(
        [b"shop.example", b"Shop.EXAMPLE", b"www.", b".", b"a", b"b", b"-", b"/", b"x" * 63, b" "]
    ),
    max_size=20,
).map(b"".join)


def dots(data):
    return find_dotted_names(np.frombuffer(data, dtype=np.uint8), TABLE).tolist()


@given(PIECES)
def test_kernel_and_naive_twin_agree(naive, data):
    assert dots(data) == naive.dotted_names(data, NAMES)


def test_the_dot_of_a_name_is_found_in_any_case():
    assert dots(b"see https://WWW.Shop.Example/x") == [20]
