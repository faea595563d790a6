"""Runs of a class of bytes, against a regular expression."""

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from chainlead.kernels import find_byte_runs

_CLASS = np.zeros(256, dtype=np.bool_)
_CLASS[list(b"ab")] = True


@given(st.lists(st.sampled_from(b"aab- "), max_size=120), st.integers(1, 9))
def test_the_kernel_finds_what_a_regular_expression_finds(values, shortest):
    data = bytes(values)
    offsets, lengths = find_byte_runs(np.frombuffer(data, dtype=np.uint8), _CLASS, shortest)
    expected = [(m.start(), len(m[0])) for m in re.finditer(rb"[ab]{%d,}" % shortest, data)]
    assert list(zip(offsets.tolist(), lengths.tolist(), strict=True)) == expected
