"""Base58 in the alphabets of Bitcoin and of the XRP Ledger, and Base58Check over both.

Proof: Base58Check ends with the first 4 bytes of SHA-256(SHA-256(payload)).
Limits: base58 itself checks nothing. Spec: Bitcoin Core `src/base58.cpp`; XRPL "base58 encodings".
"""

from hashlib import sha256
from typing import Final

from chainlead.errors import ChecksumError, CodecError

BITCOIN_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
RIPPLE_ALPHABET: Final = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
LONGEST: Final = 1024
"""No base58 text of these ledgers is longer; the cap keeps hostile input linear."""

_CHUNK: Final = 58**10  # the largest power of 58 that is a small number for the machine


class _Alphabet:
    """Both directions of one alphabet, as tables."""

    def __init__(self, letters: str) -> None:
        self.zero = letters[0]
        self.pairs = [high + low for high in letters for low in letters]
        self.value_of = {letter: value for value, letter in enumerate(letters)}


_TABLES: Final = {
    BITCOIN_ALPHABET: _Alphabet(BITCOIN_ALPHABET),
    RIPPLE_ALPHABET: _Alphabet(RIPPLE_ALPHABET),
}


def to_base58(content: bytes, alphabet: str = BITCOIN_ALPHABET) -> str:
    """Bytes as base58; each leading zero byte is one letter of value zero."""
    table = _TABLES[alphabet]
    pairs = table.pairs
    rest = int.from_bytes(content, "big")
    parts: list[str] = []
    while rest:
        rest, chunk = divmod(rest, _CHUNK)
        for _ in range(5):
            chunk, pair = divmod(chunk, 3364)
            parts.append(pairs[pair])
    parts.reverse()
    zeros = len(content) - len(content.lstrip(b"\0"))
    return table.zero * zeros + "".join(parts).lstrip(table.zero)


def from_base58(text: str, alphabet: str = BITCOIN_ALPHABET) -> bytes:
    """The bytes of a base58 text.

    Raises:
        CodecError: a letter is not of the alphabet, or the text is longer than `LONGEST`.
    """
    if len(text) > LONGEST:
        raise CodecError(f"{len(text)} characters are more than any base58 text here has")
    table = _TABLES[alphabet]
    value_of = table.value_of
    value = 0
    try:
        for letter in text:
            value = value * 58 + value_of[letter]
    except KeyError as error:
        raise CodecError("a character that base58 does not have") from error
    zeros = len(text) - len(text.lstrip(table.zero))
    return bytes(zeros) + value.to_bytes((value.bit_length() + 7) // 8, "big")


def to_base58check(payload: bytes, alphabet: str = BITCOIN_ALPHABET) -> str:
    """Version and content (`payload`) as Base58Check."""
    return to_base58(payload + sha256(sha256(payload).digest()).digest()[:4], alphabet)


def from_base58check(text: str, alphabet: str = BITCOIN_ALPHABET) -> bytes:
    """Version and content of a Base58Check text.

    Raises:
        CodecError: not base58, or too short to hold a checksum.
        ChecksumError: the last four bytes are not the checksum of the rest.
    """
    content = from_base58(text, alphabet)
    if len(content) < 5:
        raise CodecError("too short for Base58Check")
    payload = content[:-4]
    if sha256(sha256(payload).digest()).digest()[:4] != content[-4:]:
        raise ChecksumError("the Base58Check checksum does not hold")
    return payload
