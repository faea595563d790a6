"""Domains that look like a service's own: other ending, other letters, added words.

Assumption: whoever poses as a service wants to be read as it. Known failure: a company with a like
name and an honest domain is taken for a look-alike too; the warning says what is like, not who lies.
Spec: Unicode Technical Standard 39 (skeletons), with the project's own short table of letters.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib import resources

from chainlead.attribution.bounded_yaml import parse_bounded_yaml
from chainlead.attribution.services.domains import registrable_domain

_LONG_NAME = 6
"""Shorter names are part of too many words to be looked for inside one."""
_ONE_LETTER_FROM = 5
_WORD_BREAK = re.compile(r"[-_.]+")


@cache
def _table() -> tuple[dict[int, str], tuple[tuple[str, str], ...]]:
    source = resources.files("chainlead.attribution").joinpath("data/lookalike_letters.yaml")
    table = parse_bounded_yaml(source.read_bytes(), name="lookalike_letters.yaml")
    return str.maketrans(dict(table["letters"])), tuple(sorted(table["pairs"].items()))


def skeleton(text: str) -> str:
    """What a hurried reader takes a name for: plain letters, without accents and hyphens."""
    letters, pairs = _table()
    shown = unicodedata.normalize("NFKC", _shown(text)).casefold().translate(letters)
    bare = "".join(
        c for c in unicodedata.normalize("NFD", shown) if not unicodedata.combining(c)
    ).translate(letters)
    for pair, letter in pairs:
        bare = bare.replace(pair, letter)
    return "".join(c for c in bare if c.isalnum())


def likeness(domain: str, known: str) -> str:
    """How one registrable domain is like another, in words; empty where it is not, or is the same.

    Args:
        domain: the one to judge.
        known: one that belongs to a service.
    """
    asked, own = registrable_domain(domain), registrable_domain(known)
    if not asked or not own or asked == own:
        return ""
    name, own_name = asked.partition(".")[0], own.partition(".")[0]
    if name == own_name:
        return "the same name with another ending"
    if skeleton(name) == skeleton(own_name):
        return "letters that look like others"
    words = [skeleton(word) for word in _WORD_BREAK.split(_shown(name))]
    bare = skeleton(own_name)
    if bare in words or (len(bare) >= _LONG_NAME and bare in skeleton(name)):
        return "the name with something added"
    if len(bare) >= _ONE_LETTER_FROM and is_one_step(skeleton(name), bare):
        return "the name with one letter changed"
    return ""


def find_likenesses(domain: str, known: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Each known domain that this one is like, with the words for it, sorted."""
    found = ((each, likeness(domain, each)) for each in sorted(set(known)))
    return tuple((each, words) for each, words in found if words)


def is_one_step(one: str, other: str) -> bool:
    """Whether one change makes one text of the other: a letter more, less, another, or two swapped."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    left, right = one[start:], other[start:]
    swapped = left[:2] == right[:2][::-1] and left[2:] == right[2:]
    return left[1:] == right[1:] or left[1:] == right or left == right[1:] or swapped


def _shown(label: str) -> str:
    """A name as a browser may show it: `xn--` labels decoded."""
    try:
        return ".".join(
            part.encode("ascii").decode("idna") if part.startswith("xn--") else part
            for part in label.split(".")
        )
    except UnicodeError:
        return label
