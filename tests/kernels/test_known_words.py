import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from chainlead.kernels import find_word_runs, make_word_table

WORDS = frozenset({b"able", b"zoo", b"\xc3\xa9t\xc3\xa9", b"act"})
TABLE = make_word_table(WORDS)
PIECES = st.lists(
    st.sampled_from(
        [b"abstract-able abandonment ", b"able", b"ZOO", b"Act", b"\xc3\xa9t\xc3\xa9", b"other", b" ", b"\n", b"1. ", b", ",
         b"\xe3\x80\x80", b"\xe2\x80\xa2 ", b"/", b"_", b" " * 23, b" " * 26, b"\xff", b"\xc2"]
    ),
    max_size=40,
).map(b"".join)  # fmt: skip


def runs(data, min_words=12):
    columns = find_word_runs(np.frombuffer(data, dtype=np.uint8), TABLE, min_words)
    return list(zip(*(column.tolist() for column in columns), strict=True))


@given(PIECES, st.integers(1, 5))
def test_kernel_and_naive_twin_agree(naive, data, min_words):
    assert runs(data, min_words) == naive.word_runs(data, WORDS, min_words)


def test_numbers_bullets_and_line_ends_do_not_break_a_run():
    data = b"x: 1. able\n2) ZOO,\t\xe2\x80\xa2 act"
    assert runs(data, 3) == [(data.index(b"able"), len(data), 3)]


def test_a_word_that_is_in_no_list_breaks_a_run():
    assert runs(b"able zoo other able", 3) == []


@given(st.lists(st.sampled_from(["able", "zoo", "act", "other", "actable"]), max_size=90), PIECES)
def test_long_plain_text_agrees_too(naive, words, rest):
    data = b"." * 40 + " ".join(words).encode() + b" " + rest + b"." * 64
    assert runs(data) == naive.word_runs(data, WORDS, 12)


def test_a_run_is_found_wherever_it_starts():
    phrase = b"able zoo act " * 4
    for before in range(140):
        data = b"other word. " * 12 + b"x" * before + b" " + phrase + b"unknown " * 12
        ((start, _end, count),) = runs(data)
        assert (start, count) == (145 + before, 12)
