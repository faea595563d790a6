"""What persons did to a picture, as the drawing takes it: places, opened folds, notes, marks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

Place = tuple[int, int]
"""Where a node stands, in points from the upper left corner; may be negative."""

COMPARE = "compare"
"""The name under which the trails of all rules are drawn as one picture."""


@dataclass(frozen=True, slots=True)
class Note:
    """A remark of a person.

    Attributes:
        note_id: names it in the case.
        subject: what it is about, such as `node:<trace id>:<key>`.
        text: as it was written.
        for_report: whether the report shows it; an internal note is never shown there.
        who: its author.
        at: when it was written, UTC.
    """

    note_id: str
    subject: str
    text: str
    for_report: bool
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Canvas:
    """One picture's places and folds, and the case's notes and marks.

    Attributes:
        places: where nodes stand that a person moved.
        opened: each opened fold, in the order of opening, with the places of what was in it.
        notes: the case's notes, oldest first.
        marked: the subjects that are marked for the report.
    """

    places: Mapping[str, Place] = field(default_factory=lambda: MappingProxyType({}))
    opened: Mapping[str, Mapping[str, Place]] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[Note, ...] = ()
    marked: frozenset[str] = frozenset()

    def notes_on(self, subject: str) -> tuple[Note, ...]:
        """The notes about one thing, oldest first."""
        return tuple(note for note in self.notes if note.subject == subject)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A narrower choice of what is drawn; an empty one draws everything.

    Attributes:
        only_after: only transactions at this time or later, ISO 8601 in UTC.
        only_before: only transactions at this time or earlier.
        least_units: only lines that carry at least so many base units.
        from_node: only what is reached from this node.
    """

    only_after: str = ""
    only_before: str = ""
    least_units: int = 0
    from_node: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether everything is drawn."""
        return self == Narrowing()

    def document(self) -> dict[str, str]:
        """As JSON text, the amount as digits."""
        return {
            "only_after": self.only_after,
            "only_before": self.only_before,
            "least_units": str(self.least_units),
            "from_node": self.from_node,
        }

    @classmethod
    def from_document(cls, told: Mapping[str, str]) -> "Narrowing":
        """Read what `document` writes."""
        return cls(
            told.get("only_after", ""),
            told.get("only_before", ""),
            int(told.get("least_units", "0")),
            told.get("from_node", ""),
        )


def node_subject(trace_id: str, key: str) -> str:
    """The subject of a note or mark on a node."""
    return f"node:{trace_id}:{key}"


def edge_subject(trace_id: str, tail: str, head: str) -> str:
    """The subject of a note or mark on a line."""
    return f"edge:{trace_id}:{tail}:{head}"


def beneath_view(name: str, sha256: str) -> tuple[str, ...]:
    """What stands below the picture of a saved view."""
    return (f"Saved view {name}, {sha256}",)


def as_places(told: Mapping[str, Iterable[int]]) -> dict[str, Place]:
    """Places as JSON has them."""
    return {key: (int(x), int(y)) for key, (x, y) in told.items()}
