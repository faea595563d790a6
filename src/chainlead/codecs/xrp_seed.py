"""Seeds of XRP Ledger accounts (`s…`, `sEd…`). Secret.

Found in: wallet exports, notes. Proof: Base58Check in the ripple alphabet, prefix, 16 bytes.
Limits: "secret numbers" (8 groups of 6 digits) and passphrases are not read here.
Spec: XRPL "base58 encodings", "cryptographic keys".
"""

from dataclasses import dataclass
from typing import Final

from chainlead.codecs.base58 import RIPPLE_ALPHABET, from_base58check, to_base58check
from chainlead.codecs.secret import Secret
from chainlead.errors import CodecError

_PREFIXES: Final = {b"\x21": "secp256k1", b"\x01\xe1\x4b": "ed25519"}


@dataclass(frozen=True, slots=True)
class XrpSeed:
    """Which kind of key grows from the seed, and the sealed 16 bytes."""

    algorithm: str
    secret: Secret


def parse_xrp_seed(text: str) -> XrpSeed:
    """Read a seed. No error message holds any part of it.

    Raises:
        CodecError: not base58 in the ripple alphabet, or not a seed's prefix and length.
        ChecksumError: the checksum does not hold.
    """
    if not 25 <= len(text) <= 32:
        raise CodecError("an XRP seed has about 29 or 31 characters")
    payload = from_base58check(text, RIPPLE_ALPHABET)
    algorithm = _PREFIXES.get(payload[:-16])
    if algorithm is None:
        raise CodecError("the checksum holds, but it is no XRP seed")
    return XrpSeed(algorithm, Secret(payload[-16:]))


def to_xrp_seed(seed: XrpSeed) -> str:
    """The text of a seed, for the sealed vault and for tests: it is a secret.

    Raises:
        CodecError: no such algorithm.
    """
    for prefix, algorithm in _PREFIXES.items():
        if algorithm == seed.algorithm:
            return to_base58check(prefix + seed.secret.reveal(), RIPPLE_ALPHABET)
    raise CodecError("no XRP seed for this algorithm")
