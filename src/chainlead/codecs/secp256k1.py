"""The curve secp256k1 as far as reading keys needs it: is it a point, which key belongs to a secret.

Limits: not constant time; it signs nothing. Spec: SEC 2, section 2.4.1; SEC 1, section 2.3.
"""

from functools import cache
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


def uncompressed_public_key(key: bytes) -> bytes:
    """The 65 bytes of a public key of 33 or 65 bytes.

    Raises:
        CodecError: not a point of the curve.
    """
    return to_public_key(from_public_key(key), compressed=False)


def shifted_public_key(key: bytes, number: bytes) -> bytes:
    """A public key plus a number of 32 bytes times the generator, written like the key.

    Raises:
        CodecError: not a point of the curve, or a number that is zero.
    """
    times = int.from_bytes(number, "big") % ORDER
    if not times:
        raise CodecError("the sum is the key itself")
    point = add_to_points([times], from_public_key(key))[0]
    return to_public_key(point, compressed=len(key) == 33)


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
    return to_public_key(multiply_base(number), compressed=compressed)


@cache
def _base_table() -> tuple[tuple[tuple[int, int], ...], ...]:
    """Row i holds 1 to 15 times 16**i times the generator, as affine points."""
    first = (*_BASE, 1)
    rows: list[list[tuple[int, int, int]]] = []
    for _ in range(64):
        row = [first]
        for _ in range(14):
            row.append(_add(row[-1], first))
        rows.append(row)
        first = _add(row[-1], first)
    flat = [point for row in rows for point in row]
    affine = _all_affine(flat)
    return tuple(tuple(affine[i : i + 15]) for i in range(0, len(affine), 15))


def _all_affine(points: list[tuple[int, int, int]]) -> list[tuple[int, int]]:
    """Affine points with one inversion for all (Montgomery's trick)."""
    products = [1]
    for _, _, z in points:
        products.append(products[-1] * z % FIELD)
    inverse = pow(products[-1], -1, FIELD)
    found: list[tuple[int, int]] = []
    for (x, y, z), before in zip(reversed(points), reversed(products[:-1]), strict=True):
        own = inverse * before % FIELD
        inverse = inverse * z % FIELD
        square = own * own % FIELD
        found.append((x * square % FIELD, y * square * own % FIELD))
    found.reverse()
    return found


def multiply_base(number: int) -> tuple[int, int]:
    """The generator added to itself `number` times (1 or more, less than the order)."""
    return _affine(_times_base(number))


def _times_base(number: int) -> tuple[int, int, int]:
    total = (0, 1, 0)
    for row in _base_table():
        digit = number & 15
        if digit:
            total = _add_affine(total, row[digit - 1])
        number >>= 4
    return total


def add_to_points(numbers: list[int], point: tuple[int, int]) -> list[tuple[int, int]]:
    """For each number: that many times the generator, plus a point; one inversion for all.

    Raises:
        CodecError: a sum is the point at infinity (a chance of 2^-256).
    """
    sums = [_add_affine(_times_base(number), point) for number in numbers]
    if not all(total[2] for total in sums):
        raise CodecError("the sum is the point at infinity")
    return _all_affine(sums)


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


def recover_public_key(digest: bytes, signature: bytes, recovery: int) -> bytes:
    """The public key whose signature this is, 33 bytes.

    Args:
        digest: the 32 bytes that were signed.
        signature: r and s, 32 bytes each.
        recovery: 0 to 3: which of the points that fit.

    Raises:
        CodecError: no key fits.
    """
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if len(signature) != 64 or recovery > 3 or not (is_private_key(r) and is_private_key(s)):
        raise CodecError("not a signature")
    x = r + (ORDER if recovery & 2 else 0)
    if x >= FIELD:
        raise CodecError("not a signature")
    point = from_public_key(bytes([2 + (recovery & 1)]) + x.to_bytes(32, "big"))
    inverse = pow(r, -1, ORDER)
    by_base = -int.from_bytes(digest, "big") * inverse % ORDER
    total = multiply(s * inverse % ORDER, point)
    if by_base:
        total = add(total, multiply(by_base, _BASE))
    return to_public_key(total)


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


def _add_affine(p: tuple[int, int, int], q: tuple[int, int]) -> tuple[int, int, int]:
    """The sum of a point in Jacobian coordinates and one whose z is 1."""
    if not p[2]:
        return (*q, 1)
    z2 = p[2] * p[2] % FIELD
    u2, s2 = q[0] * z2 % FIELD, q[1] * z2 * p[2] % FIELD
    if p[0] == u2:
        return _double(p) if p[1] == s2 else (0, 1, 0)
    h, r = u2 - p[0], s2 - p[1]
    h2 = h * h % FIELD
    h3 = h * h2 % FIELD
    u1 = p[0] * h2
    x = (r * r - h3 - 2 * u1) % FIELD
    return x, (r * (u1 - x) - p[1] * h3) % FIELD, h * p[2] % FIELD


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
