"""CashAddr: the address text of Bitcoin Cash.

Proof: a 40-bit BCH code over the prefix and the data. Limits: the bare form leaves out the prefix
but keeps it in the checksum, so it is tried with each known prefix.
Spec: Bitcoin Cash specification `cashaddr.md`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from chainlead.codecs.bech32 import CHARSET, convert_bits
from chainlead.errors import ChecksumError, CodecError

PREFIXES: Final = ("bitcoincash", "bchtest", "bchreg")
SIZES: Final = (20, 24, 28, 32, 40, 48, 56, 64)
"""Hash sizes in bytes, by the low three bits of the version byte."""

_VALUE_OF: Final = {letter: value for value, letter in enumerate(CHARSET)}
_GENERATOR: Final = (0x98F2BC8E61, 0x79B76D99E2, 0xF33E5FB3C4, 0xAE2EABE2A8, 0x1E4F43E470)


@dataclass(frozen=True, slots=True)
class CashAddr:
    """Prefix, type (0 P2PKH, 1 P2SH, 2/3 the token-aware twins, others unassigned) and hash."""

    prefix: str
    kind: int
    digest: bytes


def _generator_table() -> list[int]:
    table = []
    for top in range(32):
        mask = 0
        for bit, term in enumerate(_GENERATOR):
            if top >> bit & 1:
                mask ^= term
        table.append(mask)
    return table


_STEP: Final = _generator_table()


def _polymod(values: Iterable[int], start: int = 1) -> int:
    check = start
    for value in values:
        check = (check & 0x07FFFFFFFF) << 5 ^ value ^ _STEP[check >> 35]
    return check


@lru_cache(maxsize=64)
def _start(prefix: str) -> int:
    """The state of the checksum after the prefix and its separator."""
    return _polymod([*(ord(c) & 31 for c in prefix), 0])


def to_cashaddr(address: CashAddr) -> str:
    """The full form, with prefix, in lower case.

    Raises:
        CodecError: the hash has no size that CashAddr knows, or the type does not fit four bits.
    """
    if len(address.digest) not in SIZES or not 0 <= address.kind < 16:
        raise CodecError("CashAddr has no such type or hash size")
    version = address.kind << 3 | SIZES.index(len(address.digest))
    values = convert_bits(bytes([version]) + address.digest, 8, 5, pad=True)
    check = _polymod((*values, 0, 0, 0, 0, 0, 0, 0, 0), _start(address.prefix)) ^ 1
    values += [check >> shift & 31 for shift in range(35, -1, -5)]
    return f"{address.prefix}:{''.join([CHARSET[value] for value in values])}"


def from_cashaddr(text: str) -> CashAddr:
    """Read the full form, or the bare one under each known prefix.

    Raises:
        CodecError: case, characters, version byte or length are not those of CashAddr.
        ChecksumError: the checksum does not hold under the prefix (bare: under none).
    """
    lowered = text.lower()
    if len(text) > 160 or text not in (lowered, text.upper()):
        raise CodecError("too long for CashAddr, or upper and lower case mixed")
    prefix, colon, coded = lowered.rpartition(":")
    if colon and not prefix:
        raise CodecError("CashAddr with a colon needs a prefix before it")
    try:
        values = [_VALUE_OF[c] for c in coded]
    except KeyError as error:
        raise CodecError("a character that CashAddr does not have") from error
    for tried in (prefix,) if colon else PREFIXES:
        if _polymod(values, _start(tried)) == 1:
            return _read(tried, values[:-8])
    raise ChecksumError("the CashAddr checksum does not hold")


def _read(prefix: str, values: list[int]) -> CashAddr:
    content = bytes(convert_bits(values, 5, 8, pad=False))
    if not content or content[0] & 0x80:
        raise CodecError("the CashAddr version byte has its reserved bit set, or is missing")
    if len(content) - 1 != SIZES[content[0] & 7]:
        raise CodecError("the CashAddr version byte names another hash size")
    return CashAddr(prefix, content[0] >> 3, content[1:])
