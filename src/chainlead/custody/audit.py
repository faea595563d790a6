"""Look at a journal without changing it, and say what kind of damage it has, and where."""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path


class DamageKind(Enum):
    """What was done to a journal, as far as its own bytes show."""

    CHANGED = "changed"
    REMOVED = "removed"
    DUPLICATED = "duplicated"
    REORDERED = "reordered"
    INSERTED = "inserted"
    TORN = "torn"
    CUT = "cut"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Damage:
    """The first bad place: line number (from 1), the entry expected there, and a sentence."""

    kind: DamageKind
    line: int
    seq: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Audit:
    """How many entries are sound from the start, the digest of the last of them, any damage."""

    sound_entries: int
    head: str
    damage: Damage | None


def audit_journal(path: Path, *, expected_head: str = "", expected_length: int = 0) -> Audit:
    """Check every entry's bytes, digest, number and link.

    Args:
        path: the journal file.
        expected_head: a digest noted elsewhere (report, seal) that some entry must have.
        expected_length: at least so many entries must be there.
    """
    raise NotImplementedError
