"""Where a reading of one exhibit file begins, how careful it is, and where it may go on later."""

from dataclasses import dataclass
from typing import Any, Self

from chainlead.evidence.item import Item
from chainlead.evidence.passwords import NO_PASSWORDS, Passwords
from chainlead.model import Step


@dataclass(frozen=True, slots=True)
class Cut:
    """A place between two pieces of an exhibit file; what follows it can be read without the rest.

    A stream is counted in units: its head, then each raw page, then each piece of its source, then
    the raw pages that had to follow. Cuts follow from the file and the limits alone.

    Attributes:
        path: for each stream, from the outside in, the unit to go on with and whether some of its
            content was lost before it. A negative unit counts pages that were read after a limit
            had ended everything else.
        unpacked_bytes: what the budget had counted.
        members: the same.
        has_raw: whether raw pages of the file itself came before.
    """

    path: tuple[tuple[int, bool], ...]
    unpacked_bytes: int = 0
    members: int = 0
    has_raw: bool = False

    def to_row(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "path": [[unit, lost] for unit, lost in self.path],
            "unpacked_bytes": self.unpacked_bytes,
            "members": self.members,
            "has_raw": self.has_raw,
        }

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Self:
        """Read what `to_row` wrote."""
        path = tuple((int(unit), bool(lost)) for unit, lost in row["path"])
        return cls(path, row["unpacked_bytes"], row["members"], row["has_raw"])

    @classmethod
    def before_page(cls, page: int) -> Self:
        """The cut before a page of a file that no source knows."""
        return cls(((page + 1, False),), has_raw=page > 0)


@dataclass(frozen=True, slots=True)
class Lead:
    """What stands before the first page after a cut.

    Attributes:
        item: the end of the page before and some of this page. What starts in it was found before
            the cut; it is there so that nothing after the cut is taken for a beginning.
    """

    item: Item


@dataclass(frozen=True, slots=True)
class Journey:
    """How to read one exhibit file.

    Attributes:
        start: go on here; the whole file if left out.
        cut_bytes: make a cut about every so many bytes; 0: none.
        target: what somebody wants of the file; all if left out.
        is_careful: every source works in a child process, not just the risky ones.
        is_raw_only: no source works at all.
        sha256: take this for the file's digest; computed if empty.
        passwords: what a person gave for encrypted containers.
    """

    start: Cut | None = None
    cut_bytes: int = 0
    target: tuple[Step, ...] | None = None
    is_careful: bool = False
    is_raw_only: bool = False
    sha256: str = ""
    passwords: Passwords = NO_PASSWORDS
