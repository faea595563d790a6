"""Word lists of phrases that are not of BIP-39: Monero, SLIP-39, Electrum before version 2.

Limits: words are compared in NFKD and lower case. Spec and source: the README beside each list.
"""

import unicodedata
from functools import cache
from importlib.resources import files
from typing import Final

from chainlead.codecs.bip39 import LANGUAGES, is_list_word, word_list
from chainlead.errors import CodecError

PHRASE_LISTS: Final = {
    "electrum1": ("english",),
    "monero": (
        "chinese_simplified",
        "dutch",
        "english",
        "esperanto",
        "french",
        "german",
        "italian",
        "japanese",
        "lojban",
        "portuguese",
        "russian",
        "spanish",
    ),
    "slip39": ("english",),
}
"""Family to the languages that it has."""
_MASKED: Final = ("monero", "slip39")
"""Families whose words alone are a sign of a phrase; those of Electrum 1 are everyday words."""


@cache
def phrase_list(family: str, language: str) -> tuple[str, ...]:
    """The words of a list as they are published, in order.

    Raises:
        CodecError: no such list.
    """
    if language not in PHRASE_LISTS.get(family, ()):
        raise CodecError("there is no such list here")
    name = files("chainlead.codecs").joinpath("data", family, f"{language}.txt")
    return tuple(name.read_text("utf-8").split())


def normal_word(word: str) -> str:
    """A word as lists are compared by: NFKD, lower case."""
    return unicodedata.normalize("NFKD", word.lower())


@cache
def phrase_index(family: str, language: str) -> dict[str, int]:
    """Normal word to its place in the list."""
    return {normal_word(word): place for place, word in enumerate(phrase_list(family, language))}


@cache
def _masked_words() -> frozenset[str]:
    return frozenset(
        word
        for family in _MASKED
        for language in PHRASE_LISTS[family]
        for word in phrase_index(family, language)
    )


@cache
def _all_words() -> frozenset[str]:
    """The normal words of all these lists."""
    listed = (normal_word(word) for language in LANGUAGES for word in word_list(language))
    return frozenset((*listed, *_masked_words()))


@cache
def _first_letters() -> frozenset[str]:
    return frozenset(word[0] for word in _all_words())


@cache
def _may_begin(letter: str) -> bool:
    """Whether some word begins with the letter, in any form of it."""
    return normal_word(letter)[:1] in _first_letters()


def is_phrase_word(word: str) -> bool:
    """Whether a list of BIP-39, Monero or SLIP-39 holds the word."""
    if word.isascii():  # no Unicode form changes it
        return word.lower() in _all_words()
    if not _may_begin(word[0]):
        return False
    return is_list_word(word) or (len(word) <= 32 and normal_word(word) in _masked_words())
