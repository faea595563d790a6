"""Shielded addresses of Zcash: `zs1…` (Sapling) and unified `u1…`, which may hold a `t1…`.

Found in: notes, chats, donation pages. Proof: bech32 or bech32m with 30 bits, length; in a unified
address also its padding and the order of its parts.
Limits: nothing paid to a shielded part can be seen on the ledger. Spec: ZIP-173, ZIP-316.
"""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from chainlead.codecs.base58_address import to_base58_address
from chainlead.codecs.bech32 import Bech32Kind, convert_bits, from_bech32
from chainlead.errors import CodecError
from chainlead.model import Chain, Network

_SAPLING: Final = {
    "zs": Network.MAIN, "ztestsapling": Network.TEST, "zregtestsapling": Network.REGTEST,
}  # fmt: skip
_UNIFIED: Final = {"u": Network.MAIN, "utest": Network.TEST, "uregtest": Network.REGTEST}
_SAPLING_BYTES: Final = 43
_PARTS: Final = {0: ("p2pkh", 20), 1: ("p2sh", 20), 2: ("sapling", 43), 3: ("orchard", 43)}
_PADDING: Final = 16


@dataclass(frozen=True, slots=True)
class ShieldedAddress:
    """What an address holds.

    Attributes:
        form: `sapling` or `unified`.
        receivers: names of the parts, in order of their number.
        transparent: the public address inside a unified one, if there is one.
    """

    form: str
    network: Network
    receivers: tuple[str, ...]
    transparent: str | None = None


def parse_shielded(text: str) -> ShieldedAddress:
    """Read a shielded address.

    Raises:
        CodecError: another prefix, kind or length, or parts that are not those of ZIP-316.
        ChecksumError: the checksum does not hold.
    """
    prefix, values, kind = from_bech32(text, capped=False)
    payload = bytes(convert_bits(values, 5, 8, pad=False))
    if prefix in _SAPLING and kind is Bech32Kind.BECH32 and len(payload) == _SAPLING_BYTES:
        return ShieldedAddress("sapling", _SAPLING[prefix], ("sapling",))
    if prefix not in _UNIFIED or kind is not Bech32Kind.BECH32M or not 48 <= len(payload) <= 1024:
        raise CodecError("no shielded address of Zcash has this prefix, kind and length")
    plain = unjumble(payload)
    padding = prefix.encode().ljust(_PADDING, b"\0")
    if plain[-_PADDING:] != padding:
        raise CodecError("the padding of a unified address is its prefix")
    return _unified(plain[:-_PADDING], _UNIFIED[prefix])


def _unified(content: bytes, network: Network) -> ShieldedAddress:
    names: list[str] = []
    transparent = None
    at, last = 0, -1
    while at < len(content):
        if at + 2 > len(content) or content[at] >= 0xFD or content[at + 1] >= 0xFD:
            raise CodecError("a part of a unified address that is not read here")
        kind, length = content[at], content[at + 1]
        part = content[at + 2 : at + 2 + length]
        name, wanted = _PARTS.get(kind, (f"type {kind}", length))
        if kind <= last or len(part) != length or length != wanted:
            raise CodecError("the parts of a unified address are not in order, or cut")
        if kind in (0, 1):
            transparent = to_base58_address(part, Chain.ZCASH, network, script=kind == 1)
        names.append(name)
        at, last = at + 2 + length, kind
    if not names:
        raise CodecError("a unified address without parts")
    return ShieldedAddress("unified", network, tuple(names), transparent)


def _round_h(number: int, content: bytes, size: int) -> bytes:
    person = b"UA_F4Jumble_H" + bytes([number, 0, 0])
    return blake2b(content, digest_size=size, person=person).digest()


def _round_g(number: int, content: bytes, size: int) -> bytes:
    pieces = b"".join(
        blake2b(
            content, person=b"UA_F4Jumble_G" + bytes([number]) + n.to_bytes(2, "little")
        ).digest()
        for n in range((size + 63) // 64)
    )
    return pieces[:size]


def _xor(first: bytes, second: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(first, second, strict=True))


def unjumble(content: bytes) -> bytes:
    """The inverse of F4Jumble, a keyless permutation of a whole message."""
    left_size = min(64, len(content) // 2)
    right_size = len(content) - left_size
    c, d = content[:left_size], content[left_size:]
    y = _xor(c, _round_h(1, d, left_size))
    x = _xor(d, _round_g(1, y, right_size))
    a = _xor(y, _round_h(0, x, left_size))
    return a + _xor(x, _round_g(0, a, right_size))


def jumble(content: bytes) -> bytes:
    """F4Jumble: every bit of the result depends on every bit of the content."""
    left_size = min(64, len(content) // 2)
    right_size = len(content) - left_size
    a, b = content[:left_size], content[left_size:]
    x = _xor(b, _round_g(0, a, right_size))
    y = _xor(a, _round_h(0, x, left_size))
    d = _xor(x, _round_g(1, y, right_size))
    return _xor(y, _round_h(1, d, left_size)) + d
