"""The ring signatures of CryptoNote's first form: they prove which keys a ring has.

Proof: the signature of an input holds for one list of public keys only. For a ring of one it so names
the very output that was spent, whoever said its key: nobody can make it without that key's secret.
Limits: for a ring of several it proves that one of the keys signed, and hides which.
Spec: CryptoNote 2.0, section 4.4; Monero `src/crypto/crypto.cpp`, `check_ring_signature`, and
`ge_fromfe_frombytes_vartime` for the point behind a key.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from Crypto.PublicKey.ECC import EccPoint

from chainlead.codecs import keccak256
from chainlead.errors import CodecError
from chainlead.ledger.monero.curve import (
    BASE,
    FIELD,
    ORDER,
    hash_to_scalar,
    read_point,
    read_scalar,
    write_point,
)

SIGNATURE_BYTES: Final = 64
_A: Final = 486662
_ROOT_OF_MINUS_ONE: Final = pow(2, (FIELD - 1) // 4, FIELD)
_REMEMBERED: Final = 1 << 14


def ring_holds(
    prefix_hash: bytes, key_image: bytes, keys: Sequence[bytes], signatures: bytes
) -> bool:
    """Whether an input's signatures were made for exactly these keys.

    Args:
        prefix_hash: Keccak-256 of the transaction without its signatures.
        key_image: of the input.
        keys: the one-time public keys of the ring's members, in the ring's order.
        signatures: 64 bytes for each.
    """
    return _holds(prefix_hash, key_image, tuple(keys), signatures)


@lru_cache(_REMEMBERED)
def _holds(
    prefix_hash: bytes, key_image: bytes, keys: tuple[bytes, ...], signatures: bytes
) -> bool:
    if not keys or len(signatures) != SIGNATURE_BYTES * len(keys):
        return False
    total = 0
    parts = [prefix_hash]
    try:
        image = read_point(key_image)
        for number, key in enumerate(keys):
            at = SIGNATURE_BYTES * number
            challenge = read_scalar(signatures[at : at + 32])
            response = read_scalar(signatures[at + 32 : at + 64])
            parts.append(write_point(read_point(key) * challenge + BASE * response))
            parts.append(write_point(hash_to_point(key) * response + image * challenge))
            total += challenge
    except CodecError:
        return False
    return (hash_to_scalar(*parts) - total) % ORDER == 0


def _root(number: int) -> int:
    found = pow(number % FIELD, (FIELD + 3) // 8, FIELD)
    if found * found % FIELD != number % FIELD:
        found = found * _ROOT_OF_MINUS_ONE % FIELD
    return found


_ROOTS: Final = (
    _root(-2 * _A * (_A + 2)),
    _root(2 * _A * (_A + 2)),
    _root(-_ROOT_OF_MINUS_ONE * _A * (_A + 2)),
    _root(_ROOT_OF_MINUS_ONE * _A * (_A + 2)),
)


def hash_to_point(key: bytes) -> EccPoint:
    """The point behind a key whose secret multiple is the key image (`Hp` in the paper)."""
    u = int.from_bytes(keccak256(key), "little") % FIELD
    w = (2 * u * u + 1) % FIELD
    below = (w * w - 2 * _A * _A * u * u) % FIELD
    x = pow(w * pow(below, -1, FIELD) % FIELD, (FIELD + 3) // 8, FIELD)
    square = x * x * below % FIELD
    if (w - square) % FIELD == 0 or (w + square) % FIELD == 0:
        x = x * _ROOTS[1 if (w - square) % FIELD == 0 else 0] * u % FIELD
        z, sign = -2 * _A * u * u % FIELD, 0
    else:
        is_third = (w - square * _ROOT_OF_MINUS_ONE) % FIELD != 0
        x = x * _ROOTS[2 if is_third else 3] % FIELD
        z, sign = -_A % FIELD, 1
    if x & 1 != sign:
        x = FIELD - x
    y = (z - w) * pow((z + w) % FIELD, -1, FIELD) % FIELD
    return EccPoint(x, y, curve="ed25519") * 8


def key_image_of(secret: int, key: bytes) -> bytes:
    """The key image of an output whose one-time secret is known."""
    return write_point(hash_to_point(key) * secret)
