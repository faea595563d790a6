import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead import codecs
from chainlead.kernels import find_checked_runs
from chainlead.model import Chain

ALL = np.full((256, 128), 0xFF, dtype=np.uint16)
VALID = [
    codecs.to_base58check(b"\0" + bytes(range(20))),
    codecs.to_base58check(bytes(21)),
    codecs.to_base58check(b"\x04\x88\xb2\x1e" + bytes(range(74))),
    codecs.to_base58check(b"\0" + bytes(range(20)), codecs.RIPPLE_ALPHABET),
    codecs.to_witness_address(0, bytes(range(20)), Chain.BITCOIN),
    codecs.to_witness_address(1, bytes(range(32)), Chain.LITECOIN).upper(),
    codecs.to_cashaddr(codecs.CashAddr("bitcoincash", 0, bytes(20))).partition(":")[2],
    codecs.to_cashaddr(codecs.CashAddr("bchtest", 1, bytes(range(32)))).partition(":")[2],
    codecs.to_eip55(bytes(range(20))),
    codecs.to_eip55(bytes(range(30, 50))).lower(),
    codecs.to_cryptonote_address(codecs.CryptoNoteAddress(18, bytes(range(32)), bytes(32))),
    codecs.to_cryptonote_address(codecs.CryptoNoteAddress(18018, b"\xff" * 32, bytes(32))),
    "0x" + "1f" * 32,
]
ALNUM = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
CHANGED = st.tuples(st.sampled_from(VALID), st.integers(0, 200), st.sampled_from(ALNUM)).map(
    lambda c: c[0][: c[1] % len(c[0])] + c[2] + c[0][c[1] % len(c[0]) + 1 :]
)
PIECES = st.lists(
    st.one_of(
        st.sampled_from(VALID).map(str.encode),
        CHANGED.map(str.encode),
        st.text(ALNUM, min_size=20, max_size=150).map(str.encode),
        st.text("123456789abcdefABCDEF", min_size=20, max_size=70).map(str.encode),
        st.sampled_from([b" ", b"%", b"\\", b"%3A", b"\\n", b"\\u003a", b".", b"\x00", b" " * 70]),
        st.binary(max_size=9),
    ),
    max_size=12,
).map(b"".join)


def runs(data, wanted=ALL):
    columns = find_checked_runs(np.frombuffer(data, dtype=np.uint8), wanted)
    return list(zip(*(column.tolist() for column in columns), strict=True))


@given(PIECES)
def test_kernel_and_naive_twin_agree(naive, data):
    assert runs(data) == naive.checked_runs(data, lambda text: 0xFF)


@given(PIECES)
def test_only_the_asked_checks_are_made(naive, data):
    wanted = np.zeros((256, 128), dtype=np.uint16)
    wanted[ord("1"), :] = 2
    wanted[:, 127] = 8
    wanted[ord("0"), 42] = 32
    assert runs(data, wanted) == naive.checked_runs(
        data, lambda text: int(wanted[ord(text[0]), min(len(text), 127)])
    )


@pytest.mark.parametrize("text", VALID, ids=lambda text: text[:12])
def test_a_valid_text_passes_a_check_and_a_changed_one_passes_less(text):
    ((_start, _length, passed),) = runs(b" " * 70 + text.encode() + b"." * 70)
    assert passed > 1
    wrong = text[:-1] + ("3" if text[-1] == "2" else "2")
    ((_start, _length, less),) = runs(wrong.encode())
    assert less < passed or set(text[2:]) <= set("0123456789abcdef")


@given(st.integers(0, 130), st.integers(25, 300))
def test_a_run_is_found_at_every_place_of_a_window(before, length):
    assert runs(b" " * before + b"z" * length)[0][:2] == (before, length)
    assert runs(b" " * before + b"z" * 24 + b" " + b"z" * 24) == []


def test_no_text_no_runs():
    assert runs(b"") == []
