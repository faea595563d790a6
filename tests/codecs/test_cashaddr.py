"""Vectors: Bitcoin Cash specification `cashaddr.md` (test vectors for larger hashes)."""

from random import Random

import pytest
from bip_utils import BchBech32Decoder, BchBech32Encoder
from hypothesis import given
from hypothesis import strategies as st

from chainlead.codecs import CashAddr, from_cashaddr, to_cashaddr
from chainlead.errors import ChecksumError, CodecError

HASH_20 = "F5BF48B397DAE70BE82B3CCA4793F8EB2B6CDAC9"
HASH_24 = "7ADBF6C17084BC86C1706827B41A56F5CA32865925E946EA"
VECTORS = [
    ("bitcoincash", 0, HASH_20, "bitcoincash:qr6m7j9njldwwzlg9v7v53unlr4jkmx6eylep8ekg2"),
    ("bchtest", 1, HASH_20, "bchtest:pr6m7j9njldwwzlg9v7v53unlr4jkmx6eyvwc0uz5t"),
    ("pref", 1, HASH_20, "pref:pr6m7j9njldwwzlg9v7v53unlr4jkmx6ey65nvtks5"),
    ("prefix", 15, HASH_20, "prefix:0r6m7j9njldwwzlg9v7v53unlr4jkmx6ey3qnjwsrf"),
    ("bitcoincash", 0, HASH_24, "bitcoincash:q9adhakpwzztepkpwp5z0dq62m6u5v5xtyj7j3h2ws4mr9g0"),
]


@pytest.mark.parametrize(("prefix", "kind", "digest", "text"), VECTORS)
def test_published_vectors_hold_both_ways(prefix: str, kind: int, digest: str, text: str):
    address = CashAddr(prefix, kind, bytes.fromhex(digest))
    assert to_cashaddr(address) == text
    assert from_cashaddr(text) == from_cashaddr(text.upper()) == address


def test_the_bare_form_finds_its_prefix():
    assert from_cashaddr(VECTORS[0][3].partition(":")[2]).prefix == "bitcoincash"
    assert from_cashaddr(VECTORS[1][3].partition(":")[2]).prefix == "bchtest"


@pytest.mark.parametrize(
    "text",
    [
        "bitcoincash:Qr6m7j9njldwwzlg9v7v53unlr4jkmx6eylep8ekg2",  # mixed case
        ":qr6m7j9njldwwzlg9v7v53unlr4jkmx6eylep8ekg2",
        "bitcoincash:br6m7j9njldwwzlg9v7v53unlr4jkmx6eylep8ekg2",  # b is no letter of it
        "bitcoincash:" + "q" * 200,
        "prefix:x64nx6hz",  # the checksum of the specification holds, there is no version byte
        "bitcoincash:qpzry9x8gf2tvdw0s3jn54khce6mua7lcw20ayyn",  # holds, wrong length and padding
    ],
)
def test_wrong_forms_are_refused(text: str):
    with pytest.raises(CodecError):
        from_cashaddr(text)


@pytest.mark.parametrize(
    "text",
    ["bitcoincash:qr6m7j9njldwwzlg9v7v53unlr4jkmx6eylep8ekg3", "bchtest:" + VECTORS[0][3][12:]],
)
def test_a_wrong_checksum_or_prefix_has_its_own_error(text: str):
    with pytest.raises(ChecksumError):
        from_cashaddr(text)


def test_reserved_bit_and_odd_sizes_are_refused():
    with pytest.raises(CodecError):
        to_cashaddr(CashAddr("bitcoincash", 0, bytes(21)))
    with pytest.raises(CodecError):
        to_cashaddr(CashAddr("bitcoincash", 16, bytes(20)))
    reserved = BchBech32Encoder.Encode("bitcoincash", b"\x80", bytes(20))
    with pytest.raises(CodecError, match="reserved"):
        from_cashaddr(reserved)
    with pytest.raises(CodecError, match="another hash size"):
        from_cashaddr(BchBech32Encoder.Encode("bitcoincash", b"\x01", bytes(20)))


@pytest.mark.parametrize("kind", [0, 1])
def test_cashaddr_equals_the_oracle(kind: int, rng: Random, rounds: int):
    for _ in range(rounds):
        digest = rng.randbytes(20)
        text = to_cashaddr(CashAddr("bitcoincash", kind, digest))
        version = bytes([kind << 3])
        assert text == BchBech32Encoder.Encode("bitcoincash", version, digest)
        assert from_cashaddr(text) == CashAddr("bitcoincash", kind, digest)
        assert BchBech32Decoder.Decode("bitcoincash", text) == (version, digest)


@given(
    st.integers(0, 15),
    st.sampled_from([20, 24, 28, 32, 40, 48, 56, 64]).flatmap(
        lambda size: st.binary(min_size=size, max_size=size)
    ),
)
def test_every_type_and_size_round_trips(kind: int, digest: bytes):
    address = CashAddr("bitcoincash", kind, digest)
    assert from_cashaddr(to_cashaddr(address)) == address
