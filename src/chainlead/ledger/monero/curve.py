"""Points and numbers of ed25519 as CryptoNote uses them.

The group arithmetic is pycryptodome's; reading and writing points is done here, as strictly as
Monero does it: a number has one form only. Nothing here runs in constant time: it is for a person's
own machine. Spec: RFC 8032, section 5.1; Monero `src/crypto/crypto-ops.c`, `src/ringct/rctTypes.h`.
"""

from functools import cache
from typing import Final

from Crypto.PublicKey.ECC import EccPoint

from chainlead.codecs import keccak256
from chainlead.errors import CodecError

FIELD: Final = 2**255 - 19
ORDER: Final = 2**252 + 27742317777372353535851937790883648493
_D: Final = -121665 * pow(121666, -1, FIELD) % FIELD
_ROOT_OF_MINUS_ONE: Final = pow(2, (FIELD - 1) // 4, FIELD)
_SIGN: Final = 1 << 255


def read_point(content: bytes) -> EccPoint:
    """The point behind 32 bytes.

    Raises:
        CodecError: they are no point, or not in their one form.
    """
    if len(content) != 32:
        raise CodecError("a point has 32 bytes")
    number = int.from_bytes(content, "little")
    y, is_odd = number & ~_SIGN, number >> 255
    if y >= FIELD:
        raise CodecError("these 32 bytes are no point: the number is too large")
    above = (y * y - 1) % FIELD
    below = (_D * y * y + 1) % FIELD
    x = above * pow(below, 3, FIELD) * pow(above * pow(below, 7, FIELD), (FIELD - 5) // 8, FIELD)
    x %= FIELD
    if below * x * x % FIELD != above:
        x = x * _ROOT_OF_MINUS_ONE % FIELD
        if below * x * x % FIELD != above:
            raise CodecError("these 32 bytes are no point of the curve")
    if x == 0 and is_odd:
        raise CodecError("these 32 bytes are no point: zero has no sign")
    if x & 1 != is_odd:
        x = FIELD - x
    return EccPoint(x, y, curve="ed25519")


def write_point(point: EccPoint) -> bytes:
    """The 32 bytes of a point."""
    x, y = point.xy
    return (int(y) | (int(x) & 1) << 255).to_bytes(32, "little")


def is_zero(point: EccPoint) -> bool:
    """Whether it is the neutral point."""
    return write_point(point) == _ZERO


def read_scalar(content: bytes) -> int:
    """A number below the group's order.

    Raises:
        CodecError: not 32 bytes, or not below it.
    """
    number = int.from_bytes(content, "little")
    if len(content) != 32 or number >= ORDER:
        raise CodecError("these 32 bytes are no number below the order of the group")
    return number


def write_scalar(number: int) -> bytes:
    """Its 32 bytes."""
    return (number % ORDER).to_bytes(32, "little")


def hash_to_scalar(*parts: bytes) -> int:
    """Keccak-256 of the parts, as a number below the order."""
    return int.from_bytes(keccak256(b"".join(parts)), "little") % ORDER


def varint(number: int) -> bytes:
    """A number in groups of seven bits, lowest first."""
    coded = bytearray()
    while number >= 0x80:
        coded.append(number & 0x7F | 0x80)
        number >>= 7
    coded.append(number)
    return bytes(coded)


_ZERO: Final = (1).to_bytes(32, "little")
BASE: Final[EccPoint] = read_point((4 * pow(5, -1, FIELD) % FIELD).to_bytes(32, "little"))
"""G: y is 4/5, x is even."""

AMOUNT_BASE: Final[EccPoint] = read_point(
    bytes.fromhex("8b655970153799af2aeadc9ff1add0ea6c7251d54154cfa92c173a0dd39c1f94")
)
"""H of `src/ringct/rctTypes.h`: eight times the point behind the Keccak-256 of G."""


def times_base(number: int) -> EccPoint:
    """Number times G, for a number below 2^256: by a table, several times faster than `BASE *`."""
    return _add_base(EccPoint(0, 1, curve="ed25519"), number)


def plus_base(point: EccPoint, number: int) -> EccPoint:
    """A point plus number times G; the point itself stays as it is."""
    found = EccPoint(0, 1, curve="ed25519")  # adding into a new point is cheaper than a copy
    found += point
    return _add_base(found, number)


def _add_base(found: EccPoint, number: int) -> EccPoint:
    for multiples in _multiples():
        digit = number & 15
        if digit:
            found += multiples[digit - 1]
        number >>= 4
    return found


@cache
def _multiples() -> tuple[tuple[EccPoint, ...], ...]:
    """For each of 64 places of base 16: the multiples 1 to 15 of G at that place."""
    rows = []
    step = BASE.copy()
    for _ in range(64):
        row = [step.copy()]
        for _ in range(14):
            more = row[-1].copy()
            more += step
            row.append(more)
        rows.append(tuple(row))
        for _ in range(4):
            step.double()
    return tuple(rows)
