import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from chainlead.kernels import find_wide_text

PIECES = st.lists(
    st.one_of(
        st.binary(max_size=5),
        st.text("ab é1", min_size=1, max_size=9).map(lambda t: t.encode("utf-16-le")),
        st.text("ab é1", min_size=1, max_size=9).map(lambda t: t.encode("utf-16-be")),
        st.sampled_from([b"\x00", b"\xfe\xff", b"\xff\xfe", b"\x00\x00"]),
    ),
    max_size=10,
).map(b"".join)


def stretches(data, min_length=8):
    columns = find_wide_text(np.frombuffer(data, dtype=np.uint8), min_length)
    return list(zip(*(column.tolist() for column in columns), strict=True))


@given(PIECES, st.integers(1, 5))
def test_kernel_and_naive_twin_agree(naive, data, min_length):
    assert stretches(data, min_length) == naive.wide_text(data, min_length)


@given(st.text("pay to adr 0123", min_size=8, max_size=40), st.sampled_from(["le", "be"]))
def test_a_text_file_with_a_mark_is_read_in_its_own_byte_order(text, order):
    mark = b"\xff\xfe" if order == "le" else b"\xfe\xff"
    code = 1 if order == "le" else 2
    assert stretches(mark + text.encode(f"utf-16-{order}")) == [(2, len(text), code)]


def test_what_is_reported_decodes_to_the_text():
    data = b"\x07" + "wallet backup".encode("utf-16-le") + b"\x00\x00\x07"
    ((offset, length, code),) = stretches(data)
    name = {1: "utf-16-le", 2: "utf-16-be"}[code]
    assert data[offset : offset + 2 * length].decode(name) == "wallet backup"
