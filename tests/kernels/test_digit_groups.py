import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.kernels import find_digit_groups

_GAPS = rb"[ \t\r\n,;:.)(|\-_/A-Ha-h\"']{1,12}"


def naive(content: bytes, wanted: int) -> list[tuple[int, int]]:
    group = rb"(?<!\d)\d{6}(?!\d)"
    row = re.compile(group + rb"(?:" + _GAPS + group + rb")*")
    found = [match.span() for match in row.finditer(content)]
    return [(a, b) for a, b in found if len(re.findall(rb"\d{6}", content[a:b])) >= wanted]


def kernel(content: bytes, wanted: int) -> list[tuple[int, int]]:
    starts, ends = find_digit_groups(np.frombuffer(content, dtype=np.uint8), wanted)
    return list(zip(starts.tolist(), ends.tolist(), strict=True))


pieces = st.lists(
    st.one_of(
        st.from_regex(rb"\A[0-9]{6}\Z"),
        st.from_regex(rb"\A[0-9]{1,8}\Z"),
        st.from_regex(rb"\A[ ,A\n-]{1,13}\Z"),
        st.sampled_from([b" ", b"x", b"\xff", b""]),
    ),
    max_size=40,
)


@given(pieces, st.integers(min_value=1, max_value=4))
def test_it_finds_what_an_expression_finds(parts, wanted):
    content = b"".join(parts)
    assert kernel(content, wanted) == naive(content, wanted)


@pytest.mark.parametrize("before", range(14))
def test_the_place_does_not_matter(before):
    row = b" ".join(b"%06d" % (n * 7919) for n in range(8))
    content = b"x" * before + row + b"x"
    assert kernel(content, 8) == [(before, before + len(row))]


def test_gaps_of_twelve_pass_and_of_thirteen_do_not():
    assert len(kernel(b"123456" + b" " * 12 + b"123456", 2)) == 1
    assert kernel(b"123456" + b" " * 13 + b"123456", 2) == []
