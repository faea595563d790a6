"""Private keys encrypted with a passphrase (BIP-38, `6P…`). Secret.

Found in: paper wallets, notes. Proof: Base58Check, prefix, 39 bytes, flag bits.
Limits: the passphrase is not tried; which coin it is stands nowhere in it. Spec: BIP-38.
"""

from dataclasses import dataclass
from typing import Final

from chainlead.codecs.base58 import from_base58check, to_base58check
from chainlead.codecs.secret import Secret
from chainlead.errors import CodecError

_PLAIN, _MULTIPLIED = b"\x01\x42", b"\x01\x43"
_COMPRESSED, _LOT = 0x20, 0x04
_FLAGS: Final = {
    _PLAIN: (0xC0, 0xE0),
    _MULTIPLIED: (0x00, _COMPRESSED, _LOT, _COMPRESSED | _LOT),
}


@dataclass(frozen=True, slots=True)
class Bip38Key:
    """How the encrypted key was made, and the sealed encoding."""

    multiplied: bool
    """Made from somebody else's intermediate code, who knew the passphrase and not the key."""
    compressed: bool
    has_lot: bool
    """The intermediate code carries a lot and sequence number."""
    secret: Secret


def parse_bip38(text: str) -> Bip38Key:
    """Read an encrypted key. No error message holds any part of it.

    Raises:
        CodecError: not base58, or not a BIP-38 prefix, length and flags.
        ChecksumError: the checksum does not hold.
    """
    if len(text) != 58:
        raise CodecError("a BIP-38 key has 58 characters")
    payload = from_base58check(text)
    flags = _FLAGS.get(payload[:2])
    if len(payload) != 39 or flags is None or payload[2] not in flags:
        raise CodecError("the checksum holds, but it is no BIP-38 key")
    return Bip38Key(
        payload[:2] == _MULTIPLIED,
        bool(payload[2] & _COMPRESSED),
        payload[:2] == _MULTIPLIED and bool(payload[2] & _LOT),
        Secret(payload),
    )


def to_bip38(key: Bip38Key) -> str:
    """The text of an encrypted key, for the sealed vault and for tests: it is a secret."""
    return to_base58check(key.secret.reveal())
