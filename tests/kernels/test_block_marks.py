"""Blocks without a mark hold nothing: each search finds the same when it visits every block."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead import kernels
from chainlead.kernels.block_marks import marks_for

WANTED = np.full((256, 128), 0xFF, dtype=np.uint16)
WORDS = kernels.make_word_table([b"able", b"zoo", b"act", "été".encode(), "的".encode()])
NAMES = kernels.make_name_table([b"shop.example", b"b-.io"])
SCHEMES = kernels.make_scheme_table([b"pay", b"x"])
SEARCHES = {
    "runs": lambda data, marks: kernels.find_checked_runs(data, WANTED, marks),
    "wide": lambda data, marks: kernels.find_wide_text(data, 8, marks),
    "names": lambda data, marks: [kernels.find_dotted_names(data, NAMES, marks)],
    "schemes": lambda data, marks: kernels.find_scheme_names(data, SCHEMES, marks),
    "digits": lambda data, marks: kernels.find_digit_groups(data, 8, marks),
    "words": lambda data, marks: kernels.find_word_runs(data, WORDS, 12, marks),
    "USB": lambda data, marks: [kernels.find_byte_text(data, b"USB", marks)],
    "Vendor": lambda data, marks: [kernels.find_byte_text(data, b"Vendor ID: 0x", marks)],
}
GROUP = st.from_regex(rb"\A[0-9]{6}\Z")
THINGS = {
    "runs": st.text("az09AZ", min_size=20, max_size=70).map(str.encode),
    "wide": st.tuples(
        st.text("ab é1", min_size=6, max_size=40), st.sampled_from(["utf-16-le", "utf-16-be"])
    ).map(lambda pair: pair[0].encode(pair[1])),
    "names": st.sampled_from([b"shop.example", b"Shop.EXAMPLE", b"b-.io", b"a.b-.io"]),
    "schemes": st.sampled_from([b"pay:", b"PAY:x:", b"1x:", b"repay:"]),
    "digits": st.lists(GROUP, min_size=6, max_size=12).flatmap(
        lambda groups: st.sampled_from([b" ", b" A: ", b"-" * 12]).map(lambda gap: gap.join(groups))
    ),
    "words": st.lists(
        st.sampled_from([b"able", b"ZOO", b"act", "été".encode(), "的".encode(), b"of", b"other"]),
        min_size=12,
        max_size=30,
    ).flatmap(
        lambda words: st.sampled_from([b" ", b"\n1. ", "\u00a0".encode(), b"  \t"]).map(
            lambda gap: gap.join(words)
        )
    ),
    "USB": st.sampled_from([b"USB", b"UUSB", b"USBUSB"]),
    "Vendor": st.sampled_from([b"Vendor ID: 0x", b"Vendor ID: 0xVendor ID: 0x"]),
}
FILLING = st.one_of(
    st.integers(0, 130).flatmap(lambda n: st.sampled_from([b"\0" * n, b" " * n, b"." * n])),
    st.binary(max_size=80),
    st.text("able zo. é的1,", max_size=60).map(str.encode),
)
EVERYTHING = st.lists(st.one_of(FILLING, *THINGS.values()), max_size=8).map(b"".join)


def found(name, data, marks):
    return [column.tolist() for column in SEARCHES[name](data, marks)]


@pytest.mark.parametrize("name", SEARCHES)
@given(st.data())
def test_a_search_of_marked_blocks_finds_what_a_search_of_all_finds(name, data):
    pieces = st.lists(st.one_of(FILLING, THINGS[name]), max_size=8).map(b"".join)
    content = np.frombuffer(data.draw(pieces), dtype=np.uint8)
    every = marks_for(content, None, fits=False)
    assert found(name, content, kernels.mark_blocks(content)) == found(name, content, every)


@given(EVERYTHING)
def test_all_searches_can_go_by_the_same_marks(content):
    data = np.frombuffer(content, dtype=np.uint8)
    marks, every = kernels.mark_blocks(data), marks_for(data, None, fits=False)
    for name in SEARCHES:
        assert found(name, data, marks) == found(name, data, every)


@pytest.mark.parametrize("name", sorted(set(SEARCHES) - {"runs"}))
@pytest.mark.parametrize("before", range(0, 132, 3))
def test_what_is_searched_for_is_found_wherever_it_lies(name, before):
    thing = {
        "wide": "wallets!".encode("utf-16-le"),
        "names": b"shop.example",
        "schemes": b"pay:",
        "digits": b"------------".join([b"123456"] * 8),
        "words": b"zoo act able " * 4,
        "USB": b"USB",
        "Vendor": b"Vendor ID: 0x",
    }[name]
    content = np.frombuffer(b"=" * before + thing + b"=" * 70, dtype=np.uint8)
    assert len(found(name, content, kernels.mark_blocks(content))[0]) == 1


def test_zeros_and_random_bytes_call_for_nearly_nothing():
    zeros = kernels.mark_blocks(np.zeros(1 << 16, dtype=np.uint8))
    assert zeros.kinds == 0
    random = kernels.mark_blocks(np.random.default_rng(1).integers(0, 256, 1 << 20, dtype=np.uint8))
    assert np.count_nonzero(random.blocks) < len(random.blocks) // 5
    assert not random.kinds & (kernels.DIGITS | kernels.RUN)


def test_the_marks_of_nothing_are_empty():
    assert kernels.mark_blocks(np.zeros(0, dtype=np.uint8)).kinds == 0


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 4096, 4097])
@pytest.mark.parametrize("fits", [True, False])
def test_nothing_behind_the_data_is_ever_marked(size, fits):
    data = np.frombuffer(b"7" * size, dtype=np.uint8)
    blocks = marks_for(data, None, fits=fits).blocks
    assert not blocks[-(-size // 64) :].any()
    assert len(blocks) % 64 == 0
