"""Mnemonics of BIP-39 in its ten published lists. Secret.

Found in: notes, pictures' texts, password managers, chats. Proof: all words of one list, a
permitted count, and a checksum of 4 to 8 bits.
Limits: the checksum is weak (1 in 16 for 12 words), so a caller must also ask for distinct words.
Words are compared in NFKD and lower case, as BIP-39 asks. Spec: BIP-0039.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Final

from chainlead.codecs.secret import Secret
from chainlead.errors import ChecksumError, CodecError

LANGUAGES: Final = (
    "chinese_simplified",
    "chinese_traditional",
    "czech",
    "english",
    "french",
    "italian",
    "japanese",
    "korean",
    "portuguese",
    "spanish",
)
WORD_COUNTS: Final = (12, 15, 18, 21, 24)
_NOWHERE: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Mnemonic:
    """A phrase whose checksum holds: its list, its length, and the sealed entropy."""

    language: str
    word_count: int
    distinct_words: int
    entropy: Secret


@cache
def word_list(language: str) -> tuple[str, ...]:
    """The 2048 words of a list, in NFKD.

    Raises:
        CodecError: no such list.
    """
    if language not in LANGUAGES:
        raise CodecError("BIP-39 has no such list here")
    text = files("chainlead.codecs").joinpath("data", "bip39", f"{language}.txt").read_text("utf-8")
    return tuple(unicodedata.normalize("NFKD", text).split())


@cache
def _index_of(language: str) -> dict[str, int]:
    return {word: index for index, word in enumerate(word_list(language))}


@cache
def _languages_of() -> dict[str, frozenset[str]]:
    """Every word of every list, in NFKD and in NFC, with its lists."""
    found: dict[str, set[str]] = {}
    for language in LANGUAGES:
        for word in word_list(language):
            for spelling in {word, unicodedata.normalize("NFC", word)}:
                found.setdefault(spelling, set()).add(language)
    return {word: frozenset(languages) for word, languages in found.items()}


def word_languages(word: str) -> frozenset[str]:
    """The lists that hold a word, in any case and any Unicode spelling; empty if none does."""
    known = _languages_of()
    languages = known.get(word)
    if languages is not None:
        return languages
    if len(word) > 32:
        return _NOWHERE
    return known.get(_normal(word), _NOWHERE)


def is_list_word(word: str) -> bool:
    """Whether any list holds the word."""
    return bool(word_languages(word))


def _normal(word: str) -> str:
    return unicodedata.normalize("NFKD", word if word.islower() else word.lower())


def parse_mnemonic(words: Sequence[str]) -> tuple[Mnemonic, ...]:
    """Every reading of the words as a mnemonic, one per list whose checksum holds.

    Raises:
        CodecError: not a permitted number of words, or no list holds them all.
        ChecksumError: a list holds them all, and no checksum does.
    """
    if len(words) not in WORD_COUNTS:
        raise CodecError("a mnemonic has 12, 15, 18, 21 or 24 words")
    normal = [_normal(word) for word in words]
    shared = frozenset(LANGUAGES)
    for word in normal:
        shared &= _languages_of().get(word, _NOWHERE)
    if not shared:
        raise CodecError("no BIP-39 list holds all of these words")
    distinct = len(set(normal))
    found = []
    for language in sorted(shared):
        entropy = _entropy([_index_of(language)[word] for word in normal])
        if entropy is not None:
            found.append(Mnemonic(language, len(words), distinct, entropy))
    if not found:
        raise ChecksumError("the words are of one list, and the checksum does not hold")
    return tuple(found)


def _entropy(indices: list[int]) -> Secret | None:
    number = 0
    for index in indices:
        number = number << 11 | index
    check_bits = len(indices) // 3
    content = (number >> check_bits).to_bytes(check_bits * 4, "big")
    check = sha256(content).digest()[0] >> 8 - check_bits
    return Secret(content) if check == number & (1 << check_bits) - 1 else None


def to_mnemonic(entropy: Secret, language: str = "english") -> tuple[str, ...]:
    """The words of an entropy, for the sealed vault and for tests: they are a secret.

    Raises:
        CodecError: not 16, 20, 24, 28 or 32 bytes, or no such list.
    """
    content = entropy.reveal()
    check_bits = len(content) // 4
    if len(content) % 4 or check_bits * 3 not in WORD_COUNTS:
        raise CodecError("entropy has 16, 20, 24, 28 or 32 bytes")
    number = int.from_bytes(content, "big") << check_bits | (
        sha256(content).digest()[0] >> 8 - check_bits
    )
    words = word_list(language)
    count = check_bits * 3
    return tuple(words[number >> 11 * (count - 1 - place) & 2047] for place in range(count))
