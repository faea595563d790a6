"""Bech32 and bech32m, and the regrouping of bits that both use.

Proof: a 30-bit BCH code over prefix and data; bech32 and bech32m differ in one constant.
Limits: 90 characters where the code is proven; longer forms (silent payments, MWEB, unified,
Lightning) must be asked for. Spec: BIP-173, BIP-350.
"""

from collections.abc import Iterable
from enum import Enum
from functools import lru_cache
from typing import Final

from chainlead.errors import ChecksumError, CodecError

CHARSET: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
LONGEST: Final = 2048
"""Characters read when the 90-character cap is lifted."""

_VALUE_OF: Final = {letter: value for value, letter in enumerate(CHARSET)}
_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


class Bech32Kind(Enum):
    """Which of the two checksums holds; the value is the constant of its specification."""

    BECH32 = 1
    BECH32M = 0x2BC830A3


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
_STEP_PAIR: Final = [
    (_STEP[top >> 5] << 5 & 0x3FFFFFFF) ^ _STEP[(top & 31) ^ (_STEP[top >> 5] >> 25)]
    for top in range(1024)
]
_PAIRS: Final = [high + low for high in CHARSET for low in CHARSET]


def _polymod(values: Iterable[int], start: int = 1) -> int:
    check = start
    for value in values:
        check = (check & 0x1FFFFFF) << 5 ^ value ^ _STEP[check >> 25]
    return check


@lru_cache(maxsize=64)
def _start(prefix: str) -> int:
    """The state of the checksum after the prefix; few prefixes, many addresses."""
    return _polymod([*(ord(c) >> 5 for c in prefix), 0, *(ord(c) & 31 for c in prefix)])


def to_bech32(prefix: str, values: Iterable[int], kind: Bech32Kind) -> str:
    """Five-bit values under a lower-case prefix, with checksum."""
    values = list(values)
    check = _polymod((*values, 0, 0, 0, 0, 0, 0), _start(prefix)) ^ kind.value
    values += [check >> shift & 31 for shift in (25, 20, 15, 10, 5, 0)]
    return f"{prefix}1{''.join([CHARSET[value] for value in values])}"


def to_bech32_program(prefix: str, version: int, program: bytes, kind: Bech32Kind) -> str:
    """The same as `to_bech32` of a version and a program of bytes, two letters at a time.

    Ledgers ask for this once per output, so it works on one number instead of lists.
    """
    letters = (len(program) * 8 + 4) // 5
    number = int.from_bytes(program, "big") << letters * 5 - len(program) * 8
    check = _polymod((version,), _start(prefix))
    if letters & 1:
        check = _polymod((number >> (letters - 1) * 5,), check)
    parts = [prefix, "1", CHARSET[version]]
    if letters & 1:
        parts.append(CHARSET[number >> (letters - 1) * 5])
    for shift in range((letters & ~1) * 5 - 10, -10, -10):
        pair = number >> shift & 1023
        parts.append(_PAIRS[pair])
        check = (check & 0xFFFFF) << 10 ^ pair ^ _STEP_PAIR[check >> 20]
    for _ in range(3):
        check = (check & 0xFFFFF) << 10 ^ _STEP_PAIR[check >> 20]
    check ^= kind.value
    return "".join(parts) + _PAIRS[check >> 20] + _PAIRS[check >> 10 & 1023] + _PAIRS[check & 1023]


def from_bech32(text: str, *, capped: bool = True) -> tuple[str, list[int], Bech32Kind]:
    """Prefix (lower case), five-bit values without checksum, and which checksum holds.

    Args:
        text: all lower or all upper case.
        capped: refuse more than 90 characters, as both specifications do.

    Raises:
        CodecError: case, characters, prefix or length are not those of bech32.
        ChecksumError: neither checksum holds.
    """
    if len(text) > (90 if capped else LONGEST):
        raise CodecError(f"{len(text)} characters are too many for this bech32 form")
    lowered = text.lower()
    if text not in (lowered, text.upper()):
        raise CodecError("bech32 does not mix upper and lower case")
    prefix, separator, coded = lowered.rpartition("1")
    if not separator or not prefix or len(coded) < 6:
        raise CodecError("bech32 needs a prefix, the separator 1 and at least six characters")
    if not all(33 <= ord(c) <= 126 for c in prefix) or len(prefix) > 83:
        raise CodecError("a bech32 prefix has 1 to 83 printable ASCII characters")
    try:
        values = [_VALUE_OF[c] for c in coded]
    except KeyError as error:
        raise CodecError("a character that bech32 does not have") from error
    check = _polymod(values, _start(prefix))
    for kind in Bech32Kind:
        if check == kind.value:
            return prefix, values[:-6], kind
    raise ChecksumError("neither the bech32 nor the bech32m checksum holds")


def convert_bits(values: Iterable[int], width_from: int, width_to: int, *, pad: bool) -> list[int]:
    """Regroup a stream of bits, most significant first.

    Args:
        values: numbers of `width_from` bits each.
        width_from: bits per input value.
        width_to: bits per output value.
        pad: fill the last group with zeros (encoding); else leftover bits must be zero and fewer
            than `width_from` (decoding).

    Raises:
        CodecError: a value is too large, or the padding is not zero or too long.
    """
    store = bits = 0
    groups: list[int] = []
    mask = (1 << width_to) - 1
    for value in values:
        if value < 0 or value >> width_from:
            raise CodecError(f"a value does not fit {width_from} bits")
        store = store << width_from | value
        bits += width_from
        while bits >= width_to:
            bits -= width_to
            groups.append(store >> bits & mask)
        store &= (1 << bits) - 1
    if pad:
        if bits:
            groups.append(store << (width_to - bits) & mask)
    elif bits >= width_from or store:
        raise CodecError("the padding bits are not zero, or too many")
    return groups
