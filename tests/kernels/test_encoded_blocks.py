"""Blocks of base64 and hex, against regular expressions and the standard library's decoders."""

import base64
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.evidence import encoded_runs
from chainlead.kernels import find_encoded_blocks

ANY = np.ones(256, dtype=np.bool_), np.ones((256, 256), dtype=np.bool_)
NONE = np.zeros(256, dtype=np.bool_), np.zeros((256, 256), dtype=np.bool_)
LINES = st.tuples(
    st.sampled_from(["aB3_", "QUJD", "3a4b", "a/b+", "/9/8", "0xab", "0X41", "-_A8"]),
    st.integers(0, 22),
    st.sampled_from(["", "=", "==", "===", "A", "AB="]),
    st.sampled_from(["\n", "\r\n", " ", "\n \t  ", "\r\n         ", "\r", "é", ""]),
)


def find(data, tables, core=1 << 60):
    starts, ends = find_encoded_blocks(np.frombuffer(data, dtype=np.uint8), core, *tables)
    return list(zip(starts.tolist(), ends.tolist(), strict=True))


def written(lines):
    return "".join(unit * count + tail + end for unit, count, tail, end in lines).encode()


@given(st.lists(LINES, max_size=12), st.integers(0, 70))
def test_blocks_are_those_of_the_regular_expressions(lines, shift):
    data = b"." * shift + written(lines)
    assert find(data, ANY) == list(encoded_runs._all_blocks(data))


@given(st.binary(max_size=300), st.integers(0, 5), st.sampled_from([60, 64, 72, 76, 50]))
def test_lines_of_one_block_are_joined(content, before, width):
    packed = base64.b64encode(content + b"\0" * 100)
    data = b" " * before + b"\n".join(packed[i : i + width] for i in range(0, len(packed), width))
    assert find(data, ANY) == list(encoded_runs._all_blocks(data))


@given(
    st.lists(st.binary(min_size=33, max_size=90), max_size=4),
    st.sampled_from([b"", b"0x", b"a/b/c/", b"https://shop.example/", b"/" * 9]),
    st.sampled_from([base64.b64encode, base64.urlsafe_b64encode, lambda c: c.hex().encode()]),
)
def test_nothing_that_is_worth_decoding_is_left_out(contents, before, write):
    data = b" ".join(before + write(content) for content in [b"pay to the order", *contents])
    kept = set(find(b". " + data, encoded_runs._tables()))
    for start, end in encoded_runs._all_blocks(b". " + data):
        looks = [
            (b". " + data)[i : i + 32] for i in encoded_runs._beginnings(b". " + data, start, end)
        ]
        if any(map(encoded_runs._is_promising, looks)):
            assert (start, end) in kept


@pytest.mark.parametrize("write", [base64.b64encode, lambda content: content.hex().encode()])
def test_digests_and_keys_are_left_out(write):
    lines = [
        write(bytes((7 * n * k + 128 + n) % 251 | 0x80 for k in range(1, 49))) for n in range(99)
    ]
    assert len(find(b". " + b"\n\n".join(lines), encoded_runs._tables())) < 10


@given(st.lists(LINES, max_size=12), st.integers(0, 400))
def test_what_starts_behind_the_core_is_left_out(lines, core):
    data = b"." + written(lines)
    assert find(data, ANY, core) == [block for block in find(data, ANY) if block[0] < core]


def test_the_first_bytes_of_a_page_are_always_looked_at():
    data = b"8" * 50
    assert find(data, NONE) == [(0, 50)]
    assert find(b"." + data, NONE) == []


def test_more_runs_than_there_was_room_for_are_given():
    data = b" ".join([b"QUJD" * 12] * 10_000)
    assert len(find(data, ANY)) == 10_000
    assert re.fullmatch(rb"[A-Za-z0-9]{48}", data[slice(*find(data, ANY)[-1])])
