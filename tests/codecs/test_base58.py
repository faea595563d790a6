"""Vectors: draft-msporny-base58, Bitcoin Core `base58_encode_decode.json`."""

import json
from pathlib import Path
from random import Random

import pytest
from bip_utils import Base58Alphabets, Base58Decoder, Base58Encoder
from hypothesis import given
from hypothesis import strategies as st

from chainlead.codecs import (
    BITCOIN_ALPHABET,
    RIPPLE_ALPHABET,
    from_base58,
    from_base58check,
    to_base58,
    to_base58check,
)
from chainlead.errors import ChecksumError, CodecError

VECTORS = [
    ("", ""),
    ("61", "2g"),
    ("626262", "a3gV"),
    ("636363", "aPEr"),
    ("73696d706c792061206c6f6e6720737472696e67", "2cFupjhnEsSn59qHXstmK2ffpLv2"),
    ("00eb15231dfceb60925886b67d065299925915aeb172c06647", "1NS17iag9jJgTHD1VXjvLCEnZuQ3rJDE9L"),
    ("516b6fcd0f", "ABnLTmg"),
    ("bf4f89001e670274dd", "3SEo3LWLoPntC"),
    ("572e4794", "3EFU7m"),
    ("ecac89cad93923c02321", "EJDM8drfXA6uyA"),
    ("10c8511e", "Rt5zm"),
    ("00000000000000000000", "1111111111"),
    ("0000287fb4cd", "11233QC4"),
    ("48656c6c6f20576f726c6421", "2NEpo7TZRRrLZSi2U"),
]
ORACLE = {BITCOIN_ALPHABET: Base58Alphabets.BITCOIN, RIPPLE_ALPHABET: Base58Alphabets.RIPPLE}


@pytest.mark.parametrize(("content", "text"), VECTORS)
def test_published_pairs_hold_both_ways(content: str, text: str):
    assert to_base58(bytes.fromhex(content)) == text
    assert from_base58(text) == bytes.fromhex(content)


@pytest.mark.real
@pytest.mark.parametrize("coin", ["litecoin", "zcash"])
def test_pairs_of_the_node_sources_hold(shared_data: Path, coin: str):
    folder = shared_data / "evidence" / "vectors" / coin / "src" / "test" / "data"
    pairs = json.loads((folder / "base58_encode_decode.json").read_text("utf-8"))
    assert len(pairs) >= 12
    for content, text in pairs:
        assert to_base58(bytes.fromhex(content)) == text
        assert from_base58(text).hex() == content


@pytest.mark.parametrize("text", ["0", "O", "I", "l", "3mJr0", "1 1", "é", "1A1z\n", "1١"])
def test_other_characters_are_refused(text: str):
    with pytest.raises(CodecError):
        from_base58(text)


def test_hostile_length_is_refused_at_once():
    with pytest.raises(CodecError, match="characters"):
        from_base58("z" * 10_000_000)


@pytest.mark.parametrize("text", ["", "1", "11", "2g", "1111"])
def test_too_short_for_a_checksum(text: str):
    with pytest.raises(CodecError, match="too short"):
        from_base58check(text)


def test_a_wrong_checksum_has_its_own_error():
    with pytest.raises(ChecksumError):
        from_base58check("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb")


@pytest.mark.parametrize("alphabet", [BITCOIN_ALPHABET, RIPPLE_ALPHABET], ids=["bitcoin", "ripple"])
def test_base58check_equals_the_oracle(alphabet: str, rng: Random, rounds: int):
    for _ in range(rounds):
        payload = bytes(rng.randrange(4)) + rng.randbytes(rng.randrange(1, 40))
        text = to_base58check(payload, alphabet)
        assert text == Base58Encoder.CheckEncode(payload, ORACLE[alphabet])
        assert from_base58check(text, alphabet) == payload
        assert Base58Decoder.CheckDecode(text, ORACLE[alphabet]) == payload


@given(st.binary(max_size=120), st.sampled_from([BITCOIN_ALPHABET, RIPPLE_ALPHABET]))
def test_every_content_round_trips(content: bytes, alphabet: str):
    assert from_base58(to_base58(content, alphabet), alphabet) == content


@given(st.text(BITCOIN_ALPHABET, max_size=120))
def test_every_text_round_trips(text: str):
    assert to_base58(from_base58(text)) == text
