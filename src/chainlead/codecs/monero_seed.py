"""Seeds of Monero: 25 words, and 13 of MyMonero. Secret.

Found in: notes, password managers, chats, wallet exports. Proof: all words of one of twelve lists,
and a last word that repeats the one which a CRC-32 of the others' first letters names.
Limits: a weak checksum (1 in 1626 for random words of the list). Seeds of forks (Electroneum and
others) have the same form. Spec: Monero `src/mnemonics/electrum-words.cpp`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from zlib import crc32

from chainlead.codecs.phrase_list import PHRASE_LISTS, normal_word, phrase_index, phrase_list
from chainlead.codecs.secret import Secret
from chainlead.errors import ChecksumError, CodecError

WORD_COUNTS: Final = (25, 13)
_LETTERS: Final = {"english": (3,), "chinese_simplified": (1,), "japanese": (3, 4)}
_COUNT: Final = 1626


@dataclass(frozen=True, slots=True)
class MoneroSeed:
    """A phrase whose checksum holds: its list, its length, and the sealed seed."""

    language: str
    word_count: int
    secret: Secret


def parse_monero_seed(words: Sequence[str]) -> tuple[MoneroSeed, ...]:
    """Every reading of the words as a seed, one per list whose checksum holds.

    Raises:
        CodecError: not 25 or 13 words, or no list holds them all.
        ChecksumError: a list holds them all, and no checksum does.
    """
    if len(words) not in WORD_COUNTS:
        raise CodecError("a seed of Monero has 25 or 13 words")
    normal = [normal_word(word) for word in words]
    found: list[MoneroSeed] = []
    is_listed = False
    for language in PHRASE_LISTS["monero"]:
        index = phrase_index("monero", language)
        if not all(word in index for word in normal):
            continue
        is_listed = True
        places = [index[word] for word in normal]
        if _checksum_holds(places, language):
            found.append(MoneroSeed(language, len(words), Secret(_content(places[:-1]))))
    if not is_listed:
        raise CodecError("no list of Monero holds all of these words")
    if not found:
        raise ChecksumError("the words are of one list, and the checksum does not hold")
    return tuple(found)


def _checksum_holds(places: Sequence[int], language: str) -> bool:
    words = [phrase_list("monero", language)[place] for place in places]
    for letters in _LETTERS.get(language, (4,)):
        for written in (words, [word.lower() for word in words]):
            start = "".join(word[:letters] for word in written[:-1])
            if written[crc32(start.encode()) % (len(words) - 1)] == written[-1]:
                return True
    return False


def _content(places: Sequence[int]) -> bytes:
    pieces = []
    for first in range(0, len(places), 3):
        a, b, c = places[first : first + 3]
        number = a + _COUNT * ((b - a) % _COUNT) + _COUNT * _COUNT * ((c - b) % _COUNT)
        pieces.append((number & 0xFFFFFFFF).to_bytes(4, "little"))
    return b"".join(pieces)


def to_monero_seed(secret: Secret, language: str = "english") -> tuple[str, ...]:
    """The words of a seed of 32 or 16 bytes, for the sealed vault and for tests: a secret.

    Raises:
        CodecError: another length, or no such list.
    """
    content = secret.reveal()
    if len(content) not in (16, 32):
        raise CodecError("a seed of Monero has 32 bytes, one of MyMonero 16")
    listed = phrase_list("monero", language)
    words: list[str] = []
    for first in range(0, len(content), 4):
        number = int.from_bytes(content[first : first + 4], "little")
        a = number % _COUNT
        b = (number // _COUNT + a) % _COUNT
        c = (number // _COUNT // _COUNT + b) % _COUNT
        words += [listed[a], listed[b], listed[c]]
    letters = _LETTERS.get(language, (4,))[0]
    start = "".join(word[:letters] for word in words)
    return (*words, words[crc32(start.encode()) % len(words)])
