"""CryptoNote base58 and the addresses in it: Monero and legacy Electroneum.

Base58 goes block by block: 8 bytes are 11 characters, the last block is shorter.
Proof: the last 4 bytes are the first 4 of Keccak-256 over tag and keys.
Limits: whether the two keys are points on the curve is not tested.
Spec: CryptoNote standard 007; Monero `src/common/base58.cpp`, `src/cryptonote_config.h`.
"""

from dataclasses import dataclass
from typing import Final

from chainlead.codecs.base58 import BITCOIN_ALPHABET, LONGEST
from chainlead.codecs.hashing import keccak256
from chainlead.errors import ChecksumError, CodecError

_CODED_SIZE: Final = (0, 2, 3, 5, 6, 7, 9, 10, 11)  # characters for 0 … 8 bytes
_BYTES_OF: Final = {coded: size for size, coded in enumerate(_CODED_SIZE)}
_VALUE_OF: Final = {letter: value for value, letter in enumerate(BITCOIN_ALPHABET)}


@dataclass(frozen=True, slots=True)
class CryptoNoteAddress:
    """Network tag, the two public keys of 32 bytes, and the payment id (empty, or 8 bytes)."""

    tag: int
    spend_key: bytes
    view_key: bytes
    payment_id: bytes = b""


def to_cryptonote_base58(content: bytes) -> str:
    """Bytes as base58 in blocks of eight."""
    parts: list[str] = []
    for start in range(0, len(content), 8):
        block = content[start : start + 8]
        value = int.from_bytes(block, "big")
        letters = []
        for _ in range(_CODED_SIZE[len(block)]):
            value, digit = divmod(value, 58)
            letters.append(BITCOIN_ALPHABET[digit])
        parts.extend(reversed(letters))
    return "".join(parts)


def from_cryptonote_base58(text: str) -> bytes:
    """The bytes of a base58 text in blocks of eleven characters.

    Raises:
        CodecError: a wrong character, an impossible length, or a block over its range.
    """
    if len(text) > LONGEST:
        raise CodecError(f"{len(text)} characters are more than any base58 text here has")
    parts: list[bytes] = []
    for start in range(0, len(text), 11):
        block = text[start : start + 11]
        size = _BYTES_OF.get(len(block))
        if size is None:
            raise CodecError("no CryptoNote base58 text has this length")
        value = 0
        for letter in block:
            digit = _VALUE_OF.get(letter)
            if digit is None:
                raise CodecError("a character that base58 does not have")
            value = value * 58 + digit
        if value >> 8 * size:
            raise CodecError("a CryptoNote base58 block is larger than its bytes")
        parts.append(value.to_bytes(size, "big"))
    return b"".join(parts)


def to_varint(value: int) -> bytes:
    """A number in groups of seven bits, lowest first."""
    coded = bytearray()
    while value >= 0x80:
        coded.append(value & 0x7F | 0x80)
        value >>= 7
    coded.append(value)
    return bytes(coded)


def from_varint(content: bytes) -> tuple[int, int]:
    """The number at the start of these bytes, and how many bytes it has.

    Raises:
        CodecError: it does not end, or is not in its shortest form.
    """
    value = 0
    for index, byte in enumerate(content[:9]):
        value |= (byte & 0x7F) << 7 * index
        if byte < 0x80:
            if byte == 0 and index:
                raise CodecError("a number is not in its shortest form")
            return value, index + 1
    raise CodecError("a number does not end")


def to_cryptonote_address(address: CryptoNoteAddress) -> str:
    """The address text, with checksum."""
    content = to_varint(address.tag) + address.spend_key + address.view_key + address.payment_id
    return to_cryptonote_base58(content + keccak256(content)[:4])


def from_cryptonote_address(text: str) -> CryptoNoteAddress:
    """Read any CryptoNote address, whatever its tag.

    Raises:
        CodecError: not base58 in blocks, or not two keys and at most one short payment id.
        ChecksumError: the checksum does not hold.
    """
    content = from_cryptonote_base58(text)
    if len(content) < 69:
        raise CodecError("too short for two keys and a checksum")
    body = content[:-4]
    if keccak256(body)[:4] != content[-4:]:
        raise ChecksumError("the CryptoNote checksum does not hold")
    tag, start = from_varint(body)
    if len(body) - start not in (64, 72):
        raise CodecError("not two keys and at most an 8-byte payment id")
    keys = body[start:]
    return CryptoNoteAddress(tag, keys[:32], keys[32:64], keys[64:])
