"""Private keys in wallet import format (WIF). Secret.

Found in: wallet exports, notes, paper wallets. Proof: Base58Check, version byte, length, a number
that can be a key. Limits: forks that share version 0x80 look the same.
Spec: Bitcoin Core `src/key_io.cpp`; `chainparams.cpp` of each coin.
"""

from dataclasses import dataclass
from typing import Final

from chainlead.codecs.base58 import from_base58check, to_base58check
from chainlead.codecs.secp256k1 import derive_public_key, is_private_key
from chainlead.codecs.secret import Secret
from chainlead.errors import CodecError
from chainlead.model import Candidate, Chain, Network

_MAIN, _TEST = Network.MAIN, Network.TEST
WIF_VERSIONS: Final[dict[int, tuple[Candidate, ...]]] = {
    0x80: (
        Candidate(Chain.BITCOIN, _MAIN, "version 0x80"),
        Candidate(Chain.BITCOIN_CASH, _MAIN, "same version as Bitcoin"),
        Candidate(Chain.ZCASH, _MAIN, "same version as Bitcoin"),
    ),
    0xB0: (Candidate(Chain.LITECOIN, _MAIN, "version 0xB0"),),
    0xCC: (Candidate(Chain.DASH, _MAIN, "version 0xCC"),),
    0x9E: (Candidate(Chain.DOGECOIN, _MAIN, "version 0x9E"),),
    0xEF: (
        Candidate(Chain.BITCOIN, _TEST, "version 0xEF, the test networks"),
        Candidate(Chain.LITECOIN, _TEST, "same version as Bitcoin"),
        Candidate(Chain.DASH, _TEST, "same version as Bitcoin"),
        Candidate(Chain.BITCOIN_CASH, _TEST, "same version as Bitcoin"),
        Candidate(Chain.ZCASH, _TEST, "same version as Bitcoin"),
        Candidate(Chain.DOGECOIN, Network.REGTEST, "same version as Bitcoin"),
    ),
    0xF1: (Candidate(Chain.DOGECOIN, _TEST, "version 0xF1"),),
}


@dataclass(frozen=True, slots=True)
class WifKey:
    """A private key: its ledgers, whether its public key is compressed, and the sealed key."""

    version: int
    candidates: tuple[Candidate, ...]
    compressed: bool
    secret: Secret

    def public_key(self) -> bytes:
        """The public key that belongs to it, 33 or 65 bytes."""
        return derive_public_key(self.secret, compressed=self.compressed)


def parse_wif(text: str) -> WifKey:
    """Read a WIF key. No error message holds any part of it.

    Raises:
        CodecError: not base58, unknown version, wrong length, or a number that is no key.
        ChecksumError: the checksum does not hold.
    """
    if not 50 <= len(text) <= 53:
        raise CodecError("a WIF key has 51 or 52 characters")
    payload = from_base58check(text)
    candidates = WIF_VERSIONS.get(payload[0])
    if candidates is None:
        raise CodecError("the checksum holds, but no ledger here uses this key version")
    compressed = len(payload) == 34
    if not (compressed and payload[33] == 1) and len(payload) != 33:
        raise CodecError("a WIF key has 32 bytes, and a byte 1 if compressed")
    if not is_private_key(int.from_bytes(payload[1:33], "big")):
        raise CodecError("a number that cannot be a private key")
    return WifKey(payload[0], candidates, compressed, Secret(payload[1:33]))


def to_wif(key: WifKey) -> str:
    """The text of a key, for the sealed vault and for tests: it is a secret."""
    return to_base58check(
        bytes([key.version]) + key.secret.reveal() + (b"\1" if key.compressed else b"")
    )
