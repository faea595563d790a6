"""Vectors: FIPS 180 by hashlib, RIPEMD-160 paper, Keccak submission, secp256k1 generator key."""

import hashlib
from random import Random

from eth_hash.auto import keccak as oracle_keccak

from chainlead.codecs import hash160, keccak256, sha256d


def test_keccak256_has_the_original_padding_not_that_of_sha3():
    empty = "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    assert keccak256(b"").hex() == empty != hashlib.sha3_256(b"").hexdigest()


def test_keccak256_equals_the_oracle(rng: Random, rounds: int):
    for _ in range(rounds):
        content = rng.randbytes(rng.randrange(300))
        assert keccak256(content) == oracle_keccak(content)


def test_hash160_of_the_generator_key():
    key = bytes.fromhex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")
    assert hash160(key).hex() == "751e76e8199196d454941c45d1b3a323f1433bd6"


def test_sha256d_of_the_genesis_header():
    header = bytes.fromhex(
        "01000000" + "00" * 32 + "3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a"
        "29ab5f49ffff001d1dac2b7c"
    )
    shown = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"
    assert sha256d(header)[::-1].hex() == shown
