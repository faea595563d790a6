"""GraphSense's confidence classes with their graded levels, as a table.

Source: graphsense-tagpack-tool, `db/confidence.csv` and changelog (levels 5 to 100), read 2026-11-22. The levels
order claims; they are no probabilities, and nothing is computed from them.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

NOT_STATED = "not stated"
_BELOW = "one class below "


@dataclass(frozen=True, slots=True)
class Confidence:
    """One class: its level (0 to 100) and what it means, in words."""

    name: str
    level: int
    words: str


@cache
def confidence_classes() -> dict[str, Confidence]:
    """All classes by name, strongest first."""
    text = resources.files("chainlead.attribution").joinpath("data/confidence.csv").read_text()
    rows = csv.DictReader(text.splitlines())
    return {
        row["confidence"]: Confidence(row["confidence"], int(row["level"]), row["words"])
        for row in rows
    }


def confidence_level(name: str | None) -> int:
    """The level of a class; 0 where the pack states none or one that is not in the table.

    `one class below service_data` has the level of the next weaker class of the table.
    """
    plain = (name or "").removeprefix(_BELOW)
    found = confidence_classes().get(plain)
    level = found.level if found else 0
    if plain == (name or ""):
        return level
    return max((c.level for c in confidence_classes().values() if c.level < level), default=0)


def confidence_words(name: str | None) -> str:
    """What a class means, for a sentence that starts with "confidence"."""
    found = confidence_classes().get((name or "").removeprefix(_BELOW))
    if found:
        lower = (name or "").startswith(_BELOW)
        return f"one class below: {found.words}" if lower else found.words
    return "the pack states none" if not name or name == NOT_STATED else "a class not in the table"


def one_class_lower(name: str) -> str:
    """What a claim inherited from a cluster has: it keeps the tag's class in its name."""
    return name if name.startswith(_BELOW) else f"{_BELOW}{name}"
