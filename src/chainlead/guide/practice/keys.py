"""Keys of the practice world: random bytes of a key's shape, their scripts, and how inputs look."""

import hashlib
from dataclasses import dataclass

from chainlead.codecs import hash160
from chainlead.guide.practice.dice import Dice
from chainlead.guide.practice.habits import Style
from chainlead.guide.practice.wire_format import WireInput, der_signature, pushed

_MULTISIG_HEAD, _MULTISIG_TAIL = b"\x52", b"\x53\xae"


@dataclass(frozen=True, slots=True)
class Key:
    """What an input shows to spend the script: a public key, or the script behind a hash.

    `program` is what the locking script holds: a hash, or an output key (p2tr).
    """

    style: Style
    shown: bytes
    program: bytes


def new_key(style: Style, dice: Dice) -> Key:
    """A key of this style. `p2wsh` is two of three keys, `p2sh` one key in a nested witness."""
    if style == "p2tr":
        output_key = dice.bytes(32)
        return Key(style, output_key, output_key)
    if style == "p2wsh":
        keys = b"".join(pushed(b"\x03" + dice.bytes(32)) for _ in range(3))
        script = _MULTISIG_HEAD + keys + _MULTISIG_TAIL
        return Key(style, script, hashlib.sha256(script).digest())
    public = b"\x02" + dice.bytes(32)
    if style == "p2sh":
        return Key(style, public, hash160(b"\x00" + pushed(hash160(public))))
    return Key(style, public, hash160(public))


def script_of(key: Key) -> bytes:
    """The locking script."""
    if key.style == "p2pkh":
        return b"\x76\xa9" + pushed(key.program) + b"\x88\xac"
    if key.style == "p2sh":
        return b"\xa9" + pushed(key.program) + b"\x87"
    version = b"\x51" if key.style == "p2tr" else b"\x00"
    return version + pushed(key.program)


def unlock(
    key: Key,
    outpoint: tuple[bytes, int],
    dice: Dice,
    *,
    sequence: int,
    low_r: bool,
    hash_type: int = 1,
) -> WireInput:
    """An input that spends this outpoint, with signatures of the right shape that sign nothing."""
    if key.style == "p2tr":
        schnorr = dice.bytes(64)
        if hash_type != 1:
            schnorr += bytes([hash_type])
        return WireInput(*outpoint, b"", (schnorr,), sequence)

    def signature() -> bytes:
        chance = dice.bytes(65)
        r_bytes = 33 if chance[64] & 1 and not low_r else 32
        return der_signature(chance, r_bytes=r_bytes, hash_type=hash_type)

    if key.style == "p2pkh":
        return WireInput(*outpoint, pushed(signature()) + pushed(key.shown), (), sequence)
    if key.style == "p2wsh":
        witness = (b"", signature(), signature(), key.shown)
        return WireInput(*outpoint, b"", witness, sequence)
    script = b""
    if key.style == "p2sh":
        script = pushed(b"\x00" + pushed(hash160(key.shown)))
    return WireInput(*outpoint, script, (signature(), key.shown), sequence)
