"""The words that officers meet, in plain language. One source: `data/glossary.yaml`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import yaml

ENGLISH = "en"
GROUPS = {
    "beginner": "First words",
    "evidence": "Evidence",
    "record": "Record and strength",
    "ledger": "Ledger",
    "trace": "Following money",
    "attribution": "Who is behind an address",
    "request": "Asking",
}


@dataclass(frozen=True, slots=True)
class Spelling:
    """A word in one language.

    Attributes:
        forms: how it can stand in a text, the term itself first.
    """

    term: str
    meaning: str
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """One term, what it means here, and the group that it belongs to.

    Attributes:
        is_marked: whether it is explained where it stands in a text; not for words of every day.
        others: the same in other languages, by their code.
    """

    term: str
    meaning: str
    group: str
    is_marked: bool = True
    others: Mapping[str, Spelling] = field(default_factory=dict)

    def said(self, language: str) -> Spelling:
        """The word in this language; in English where nobody has translated it."""
        return self.others.get(language) or Spelling(self.term, self.meaning, _forms(self.term))


def _forms(term: str) -> tuple[str, ...]:
    """An English term, and its plural."""
    if term.endswith("y") and term[-2:-1] not in "aeiou":
        return (term, f"{term[:-1]}ies")
    return (term, f"{term}es" if term.endswith(("s", "x", "ch", "sh")) else f"{term}s")


@cache
def glossary() -> tuple[Word, ...]:
    """All words, sorted by term."""
    text = resources.files("chainlead.guide").joinpath("data/glossary.yaml").read_text("utf-8")
    entries: list[dict[str, Any]] = yaml.load(text, Loader=yaml.CSafeLoader)
    return tuple(sorted(map(_word, entries), key=lambda word: word.term.casefold()))


def _word(entry: dict[str, Any]) -> Word:
    known = {"term", "meaning", "group", "mark"}
    others = {
        code: Spelling(said["term"], said["meaning"], (said["term"], *said.get("also", ())))
        for code, said in entry.items()
        if code not in known
    }
    return Word(entry["term"], entry["meaning"], entry["group"], entry.get("mark", True), others)


def lookup_word(term: str) -> Word | None:
    """The word with this name, whatever its case, or None."""
    return next((word for word in glossary() if word.term.casefold() == term.casefold()), None)


def glossary_markdown(words: Iterable[Word]) -> str:
    """The words as Markdown tables, one per group: the body of GLOSSARY.md."""
    known = tuple(words)
    parts = []
    for group, title in GROUPS.items():
        lines = [f"## {title}", "", "| Word | Meaning here |", "|---|---|"]
        lines += [f"| {word.term} | {word.meaning} |" for word in known if word.group == group]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"
