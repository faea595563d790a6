"""Extended keys of hierarchical wallets (BIP-32) under every registered version.

Found in: wallet files, exports, hardware wallet software. Proof: Base58Check, version, 78 bytes,
depth 0 has no parent, the key is a point of the curve (or a possible private key).
Limits: the version is what a wallet wrote: many write `xpub` for every script type and coin.
Spec: BIP-32, SLIP-0132; Dogecoin and Dash `chainparams.cpp`.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from chainlead.codecs.base58 import from_base58check, to_base58check
from chainlead.codecs.secp256k1 import is_private_key, is_public_key
from chainlead.codecs.secret import Secret
from chainlead.errors import CodecError
from chainlead.model import Candidate, Chain, Network

_PRIVATE: Final = {"yes": True, "no": False, "either": None}
_NO_PARENT: Final = bytes(4)


@dataclass(frozen=True, slots=True)
class ExtendedKeyVersion:
    """One version of SLIP-0132: four first letters, four bytes, and what they promise."""

    prefix: str
    version: bytes
    is_private: bool | None
    """None where wallets disagree and the key inside decides."""
    derives: str
    """Address form that the registry names for it: p2pkh, p2sh-p2wpkh, p2wpkh …"""
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class ExtendedKey:
    """One branch of a wallet.

    Attributes:
        version: what the first four bytes say.
        depth: steps from the master key (0 is the master).
        parent_fingerprint: first 4 bytes of HASH160 of the parent's public key; zero for a master.
        child_number: index of this step; from 2**31 on it is hardened.
        public_key: 33 bytes; None for a private version.
        chain_code: 32 bytes that derivation needs; None for a private version.
        secret: chain code and private key, sealed; None for a public version.
    """

    version: ExtendedKeyVersion
    depth: int
    parent_fingerprint: bytes
    child_number: int
    public_key: bytes | None
    chain_code: bytes | None
    secret: Secret | None

    @property
    def is_private(self) -> bool:
        """Whether it can spend."""
        return self.secret is not None

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """Ledgers that use this version, best first."""
        return self.version.candidates

    @property
    def path_step(self) -> str:
        """The last step of its path as wallets write it: `0'`, `7`, or `m` for a master."""
        if self.depth == 0:
            return "m"
        hardened = self.child_number >> 31
        return f"{self.child_number & 0x7FFFFFFF}{chr(39) if hardened else ''}"


@cache
def extended_key_versions() -> dict[bytes, ExtendedKeyVersion]:
    """All known versions by their four bytes."""
    rows: dict[bytes, list[dict[str, str]]] = {}
    table = files("chainlead.codecs").joinpath("data", "extended_key_versions.csv")
    for row in csv.DictReader(table.read_text("utf-8").splitlines()):
        rows.setdefault(bytes.fromhex(row["version"]), []).append(row)
    return {
        version: ExtendedKeyVersion(
            group[0]["prefix"],
            version,
            _PRIVATE[group[0]["private"]],
            group[0]["derives"],
            tuple(
                Candidate(Chain(row["chain"]), Network(row["network"]), row["reason"])
                for row in group
            ),
        )
        for version, group in rows.items()
    }


def parse_extended_key(text: str) -> ExtendedKey:
    """Read an extended key. No error message holds any part of it.

    Raises:
        CodecError: not base58, an unknown version, or contents that BIP-32 rules out.
        ChecksumError: the checksum does not hold.
    """
    if not 100 <= len(text) <= 120:
        raise CodecError("an extended key has about 111 characters")
    payload = from_base58check(text)
    version = extended_key_versions().get(payload[:4])
    if version is None or len(payload) != 78:
        raise CodecError("the checksum holds, but it is no extended key of a known version")
    depth, parent, child = payload[4], payload[5:9], int.from_bytes(payload[9:13], "big")
    if depth == 0 and (parent != _NO_PARENT or child):
        raise CodecError("a master key with a parent or an index")
    chain_code, key = payload[13:45], payload[45:]
    is_private = key[0] == 0 if version.is_private is None else version.is_private
    if not is_private:
        if not is_public_key(key):
            raise CodecError("the key inside is no point of secp256k1")
        return ExtendedKey(version, depth, parent, child, key, chain_code, None)
    if key[0] or not is_private_key(int.from_bytes(key[1:], "big")):
        raise CodecError("a number that cannot be a private key")
    return ExtendedKey(version, depth, parent, child, None, None, Secret(payload[13:]))


def to_extended_key(key: ExtendedKey) -> str:
    """The text of an extended key; a secret if the key is private."""
    if key.secret is not None:
        content = key.secret.reveal()
    else:
        content = (key.chain_code or b"") + (key.public_key or b"")
    return to_base58check(
        key.version.version
        + bytes([key.depth])
        + key.parent_fingerprint
        + key.child_number.to_bytes(4, "big")
        + content
    )
