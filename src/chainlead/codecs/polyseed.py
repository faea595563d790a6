"""Polyseed: 16 words of a BIP-39 list, as Feather, Cake and other Monero wallets write. Secret.

Found in: notes, password managers, wallet exports. Proof: a code of 11 bits over 16 words, and
reserved bits. Limits: a weak checksum; the coin is part of it (Monero and Aeon are tried).
Spec: https://github.com/tevador/polyseed, README and `src/gf.c`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from chainlead.codecs.bip39 import LANGUAGES, word_languages, word_list
from chainlead.codecs.phrase_list import normal_word
from chainlead.codecs.secret import Secret
from chainlead.errors import ChecksumError, CodecError

WORD_COUNT: Final = 16
_COINS: Final = {0: "Monero", 1: "Aeon"}
_EPOCH: Final = 1635768000
_STEP: Final = 2629746
_DATA: Final = 15


@dataclass(frozen=True, slots=True)
class Polyseed:
    """A phrase whose code holds.

    Attributes:
        born_unix: when the wallet was made, to about a month, in seconds since 1970.
        encrypted: whether a password is needed beside the words.
        secret: 19 bytes, sealed.
    """

    language: str
    coin: str
    born_unix: int
    encrypted: bool
    secret: Secret


def _double(value: int) -> int:
    """Twice an element of GF(2048), modulo x^11 + x^2 + 1."""
    return value << 1 if value < 1024 else (value << 1 ^ 0x805)


def _code(values: Sequence[int]) -> int:
    result = 0
    for value in reversed(values):
        result = _double(result) ^ value
    return result


def parse_polyseed(words: Sequence[str]) -> Polyseed:
    """Read a phrase.

    Raises:
        CodecError: not 16 words, no list holds them all, or reserved bits are set.
        ChecksumError: the code does not hold.
    """
    if len(words) != WORD_COUNT:
        raise CodecError("a polyseed has 16 words")
    shared = frozenset(LANGUAGES).intersection(*(word_languages(word) for word in words))
    if not shared:
        raise CodecError("no list holds all of these words")
    reserved = False
    for language in sorted(shared):
        places = {word: place for place, word in enumerate(word_list(language))}
        values = [places[normal_word(word)] for word in words]
        for flag, coin in _COINS.items():
            values[1] ^= flag
            if _code(values) == 0:
                found = _read(values, language, coin)
                if found is not None:
                    return found
                reserved = True
            values[1] ^= flag
    if reserved:
        raise CodecError("the code holds, but reserved bits are set")
    raise ChecksumError("the words are of one list, and the code does not hold")


def _read(values: Sequence[int], language: str, coin: str) -> Polyseed | None:
    """Ten bits of secret and one bit of features and birthday from each word but the first."""
    secret = extra = 0
    for value in values[1:]:
        secret = secret << 10 | value >> 1
        extra = extra << 1 | value & 1
    features, birthday = extra >> 10, extra & 1023
    if features & 0b01000 or features & ~0b11111:
        return None
    return Polyseed(
        language,
        coin,
        _EPOCH + birthday * _STEP,
        bool(features & 0b10000),
        Secret(secret.to_bytes(19, "big")),
    )
