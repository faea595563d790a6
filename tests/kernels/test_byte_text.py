import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.kernels import find_byte_text


def places(data, text):
    return find_byte_text(np.frombuffer(data, dtype=np.uint8), text).tolist()


@given(
    st.text("abU", max_size=200).map(str.encode),
    st.text("abU", min_size=1, max_size=5).map(str.encode),
)
def test_kernel_and_naive_twin_agree(naive, data, text):
    assert places(data, text) == naive.byte_text(data, text)


@pytest.mark.parametrize("before", range(0, 140, 7))
def test_a_text_is_found_at_every_place_of_a_window(before):
    data = b"." * before + b"USB" + b"." * 100
    assert places(data, b"USB") == [before]
