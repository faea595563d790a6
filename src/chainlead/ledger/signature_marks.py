"""What a signature shows from outside: its hash type, and how long its R is.

Found in: pushes of an input's script and items of its witness. Proof: none; whether a signature
is valid is not checked, only its form. A DER signature is told by its lengths, a Schnorr signature
(64 bytes, or 65 with a hash type) by its place in a taproot witness. Limits: other data of exactly
that form is taken for a signature; a signature in another form (before BIP-66) is not seen.
Spec: BIP-66 (DER), BIP-143 and BIP-341 (hash types), BIP-342 (script path).
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

ANYONE_CAN_PAY = 0x80
"""The bit of a hash type that signs one input only, so that strangers can add theirs."""

_SCHNORR_R_BYTES = 32
_HASH_TYPES = frozenset((1, 2, 3, 0x81, 0x82, 0x83))
_DER = 0x30
_INTEGER = 2
_MIN_DER_BYTES = 9
_MAX_DER_BYTES = 0x80
_ANNEX = 0x50
_LEAF_MASK = 0xFE
_LEAST_LEAF = 0xC0
_PUSHDATA1, _PUSHDATA4 = 0x4C, 0x4E


class SignatureMark(NamedTuple):
    """One signature of an input: hash type as signed (Schnorr default is 0), length of R."""

    hash_type: int
    r_bytes: int


@lru_cache(maxsize=1 << 12)
def marks_from_bytes(packed: bytes) -> tuple[SignatureMark, ...]:
    """The marks that two bytes each stand for; an odd last byte says that they are claimed."""
    return tuple(map(SignatureMark, packed[::2], packed[1::2]))


def as_claimed(packed: bytes) -> bytes:
    """Marks from outside a block: a witness is no part of a txid, so they are a source's word."""
    return packed + b"\x00" if packed else b""


def stronger(first: bytes, second: bytes) -> bytes:
    """Of two lists of marks for one input the one that counts: from a block, then the longer.

    The order of the two does not matter.
    """
    return max(first, second, key=_strength)


def _strength(packed: bytes) -> tuple[bool, int, bytes]:
    return bool(packed) and len(packed) % 2 == 0, len(packed), packed


def find_in_script(script: bytes) -> bytes:
    """Marks of the signatures among a script's pushes, two bytes each; never raises."""
    found = b""
    at, end = 0, len(script)
    while at < end:
        size = script[at]
        at += 1
        if _PUSHDATA1 <= size <= _PUSHDATA4:
            width = 1 << (size - _PUSHDATA1)
            size = int.from_bytes(script[at : at + width], "little")
            at += width
        elif size > _PUSHDATA4:
            continue
        if at + size > end:
            break
        if size >= _MIN_DER_BYTES and script[at] == _DER and script[at + 1] == size - 3:
            found += mark_at(script, at, size)
        at += size
    return found


def mark_at(content: bytes, at: int, size: int) -> bytes:
    """The mark of the DER signature that fills these bytes; empty where they hold none.

    The bytes must be there, `size` at least 9, and the first two 0x30 and `size - 3`.
    """
    r_bytes = content[at + 3]
    s_at = at + 4 + r_bytes
    if (
        size > _MAX_DER_BYTES
        or content[at + 2] != _INTEGER
        or not 0 < r_bytes <= size - 8
        or content[s_at] != _INTEGER
        or content[s_at + 1] != size - 7 - r_bytes
    ):
        return b""
    return bytes((content[at + size - 1], r_bytes))


def find_schnorr(content: bytes, items: Sequence[tuple[int, int]]) -> bytes:
    """Marks of the signatures in a taproot witness, two bytes each; empty for any other witness.

    Args:
        content: what the witness is part of.
        items: offset and size of each item; all lie inside `content`.
    """
    if len(items) > 1 and items[-1][1] and content[items[-1][0]] == _ANNEX:
        items = items[:-1]
    if len(items) > 1:
        at, size = items[-1]
        if size < 33 or size % 32 != 1 or content[at] & _LEAF_MASK < _LEAST_LEAF:
            return b""
        items = items[:-2]
    found = b""
    for at, size in items:
        if size == 64:
            found += bytes((0, _SCHNORR_R_BYTES))
        elif size == 65 and content[at + 64] in _HASH_TYPES:
            found += bytes((content[at + 64], _SCHNORR_R_BYTES))
    return found
