import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from chainlead.kernels import find_alnum_runs

PIECES = st.lists(
    st.one_of(
        st.binary(max_size=6),
        st.text("ab1Z", min_size=1, max_size=9).map(str.encode),
        st.text("ab1Z", min_size=1, max_size=9).map(lambda t: t.encode("utf-16-le")),
        st.text("ab1Z", min_size=1, max_size=9).map(lambda t: t.encode("utf-16-be")),
        st.sampled_from([b"\x00", b" ", b"_"]),
    ),
    max_size=12,
).map(b"".join)


def runs(data, min_length=25):
    columns = find_alnum_runs(np.frombuffer(data, dtype=np.uint8), min_length)
    return list(zip(*(column.tolist() for column in columns), strict=True))


@given(PIECES, st.integers(1, 6))
def test_kernel_and_naive_twin_agree(naive, data, min_length):
    assert runs(data, min_length) == naive.alnum_runs(data, min_length)


def test_a_run_is_found_in_every_encoding_at_its_exact_offset():
    word = "a1" * 13
    data = b"." + word.encode() + b"." + word.encode("utf-16-le") + b".." + word.encode("utf-16-be")
    assert (1, 26, 0) in runs(data)
    assert (28, 26, 1) in runs(data)
    assert (28 + 52 + 2, 26, 2) in runs(data)


def test_runs_end_at_the_ends_of_the_buffer():
    assert runs(b"x" * 25) == [(0, 25, 0)]
    assert runs(b"x" * 24) == []
    assert runs(b"") == []
