"""Vectors: XRPL documentation and library tests; all are published test seeds."""

from collections.abc import Callable, Iterator
from random import Random

import pytest
from xrpl.constants import CryptoAlgorithm
from xrpl.core import addresscodec

from chainlead.codecs import (
    RIPPLE_ALPHABET,
    Secret,
    XrpSeed,
    parse_xrp_seed,
    to_base58check,
    to_xrp_seed,
)
from chainlead.errors import ChecksumError, CodecError

VECTORS = [
    ("sn259rEFXrQrWyx3Q7XneWcwV6dfL", "secp256k1", "cf2de378fbdd7e2ee87d486dfb5a7bff"),
    ("sp6JS7f14BuwFY8Mw6bTtLKWauoUs", "secp256k1", "00" * 16),
    ("saGwBRReqUNKuWNLpUAq8i8NkXEPN", "secp256k1", "ff" * 16),
    ("sEdTM1uX8pu2do5XvTnutH6HsouMaM2", "ed25519", "4c3a1d213fbdfb14c7c28d609469b341"),
    ("sEdSJHS4oiAdz7w2X2ni1gFiqtbJHqE", "ed25519", "00" * 16),
    ("sEdV19BLfeQeKdEXyYA4NhjPJe6XBfG", "ed25519", "ff" * 16),
    ("snoPBrXtMeMyMHUVTgbuqAfg1SUTb", "secp256k1", "dedce9ce67b451d852fd4e846fcde31c"),
]


@pytest.mark.parametrize(("text", "algorithm", "content"), VECTORS)
def test_published_seeds_hold_both_ways(text: str, algorithm: str, content: str):
    seed = parse_xrp_seed(text)
    assert (seed.algorithm, seed.secret.reveal().hex()) == (algorithm, content)
    assert to_xrp_seed(seed) == text
    assert text not in repr(seed)
    assert content not in repr(seed)


@pytest.mark.parametrize("algorithm", CryptoAlgorithm)
def test_seeds_equal_the_oracle(algorithm: CryptoAlgorithm, rng: Random, rounds: int):
    for _ in range(rounds):
        content = rng.randbytes(16)
        text = addresscodec.encode_seed(content, algorithm)
        seed = parse_xrp_seed(text)
        assert (seed.algorithm, seed.secret) == (algorithm.value, Secret(content))
        assert to_xrp_seed(seed) == text
        assert addresscodec.decode_seed(text) == (content, algorithm)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "s" * 29,
        to_base58check(b"\0" + bytes(20), RIPPLE_ALPHABET),  # an address
        to_base58check(b"\x21" + bytes(17), RIPPLE_ALPHABET),
        to_base58check(b"\x22" + bytes(16), RIPPLE_ALPHABET),
    ],
)
def test_other_texts_are_refused(text: str):
    with pytest.raises(CodecError):
        parse_xrp_seed(text)


def test_an_unknown_algorithm_is_refused():
    with pytest.raises(CodecError):
        to_xrp_seed(XrpSeed("rsa", Secret(bytes(16))))


@pytest.mark.parametrize("text", [VECTORS[0][0], VECTORS[3][0]])
def test_one_wrong_character_is_always_rejected(
    text: str, spoiled: Callable[[str, str], Iterator[str]]
):
    for wrong in spoiled(text, RIPPLE_ALPHABET):
        with pytest.raises(CodecError):
            parse_xrp_seed(wrong)


def test_a_typing_error_has_its_own_error_that_does_not_repeat_the_seed():
    with pytest.raises(ChecksumError) as caught:
        parse_xrp_seed(VECTORS[0][0][:-1] + "r")
    assert VECTORS[0][0][:6] not in repr(caught.value)
