"""What persons did to a picture, as the drawing takes it: places, folds, notes, marks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from chainlead.model import moment_from_text, moment_to_text

Place = tuple[int, int]
"""Where a node stands, in points from the upper left corner; may be negative."""

COMPARE = "compare"
"""The name under which the trails of all rules are drawn as one picture."""

HAND = "fold hand "
"""The key of every fold that a person made begins so; then its own name in the case."""
CHOSEN, AFTER, BEFORE = "chosen", "after", "before"
"""What a person folds: chosen things, or everything after or before one thing."""


@dataclass(frozen=True, slots=True)
class HandFold:
    """Things of a picture that a person folded into one named box.

    Attributes:
        fold_id: names it in the case.
        name: what the person calls it.
        kind: `chosen`, `after` or `before`.
        start: the thing after or before which all was folded; empty for chosen things.
        members: every transaction, output and service in it, those behind computed folds too.
        place: where its box stands unless it is moved.
        who: who made it.
        at: when, UTC.
        is_open: its things are drawn now, not its box.
    """

    fold_id: str
    name: str
    kind: str
    start: str
    members: frozenset[str]
    place: Place
    who: str
    at: datetime
    is_open: bool = False

    @property
    def key(self) -> str:
        """The key of its box in the picture."""
        return f"{HAND}{self.fold_id}"

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "fold_id": self.fold_id,
            "name": self.name,
            "kind": self.kind,
            "start": self.start,
            "members": sorted(self.members),
            "place": list(self.place),
            "who": self.who,
            "at": moment_to_text(self.at),
            "is_open": self.is_open,
        }

    @classmethod
    def from_document(cls, told: Mapping[str, Any]) -> "HandFold":
        """Read what `document` writes."""
        x, y = told["place"]
        return cls(
            told["fold_id"], told["name"], told["kind"], told["start"], frozenset(told["members"]),
            (int(x), int(y)), told["who"], moment_from_text(told["at"]), bool(told["is_open"]),
        )  # fmt: skip


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
        hand_folds: the folds that persons made, oldest first.
    """

    places: Mapping[str, Place] = field(default_factory=lambda: MappingProxyType({}))
    opened: Mapping[str, Mapping[str, Place]] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[Note, ...] = ()
    marked: frozenset[str] = frozenset()
    hand_folds: tuple[HandFold, ...] = ()

    def with_hand_folds(self, hand_folds: tuple[HandFold, ...]) -> "Canvas":
        """The same with other folds made by persons."""
        return replace(self, hand_folds=hand_folds)

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
