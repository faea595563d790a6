"""Vectors: Monero `tests/unit_tests/base58.cpp`, and the Monero project's own addresses."""

from random import Random

import pytest
from bip_utils import Base58XmrDecoder, Base58XmrEncoder
from hypothesis import given
from hypothesis import strategies as st
from monero import base58 as monero_base58

from chainlead.codecs import (
    CryptoNoteAddress,
    from_cryptonote_address,
    from_cryptonote_base58,
    keccak256,
    to_cryptonote_address,
    to_cryptonote_base58,
)
from chainlead.errors import ChecksumError, CodecError

BLOCKS = [
    ("", ""),
    ("00", "11"),
    ("39", "1z"),
    ("ff", "5Q"),
    ("0000", "111"),
    ("0039", "11z"),
    ("0100", "15R"),
    ("ffff", "LUv"),
    ("000000", "11111"),
    ("ffffff", "2UzHL"),
    ("ffffffff", "7YXq9G"),
    ("ffffffffff", "VtB5VXc"),
    ("ffffffffffff", "3CUsUpv9t"),
    ("ffffffffffffff", "Ahg1opVcGW"),
    ("ffffffffffffffff", "jpXCZedGfVQ"),
    ("0000000000000000", "11111111111"),
    ("06156013762879f7", "22222222222"),
    ("05e022ba374b2a00", "1z111111111"),
    ("00000000000000000000", "11111111111111"),
]


@pytest.mark.parametrize(("content", "text"), BLOCKS)
def test_published_blocks_hold_both_ways(content: str, text: str):
    assert to_cryptonote_base58(bytes.fromhex(content)) == text
    assert from_cryptonote_base58(text) == bytes.fromhex(content)


@pytest.mark.parametrize(
    "text",
    [
        "1",
        "z",
        "1111",
        "11111111",
        "111111111111",
        "5R",
        "zz",
        "LUw",
        "2UzHM",
        "7YXq9H",
        "jpXCZedGfVR",
        "zzzzzzzzzzz",
        "01111111111",
        "I1111111111",
        "1111111111l",
    ],
)
def test_impossible_lengths_overflows_and_letters_are_refused(text: str):
    with pytest.raises(CodecError):
        from_cryptonote_base58(text)


def test_hostile_length_is_refused_at_once():
    with pytest.raises(CodecError, match="characters"):
        from_cryptonote_base58("1" * 11_000_000)


def test_blocks_equal_the_oracles(rng: Random, rounds: int):
    for _ in range(rounds):
        content = rng.randbytes(rng.randrange(1, 80))
        text = to_cryptonote_base58(content)
        assert text == Base58XmrEncoder.Encode(content) == monero_base58.encode(content.hex())
        assert from_cryptonote_base58(text) == Base58XmrDecoder.Decode(text) == content


@given(
    st.integers(0, 1 << 40),
    st.binary(min_size=64, max_size=64),
    st.sampled_from([b"", bytes(range(8))]),
)
def test_addresses_round_trip(tag: int, keys: bytes, payment_id: bytes):
    address = CryptoNoteAddress(tag, keys[:32], keys[32:], payment_id)
    assert from_cryptonote_address(to_cryptonote_address(address)) == address


def _sealed(body: bytes) -> str:
    return to_cryptonote_base58(body + keccak256(body)[:4])


@pytest.mark.parametrize(
    "body",
    [
        bytes([18]) + bytes(63),
        bytes([18]) + bytes(65),
        bytes([18]) + bytes(96),
        b"\x92\x00" + bytes(64),  # 18, not in its shortest form
        b"\xff" * 80,  # a tag that does not end
    ],
)
def test_a_right_checksum_over_a_wrong_body_is_refused(body: bytes):
    with pytest.raises(CodecError):
        from_cryptonote_address(_sealed(body))


def test_a_wrong_checksum_has_its_own_error():
    text = to_cryptonote_base58(bytes([18]) + bytes(68))
    with pytest.raises(ChecksumError):
        from_cryptonote_address(text)
