"""The keys of the pages, as one table: what each does, its usual key, and on which pages it counts.

A key that is one character can be changed or switched off by each person (WCAG 2.2, 2.1.4); chords
with Ctrl and the keys inside the picture, which count only while it has the focus, stay as they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Key:
    """One key.

    Attributes:
        name: what it does, for programs.
        key: the usual key.
        words: what it does, in English.
        pages: the pages on which it counts; empty: every page.
    """

    name: str
    key: str
    words: str
    pages: tuple[str, ...] = ()


_LIST, _ONE = ("findings",), ("findings", "finding")

KEYS: tuple[Key, ...] = (
    Key("help", "?", "this sheet"),
    Key("search", "/", "go to the search field"),
    Key("go", "g", "then a letter: go to a page of the case"),
    Key("undo", "u", "take the last decision back"),
    Key("next", "j", "next finding", _ONE),
    Key("previous", "k", "previous finding", _ONE),
    Key("relevant", "r", "judge it relevant", _ONE),
    Key("noise", "n", "judge it noise", _ONE),
    Key("renew", "w", "make it new again", _ONE),
    Key("tick", "x", "tick the finding, for several at once", _LIST),
    Key("open", "o", "open the finding", _LIST),
    Key("copy", "c", "copy its whole value", _ONE),
    Key("list", "l", "back to the list", ("finding",)),
)
_USUAL = {key.name: key.key for key in KEYS}
OFF = "off"


def read_keys(text: str) -> Mapping[str, str] | None:
    """A person's keys as their cookie has them; None: they are switched off.

    What the cookie should not have is left at its usual key: a cookie is not to be trusted.
    """
    if text == OFF:
        return None
    given = dict(part.split("-", 1) for part in text.split(".") if part.count("-") == 1)
    chosen = {
        name: chr(int(code))
        for name, code in given.items()
        if name in _USUAL and code.isdecimal() and len(code) <= 3
    }
    merged = {**_USUAL, **chosen}
    return (
        merged if not clashes(merged) and all(_is_key(key) for key in merged.values()) else _USUAL
    )


def write_keys(keys: Mapping[str, str]) -> str:
    """What `read_keys` reads; only what is not usual."""
    return ".".join(f"{name}-{ord(key)}" for name, key in keys.items() if key != _USUAL[name])


def given_keys(given: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """The keys that a form gives, and a word for what is wrong with them: empty if nothing is."""
    keys = {name: given.get(name, "").strip() or usual for name, usual in _USUAL.items()}
    wrong = [key for key in keys.values() if not _is_key(key)]
    return keys, wrong[0][:20] if wrong else clashes(keys)


def clashes(keys: Mapping[str, str]) -> str:
    """A key that would do two things on one page; empty if there is none."""
    for place, first in enumerate(KEYS):
        for second in KEYS[place + 1 :]:
            shared = not first.pages or not second.pages or set(first.pages) & set(second.pages)
            if shared and keys[first.name] == keys[second.name]:
                return keys[first.name]
    return ""


def _is_key(key: str) -> bool:
    return len(key) == 1 and "!" <= key <= "~"
