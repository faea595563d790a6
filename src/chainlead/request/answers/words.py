"""What columns, sheets and directions are called in answers, in several languages.

A proposal only: a person or a saved profile confirms it. Limits: a word that two meanings share is
left open, never guessed between.
"""

import re
import unicodedata
from functools import cache

import msgspec

from chainlead.request.data_files import read_table

_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_NOT_WORD = re.compile(r"[^0-9a-z\u0370-\U0010ffff]+")


class _Words(msgspec.Struct, frozen=True):
    columns: dict[str, dict[str, tuple[str, ...]]]
    sheets: dict[str, dict[str, tuple[str, ...]]]
    directions: dict[str, dict[str, tuple[str, ...]]]
    totals: dict[str, tuple[str, ...]]


def plain(text: str) -> str:
    """The text for comparing: no case, accents, brackets or punctuation; single spaces."""
    opened = unicodedata.normalize("NFKD", _BRACKETS.sub(" ", text).casefold().replace("ß", "ss"))
    bare = "".join(letter for letter in opened if not unicodedata.combining(letter))
    return _NOT_WORD.sub(" ", bare).strip()


def brackets(text: str) -> tuple[str, ...]:
    """What stands in brackets: often a time zone or a currency."""
    return tuple(inside.strip() for inside in _BRACKETS.findall(text))


def column_names() -> tuple[str, ...]:
    """Our names of columns."""
    return tuple(_words().columns)


def sheet_kinds() -> tuple[str, ...]:
    """Our kinds of sheets."""
    return tuple(_words().sheets)


def find_columns(header: str) -> tuple[str, ...]:
    """The columns that a header may mean; one if it is clear, none if no word is known."""
    return _index("columns").get(plain(header), ())


def find_direction(text: str) -> str:
    """`in`, `out`, `internal`, or empty where no word is known or several fit."""
    found = _index("directions").get(plain(text), ())
    return found[0] if len(found) == 1 else ""


def find_sheet_kinds(name: str) -> tuple[str, ...]:
    """The kinds that a sheet's name may mean, the longest words first."""
    words = plain(name)
    exact = _index("sheets").get(words, ())
    if exact:
        return exact
    padded = f" {words} "
    hits = [(len(word), kinds) for word, kinds in _index("sheets").items() if f" {word} " in padded]
    longest = max((length for length, _ in hits), default=0)
    return tuple(sorted({k for length, kinds in hits if length == longest for k in kinds}))


def is_total_word(text: str) -> bool:
    """Whether a cell says that its row sums up others."""
    return plain(text) in _totals()


@cache
def _totals() -> frozenset[str]:
    return frozenset(plain(word) for words in _words().totals.values() for word in words)


def sheet_direction(name: str) -> str:
    """The direction that a sheet's name says: withdrawals go out, deposits come in."""
    return _sheet_directions(plain(name))


@cache
def _sheet_directions(words: str) -> str:
    outgoing = ("withdraw", "uttag", "auszahl", "retrait", "retiro", "opname")
    incoming = ("deposit", "insattning", "einzahl", "depot", "storting")
    is_out = any(word in words for word in outgoing)
    is_in = any(word in words for word in incoming)
    return "" if is_out == is_in else ("out" if is_out else "in")


@cache
def _words() -> _Words:
    return read_table("answer_words.yaml", _Words)


@cache
def _index(part: str) -> dict[str, tuple[str, ...]]:
    """Plain word to the names that it may mean, sorted."""
    found: dict[str, set[str]] = {}
    for name, by_language in getattr(_words(), part).items():
        for words in by_language.values():
            for word in words:
                found.setdefault(plain(word), set()).add(name)
    return {word: tuple(sorted(names)) for word, names in found.items()}
