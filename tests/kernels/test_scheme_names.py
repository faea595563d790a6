import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from chainlead.kernels import find_scheme_names, make_scheme_table

SCHEMES = frozenset({b"bitcoin", b"x"})
TABLE = make_scheme_table(SCHEMES)
PIECES = st.lists(
    st.sampled_from(
        [b"bitcoin:", b"BITCOIN:", b"x", b":", b"bit", b"coin:", b"1", b" ", b"y" * 33]
    ),
    max_size=20,
).map(b"".join)


def spans(data):
    columns = find_scheme_names(np.frombuffer(data, dtype=np.uint8), TABLE)
    return list(zip(*(column.tolist() for column in columns), strict=True))


@given(PIECES)
def test_kernel_and_naive_twin_agree(naive, data):
    assert spans(data) == naive.scheme_names(data, SCHEMES)


def test_the_span_holds_the_scheme_and_its_colon():
    assert spans(b"QR: Bitcoin:1A") == [(4, 12)]
