"""What a source is: it recognises one kind of stream by its content and takes it apart."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from chainlead.evidence.budget import Budget
from chainlead.evidence.item import Item, Layer, Unread, UnreadReason
from chainlead.evidence.passwords import NO_PASSWORDS, Passwords
from chainlead.evidence.stream import Stream
from chainlead.model import Provenance, Step


def no_sibling(_suffix: str) -> Stream | None:
    """For streams that have no neighbours."""
    return None


def everything(_steps: tuple[Step, ...]) -> bool:
    """For a reading that leaves nothing out."""
    return True


@dataclass(frozen=True, slots=True)
class Place:
    """A stream and where it lies.

    Attributes:
        name: the file's or member's own name, a weak hint.
        charset: what the container says about the text, for example a mail part's charset.
        sibling: gives the neighbour whose name has this suffix more (`-wal`), or None.
        neighbour: gives the file at this path from the stream's own folder (`../Manifest.db`), or
            None; never one outside the exhibit.
        passwords: what a person gave for encrypted containers.
        is_wanted: whether anybody will look at what lies at these steps; when one location is read
            again, the rest is not.
    """

    provenance: Provenance
    stream: Stream
    name: str
    budget: Budget
    charset: str = ""
    sibling: Callable[[str], Stream | None] = no_sibling
    neighbour: Callable[[str], Stream | None] = no_sibling
    passwords: Passwords = NO_PASSWORDS
    is_wanted: Callable[[tuple[Step, ...]], bool] = everything

    def unread(self, reason: UnreadReason, detail: str) -> Unread:
        """Something of this stream that was not read."""
        return Unread(self.provenance, reason, detail)

    def view(self, view: str, row: str, text: str, media_type: str) -> Item:
        """A piece of text that was made out of this stream, placed by `row` alone."""
        return Item(
            provenance=self.provenance.inside("text", view),
            data=text.encode("utf-8", "replace"),
            encoding="utf-8",
            media_type=media_type,
            layer=Layer.DECODED,
            stream_sha256=self.stream.sha256(),
            offset_bytes=None,
            row=row,
        )


@dataclass(frozen=True, slots=True)
class Member:
    """A stream inside a stream.

    Attributes:
        name: the member's name as the container has it.
        chunks: gives the decoded bytes; may raise `StopReadingError`.
        stored_bytes: its size in the container.
        is_searched: the same bytes stand unchanged in the container, which is searched itself.
        source_name: the source to take it apart with, if the container knows it.
        charset: what the container says about its text.
        outer: steps between the container and `step`: partition and volume of a disk image.
        neighbour: as of `Place`, inside the container.
    """

    step: Step
    name: str
    chunks: Callable[[], Iterator[bytes]]
    stored_bytes: int
    charset: str = ""
    is_searched: bool = False
    source_name: str = ""
    sibling: Callable[[str], Stream | None] = no_sibling
    outer: tuple[Step, ...] = ()
    neighbour: Callable[[str], Stream | None] = no_sibling


@dataclass(frozen=True, slots=True)
class Value:
    """A short piece (cell, JSON string) that is searched, and may be a container itself.

    Attributes:
        item: the piece as it is searched.
        step: the step inward for what it contains.
    """

    item: Item
    step: Step


@dataclass(frozen=True, slots=True)
class KeepRaw:
    """The stream holds bytes beside its members, so its own bytes are to be searched too."""


Piece = Item | Unread | Member | Value | KeepRaw


class Source(ABC):
    """One kind of container or document. A file of `evidence/sources` defines one or more."""

    name: ClassVar[str]
    media_type: ClassVar[str]
    rank: ClassVar[int] = 50
    """Sources with a low rank look first; a clear signature is 10, a guess is 90."""
    replaces_raw: ClassVar[bool] = False
    """True if the stream's own bytes need no search once every member was read; `read` yields
    `KeepRaw` when it meets bytes that belong to no member."""
    risky: ClassVar[bool] = False
    """True if a C library or a complex decoder works here: `read` then runs in a child process with
    limits of its own, and a crash or hang there is an `Unread`. `matches` runs outside: keep it to
    a look at some bytes."""
    preload: ClassVar[tuple[str, ...]] = ()
    """Modules that `read` imports, by name: they are loaded once and not in every child."""

    @abstractmethod
    def matches(self, head: bytes, name: str, stream: Stream) -> bool:
        """Whether this is such a stream: by content (`head`: the first 4 KiB), name last."""

    @abstractmethod
    def read(self, place: Place) -> Iterator[Piece]:
        """Take the stream apart.

        Raises:
            StopReadingError: it cannot go on; what came before counts.
        """
