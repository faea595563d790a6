"""The words that officers meet, in plain language. One source: `data/glossary.yaml`."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

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
class Word:
    """One term, what it means here, and the group that it belongs to."""

    term: str
    meaning: str
    group: str


@cache
def glossary() -> tuple[Word, ...]:
    """All words, sorted by term."""
    text = resources.files("chainlead.guide").joinpath("data/glossary.yaml").read_text("utf-8")
    entries = yaml.safe_load(text)
    words = (Word(entry["term"], entry["meaning"], entry["group"]) for entry in entries)
    return tuple(sorted(words, key=lambda word: word.term.casefold()))


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
