"""Output scripts that a public key can spend alone, and scripts of several keys.

Assumption: the plain templates; a taproot output commits to no script (BIP-86).
Limits: a key says nothing about which of the templates its wallet uses.
Spec: BIP-16, BIP-141, BIP-143, BIP-341, BIP-86; BIP-67 (sorted keys).
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from chainlead.codecs.hashing import hash160
from chainlead.codecs.secp256k1 import ORDER, add_to_points, from_public_key
from chainlead.errors import CodecError

KEY_SCRIPTS: Final = ("p2pkh", "p2sh-p2wpkh", "p2wpkh", "p2tr")


def script_of_key(public_key: bytes, kind: str) -> bytes:
    """The output script of one key.

    Args:
        public_key: 33 bytes, or 65 for `p2pkh` only.
        kind: one of `KEY_SCRIPTS`.

    Raises:
        CodecError: an unknown kind, or a key that this kind does not take.
    """
    if kind == "p2pkh":
        return b"\x76\xa9\x14" + hash160(public_key) + b"\x88\xac"
    if len(public_key) != 33:
        raise CodecError("segregated witness takes compressed keys only")
    if kind == "p2wpkh":
        return b"\x00\x14" + hash160(public_key)
    if kind == "p2sh-p2wpkh":
        return script_hash_script(b"\x00\x14" + hash160(public_key))
    if kind == "p2tr":
        return b"\x51\x20" + _taproot_key(public_key[1:])
    raise CodecError(f"no script template is called {kind}")


def script_hash_script(inner: bytes) -> bytes:
    """Pay to the hash of a script (P2SH)."""
    return b"\xa9\x14" + hash160(inner) + b"\x87"


def witness_hash_script(inner: bytes) -> bytes:
    """Pay to the hash of a witness script (P2WSH)."""
    return b"\x00\x20" + sha256(inner).digest()


def multisig_script(needed: int, keys: Sequence[bytes], *, is_sorted: bool = False) -> bytes:
    """`needed` of these keys, in their order or sorted.

    Raises:
        CodecError: not 1 to 16 keys, or more needed than there are.
    """
    if not 1 <= needed <= len(keys) <= 16:
        raise CodecError("a multisig has 1 to 16 keys and needs no more than it has")
    ordered = sorted(keys) if is_sorted else keys
    pushes = b"".join(bytes([len(key)]) + key for key in ordered)
    return bytes([0x50 + needed]) + pushes + bytes([0x50 + len(keys), 0xAE])


def _taproot_key(x_only: bytes) -> bytes:
    """The output key of an internal key without scripts."""
    tag = sha256(b"TapTweak").digest()
    number = int.from_bytes(sha256(tag + tag + x_only).digest(), "big")
    if not 0 < number < ORDER:
        raise CodecError("BIP-341 rules this key out")
    point = add_to_points([number], from_public_key(b"\x02" + x_only))[0]
    return point[0].to_bytes(32, "big")
