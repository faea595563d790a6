"""Seeds of Electrum: since version 2 a phrase whose hash names its kind; before, twelve words. Secret.

Found in: notes, password managers, wallet exports. Proof (since 2): HMAC-SHA512 of the phrase under
"Seed version" starts with 01, 100, 101 or 102: 8 or 12 bits. Before 2: no checksum at all.
Limits: any text may be a seed since 2; only words of the lists that Electrum offers are read.
Spec: Electrum `mnemonic.py`, `version.py`, `old_mnemonic.py`; docs "Electrum Seed Version System".
"""

import hmac
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from chainlead.codecs.bip39 import word_languages
from chainlead.codecs.phrase_list import normal_word, phrase_index, phrase_list
from chainlead.codecs.secret import Secret
from chainlead.errors import ChecksumError, CodecError

WORD_COUNTS: Final = (25, 24, 13, 12)
LANGUAGES: Final = ("chinese_simplified", "english", "japanese", "spanish")
_PREFIXES: Final = {"01": "standard", "100": "segwit", "101": "2fa", "102": "2fa_segwit"}
_OLD_COUNT: Final = 12
_LIST: Final = 1626


@dataclass(frozen=True, slots=True)
class ElectrumSeed:
    """A phrase: which kind of wallet it makes, and the sealed text or number.

    Attributes:
        kind: standard, segwit, 2fa, 2fa_segwit, or old (before version 2).
        check_bits: how many bits were checked; 0 for the old form.
    """

    kind: str
    language: str
    word_count: int
    check_bits: int
    secret: Secret


def seed_text(words: Sequence[str]) -> str:
    """The phrase as Electrum hashes it: NFKD, lower case, no accents, no spaces in Chinese text."""
    text = unicodedata.normalize("NFKD", " ".join(words)).lower()
    plain = "".join(letter for letter in text if not unicodedata.combining(letter)).split()
    pieces = [plain[0]] if plain else []
    for before, after in pairwise(plain):
        glued = _is_east_asian(before[-1]) and _is_east_asian(after[0])
        pieces.append(after if glued else f" {after}")
    return "".join(pieces)


def _is_east_asian(letter: str) -> bool:
    code = ord(letter)
    return (
        0x2E80 <= code <= 0x30FF
        or 0x3100 <= code <= 0x31FF
        or 0x3400 <= code <= 0x9FFF
        or 0xAC00 <= code <= 0xD7AF
        or 0xF900 <= code <= 0xFAFF
    )


def parse_electrum_seed(words: Sequence[str]) -> ElectrumSeed:
    """Read a phrase of Electrum 2 or later.

    Raises:
        CodecError: another number of words, or no list of Electrum's holds them all.
        ChecksumError: the words are listed, and the hash names no kind of wallet.
    """
    if len(words) not in WORD_COUNTS:
        raise CodecError("a seed of Electrum has 12, 13, 24 or 25 words here")
    language = _language_of(words)
    text = seed_text(words).encode()
    start = hmac.new(b"Seed version", text, "sha512").hexdigest()[:3]
    for prefix, kind in _PREFIXES.items():
        if start.startswith(prefix):
            if kind == "2fa" and len(words) == 13:
                break
            return ElectrumSeed(kind, language, len(words), 4 * len(prefix), Secret(text))
    raise ChecksumError("the words are of one list, and the hash names no kind of wallet")


def _language_of(words: Sequence[str]) -> str:
    shared = frozenset(LANGUAGES).intersection(*(word_languages(word) for word in words))
    if shared:
        return min(shared)
    portuguese = phrase_index("monero", "portuguese")
    if all(normal_word(word) in portuguese for word in words):
        return "portuguese"
    raise CodecError("no list of Electrum holds all of these words")


def parse_old_electrum_seed(words: Sequence[str]) -> ElectrumSeed:
    """Read twelve words of Electrum before version 2; nothing in them is a checksum.

    Raises:
        CodecError: not twelve words, not all in the list, or a number beyond 32 bits.
    """
    if len(words) != _OLD_COUNT:
        raise CodecError("an old seed of Electrum has twelve words here")
    index = phrase_index("electrum1", "english")
    try:
        places = [index[normal_word(word)] for word in words]
    except KeyError as error:
        raise CodecError("a word that the old list of Electrum does not have") from error
    pieces = []
    for first in range(0, _OLD_COUNT, 3):
        a, b, c = places[first : first + 3]
        number = a + _LIST * ((b - a) % _LIST) + _LIST * _LIST * ((c - b) % _LIST)
        if number >> 32:
            raise CodecError("three words that are no number of 32 bits")
        pieces.append(number.to_bytes(4, "big"))
    return ElectrumSeed("old", "english", _OLD_COUNT, 0, Secret(b"".join(pieces)))


def to_old_electrum_seed(secret: Secret) -> tuple[str, ...]:
    """The twelve words of 16 bytes, for the sealed vault and for tests: a secret.

    Raises:
        CodecError: not 16 bytes.
    """
    content = secret.reveal()
    if len(content) != 16:
        raise CodecError("an old seed of Electrum has 16 bytes")
    listed = phrase_list("electrum1", "english")
    words: list[str] = []
    for first in range(0, 16, 4):
        number = int.from_bytes(content[first : first + 4], "big")
        a = number % _LIST
        b = (number // _LIST + a) % _LIST
        c = (number // _LIST // _LIST + b) % _LIST
        words += [listed[a], listed[b], listed[c]]
    return tuple(words)
