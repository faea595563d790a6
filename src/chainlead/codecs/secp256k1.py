"""The curve secp256k1 as far as reading keys needs it: is it a point, which key belongs to a secret.

Limits: not constant time; it signs nothing. Spec: SEC 2, section 2.4.1; SEC 1, section 2.3.
"""

from typing import Final

from chainlead.codecs.secret import Secret
from chainlead.errors import CodecError

FIELD: Final = 2**256 - 2**32 - 977
ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_BASE: Final = (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)


def is_public_key(key: bytes) -> bool:
    """Whether 33 or 65 bytes are a point of the curve."""
    try:
        from_public_key(key)
    except CodecError:
        return False
    return True


def from_public_key(key: bytes) -> tuple[int, int]:
    """The point of a public key of 33 or 65 bytes.

    Raises:
        CodecError: wrong length or first byte, or no point of the curve.
    """
    if len(key) == 33 and key[0] in (2, 3):
        x = int.from_bytes(key[1:], "big")
        square = (x * x * x + 7) % FIELD
        y = pow(square, (FIELD + 1) // 4, FIELD)
        if x >= FIELD or y * y % FIELD != square:
            raise CodecError("not a point of secp256k1")
        return x, FIELD - y if (y ^ key[0]) & 1 else y
    if len(key) == 65 and key[0] in (4, 6, 7):
        x, y = int.from_bytes(key[1:33], "big"), int.from_bytes(key[33:], "big")
        fits = x < FIELD and y < FIELD and (y * y - x * x * x - 7) % FIELD == 0
        if not fits or (key[0] != 4 and key[0] & 1 != y & 1):
            raise CodecError("not a point of secp256k1")
        return x, y
    raise CodecError("a public key has 33 or 65 bytes and a first byte that says which")


def to_public_key(point: tuple[int, int], *, compressed: bool = True) -> bytes:
    """33 bytes of a point, or 65 uncompressed."""
    x, y = point
    if compressed:
        return bytes([2 + (y & 1)]) + x.to_bytes(32, "big")
    return b"\4" + x.to_bytes(32, "big") + y.to_bytes(32, "big")


def is_private_key(number: int) -> bool:
    """Whether a number can be a private key."""
    return 0 < number < ORDER


def derive_public_key(secret: Secret, *, compressed: bool = True) -> bytes:
    """The public key of a private key of 32 bytes.

    Raises:
        CodecError: not 32 bytes, or not between 1 and the order of the curve.
    """
    content = secret.reveal()
    number = int.from_bytes(content, "big")
    if len(content) != 32 or not is_private_key(number):
        raise CodecError("not a private key of secp256k1")
    return to_public_key(multiply(number, _BASE), compressed=compressed)


def multiply(number: int, point: tuple[int, int]) -> tuple[int, int]:
    """A point added to itself `number` times (1 or more, less than the order)."""
    x, y = point
    base, total = (x, y, 1), (0, 1, 0)
    while number:
        if number & 1:
            total = _add(total, base)
        base = _double(base)
        number >>= 1
    return _affine(total)


def add(first: tuple[int, int], second: tuple[int, int]) -> tuple[int, int]:
    """The sum of two points that are not each other's opposite."""
    return _affine(_add((*first, 1), (*second, 1)))


def _affine(point: tuple[int, int, int]) -> tuple[int, int]:
    x, y, z = point
    if not z:
        raise CodecError("the sum is the point at infinity")
    inverse = pow(z, -1, FIELD)
    square = inverse * inverse % FIELD
    return x * square % FIELD, y * square * inverse % FIELD


def _double(point: tuple[int, int, int]) -> tuple[int, int, int]:
    """Twice a point; the curve has an odd order, so it is never the point at infinity."""
    x, y, z = point
    s = 4 * x * y * y % FIELD
    m = 3 * x * x % FIELD
    x3 = (m * m - 2 * s) % FIELD
    return x3, (m * (s - x3) - 8 * pow(y, 4, FIELD)) % FIELD, 2 * y * z % FIELD


def _add(p: tuple[int, int, int], q: tuple[int, int, int]) -> tuple[int, int, int]:
    """The sum in Jacobian coordinates; only the first may be the point at infinity (z = 0)."""
    if not p[2]:
        return q
    z1, z2 = p[2] * p[2] % FIELD, q[2] * q[2] % FIELD
    u1, u2 = p[0] * z2 % FIELD, q[0] * z1 % FIELD
    s1, s2 = p[1] * z2 * q[2] % FIELD, q[1] * z1 * p[2] % FIELD
    if u1 == u2:
        return _double(p) if s1 == s2 else (0, 1, 0)
    h, r = u2 - u1, s2 - s1
    h2 = h * h % FIELD
    h3 = h * h2 % FIELD
    x = (r * r - h3 - 2 * u1 * h2) % FIELD
    return x, (r * (u1 * h2 - x) - s1 * h3) % FIELD, h * p[2] * q[2] % FIELD
