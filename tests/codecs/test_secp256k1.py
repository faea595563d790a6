"""Vectors: SEC 2 generator, keys 1 to 3, BIP-340 x coordinates without a point."""

from random import Random

import pytest
from bip_utils import Secp256k1PrivateKey, Secp256k1PublicKey

from chainlead.codecs import Secret, derive_public_key, is_public_key
from chainlead.codecs.secp256k1 import FIELD, ORDER, add, from_public_key, multiply, to_public_key
from chainlead.errors import CodecError

BASE = bytes.fromhex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")
KNOWN = {
    1: BASE.hex(),
    2: "02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5",
    3: "02f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9",
    ORDER - 1: "0379be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
}


@pytest.mark.parametrize("number", KNOWN)
def test_public_keys_of_known_numbers(number: int):
    secret = Secret(number.to_bytes(32, "big"))
    assert derive_public_key(secret).hex() == KNOWN[number]


def test_public_keys_equal_the_oracle(rng: Random):
    for _ in range(200):
        number = rng.randbytes(32)
        oracle = Secp256k1PrivateKey.FromBytes(number).PublicKey()
        assert derive_public_key(Secret(number)) == oracle.RawCompressed().ToBytes()
        plain = derive_public_key(Secret(number), compressed=False)
        assert plain == oracle.RawUncompressed().ToBytes()


def test_points_are_told_from_other_bytes_as_the_oracle_does(rng: Random):
    points, rounds = 0, 4000
    for _ in range(rounds):
        key = rng.choice([b"\2", b"\3"]) + rng.randbytes(32)
        found = is_public_key(key)
        points += found
        assert found == Secp256k1PublicKey.IsValidBytes(key)
    assert 0.45 * rounds < points < 0.55 * rounds


@pytest.mark.parametrize(
    "key",
    [
        b"",
        BASE[:-1],
        BASE + b"\0",
        b"\4" + BASE[1:],
        b"\5" + BASE[1:],
        b"\2" + bytes(32),
        b"\2" + FIELD.to_bytes(32, "big"),
        bytes.fromhex("02" + "eefdea4cdb677750a420fee807eacf21eb9898ae79b9768766e4faa04a2d4a34"),
        b"\4" + bytes(64),
        b"\4" + b"\xff" * 64,
    ],
)
def test_other_bytes_are_no_point(key: bytes):
    assert not is_public_key(key)


def test_both_writings_of_a_point_are_read():
    point = from_public_key(BASE)
    plain = to_public_key(point, compressed=False)
    assert from_public_key(plain) == point == from_public_key(to_public_key(point))
    hybrid = bytes([6 + (point[1] & 1)]) + plain[1:]
    assert from_public_key(hybrid) == point
    assert not is_public_key(bytes([7 - (point[1] & 1)]) + plain[1:])


@pytest.mark.parametrize(
    "content", [bytes(32), ORDER.to_bytes(32, "big"), b"\xff" * 32, b"\1", b""]
)
def test_numbers_that_are_no_key_are_refused(content: bytes):
    with pytest.raises(CodecError):
        derive_public_key(Secret(content))


def test_sums_agree_with_multiples():
    point = from_public_key(BASE)
    assert add(point, point) == multiply(2, point)
    assert add(multiply(2, point), point) == multiply(3, point)
    with pytest.raises(CodecError, match="infinity"):
        add(point, multiply(ORDER - 1, point))
