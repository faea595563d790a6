"""Vectors: Bitcoin wiki, node sources; all are published test keys."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from bip_utils import Secp256k1PrivateKey as OraclePrivateKey
from bip_utils import WifDecoder, WifEncoder, WifPubKeyModes
from hypothesis import given
from hypothesis import strategies as st

from chainlead.codecs import (
    BITCOIN_ALPHABET,
    Secret,
    WifKey,
    from_base58check,
    parse_wif,
    to_base58check,
    to_wif,
)
from chainlead.codecs.secp256k1 import ORDER
from chainlead.codecs.wif import WIF_VERSIONS
from chainlead.errors import ChecksumError, CodecError
from chainlead.model import Chain, Network

PLAIN = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"
NUMBER = "0c28fca386c7a227600b2fe50b7cae11ec86d3bf1fbe471be89827e19d72aa1d"
COMPRESSED = "KwdMAjGmerYanjeui5SHS7JkmpZvVipYvB2LJGU1ZxJwYvP98617"
VERSIONS = [(v, c) for v in WIF_VERSIONS for c in (True, False)]


@pytest.mark.parametrize(("text", "compressed"), [(PLAIN, False), (COMPRESSED, True)])
def test_published_keys(text: str, compressed: bool):
    key = parse_wif(text)
    assert (key.secret.reveal().hex(), key.compressed) == (NUMBER, compressed)
    assert [c.chain for c in key.candidates] == [Chain.BITCOIN, Chain.BITCOIN_CASH, Chain.ZCASH]
    assert to_wif(key) == text
    assert len(key.public_key()) == (33 if compressed else 65)


@pytest.mark.real
def test_keys_of_the_oracle_sources(shared_data: Path):
    file = shared_data / "evidence" / "vectors" / "bip_utils" / "tests" / "wif" / "test_wif.py"
    pairs = re.findall(r'"key_bytes": b"(\w{64})",\s+"encode": "(\w+)"', file.read_text("utf-8"))
    read = 0
    for number, text in pairs:
        if from_base58check(text)[0] not in WIF_VERSIONS:  # coins outside our list
            with pytest.raises(CodecError, match="no ledger here"):
                parse_wif(text)
            continue
        assert parse_wif(text).secret.reveal().hex() == number
        read += 1
    assert read >= 12


@pytest.mark.parametrize(("version", "compressed"), VERSIONS)
def test_keys_equal_the_oracle(version: int, compressed: bool, rng: Random, rounds: int):
    mode = WifPubKeyModes.COMPRESSED if compressed else WifPubKeyModes.UNCOMPRESSED
    for _ in range(rounds // len(VERSIONS) + 1):
        number = rng.randbytes(32)
        text = WifEncoder.Encode(OraclePrivateKey.FromBytes(number), bytes([version]), mode)
        key = parse_wif(text)
        assert (key.version, key.compressed, key.secret) == (version, compressed, Secret(number))
        assert to_wif(key) == text
        assert WifDecoder.Decode(text, bytes([version])) == (number, mode)


@given(st.integers(1, ORDER - 1), st.sampled_from(sorted(WIF_VERSIONS)), st.booleans())
def test_keys_round_trip(number: int, version: int, compressed: bool):
    secret = Secret(number.to_bytes(32, "big"))
    key = WifKey(version, WIF_VERSIONS[version], compressed, secret)
    assert parse_wif(to_wif(key)) == key


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"\x80" + bytes(32), "cannot be a private key"),
        (b"\x80" + ORDER.to_bytes(32, "big"), "cannot be a private key"),
        (b"\x80" + bytes(31) + b"\1" + b"\2", "32 bytes"),
        (b"\x80" + bytes(34) + b"\1", "characters|32 bytes"),
        (b"\x81" + bytes(31) + b"\1", "version"),
        (b"\x80" + bytes(30) + b"\1", "characters"),
    ],
)
def test_other_contents_are_refused_by_name(payload: bytes, reason: str):
    with pytest.raises(CodecError, match=reason):
        parse_wif(to_base58check(payload))


@pytest.mark.parametrize("text", [PLAIN, COMPRESSED])
def test_one_wrong_character_is_always_rejected(
    text: str, spoiled: Callable[[str, str], Iterator[str]]
):
    for wrong in spoiled(text, BITCOIN_ALPHABET):
        with pytest.raises(CodecError):
            parse_wif(wrong)


def test_errors_and_repr_never_hold_the_key():
    with pytest.raises(ChecksumError) as caught:
        parse_wif(PLAIN[:-1] + "K")
    shown = " ".join([repr(caught.value), str(parse_wif(PLAIN)), repr(parse_wif(PLAIN))])
    assert PLAIN[:8] not in shown
    assert NUMBER[:8] not in shown


def test_test_keys_are_flagged():
    key = parse_wif("cMxXusSihaX58wpJ3tNuuUcZEQGt6DKJ1wEpxys88FFaQCYjku9h")
    assert all(candidate.network is not Network.MAIN for candidate in key.candidates)
