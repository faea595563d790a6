"""Walks one exhibit file inward: raw bytes, views, and whatever is nested, within the limits."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from chainlead.errors import ExhibitNotFoundError
from chainlead.evidence.budget import Budget, StopReadingError
from chainlead.evidence.child_reader import read_in_child
from chainlead.evidence.exhibit import ExhibitFile, open_exhibit
from chainlead.evidence.item import Item, Layer, StreamRead, Unread, UnreadReason
from chainlead.evidence.limits import Limits
from chainlead.evidence.naming import readable_name
from chainlead.evidence.pages import read_pages
from chainlead.evidence.passwords import NO_PASSWORDS, Passwords
from chainlead.evidence.source import KeepRaw, Member, Piece, Place, Source, Value
from chainlead.evidence.stream import Stream, open_regular, spool
from chainlead.model import Provenance, Step
from chainlead.registry import residents

_HEAD_BYTES = 4096
_NOT_A_LOSS = frozenset(
    {
        UnreadReason.CLIMBS_OUT,
        UnreadReason.DUPLICATE_NAME,
        UnreadReason.EMPTY,
        UnreadReason.LINK,
        UnreadReason.SKIPPED,
        UnreadReason.SPECIAL,
    }
)
_CAN_HOLD_MORE = frozenset(b"{[<P\x1fB\xfdS(\xefbm\x08\x0a\x0d\x12\x1a\xff")
_NESTED_VALUE_BYTES = 32
_NAME_CHARACTERS = 20

_Yield = Item | StreamRead | Unread


def identify(head: bytes, name: str, stream: Stream) -> Source | None:
    """The first source, by rank and name, that recognises the stream."""
    for source in _sources():
        if source.matches(head, name, stream):
            return source
    return None


def _named(name: str) -> Source | None:
    return next((source for source in _sources() if source.name == name), None) if name else None


def _sources() -> list[Source]:
    found = residents("chainlead.evidence.sources", Source)  # type: ignore[type-abstract]  # the registry leaves it out
    return sorted(found, key=lambda source: (source.rank, source.name))


def read_file(
    file: ExhibitFile,
    limits: Limits,
    *,
    now: Callable[[], float] = time.monotonic,
    passwords: Passwords = NO_PASSWORDS,
) -> Iterator[Item | StreamRead | Unread]:
    """Everything that one exhibit file holds, outermost first.

    Args:
        file: what `Exhibit.files` gave.
        limits: how far to go.
        now: seconds that never go back; the caller's own time between items is not counted.
        passwords: tried on what is encrypted.

    Yields:
        `StreamRead` for each stream, its `Item`s, and an `Unread` for whatever could not be read.
    """
    yield from _read(file, limits, now, None, passwords)


def reread(
    exhibit_path: Path,
    provenance: Provenance,
    limits: Limits,
    *,
    passwords: Passwords = NO_PASSWORDS,
) -> Iterator[Item]:
    """The items at one location again, straight from the exhibit.

    Args:
        exhibit_path: where the exhibit lies now.
        provenance: a location that `read_file` gave.
        limits: as when it was read.
        passwords: as when it was read.

    Raises:
        ExhibitNotFoundError: the exhibit, or this file of it, is not there.
    """
    exhibit = open_exhibit(exhibit_path, provenance.exhibit)
    step = provenance.steps[:1]
    for file in exhibit.files():
        if not isinstance(file, ExhibitFile) or file.provenance.steps != step:
            continue
        for piece in _read(file, limits, time.monotonic, provenance.steps, passwords):
            if isinstance(piece, Item) and piece.provenance == provenance:
                yield piece
        return
    raise ExhibitNotFoundError(f"{exhibit_path} holds no {' '.join(map(str, step))}.")


def _read(
    file: ExhibitFile,
    limits: Limits,
    now: Callable[[], float],
    target: tuple[Step, ...] | None,
    passwords: Passwords,
) -> Iterator[_Yield]:
    try:
        stream = open_regular(file.path)
    except OSError as error:
        detail = error.strerror or str(error)
        yield Unread(file.provenance, UnreadReason.NO_ACCESS, detail)
        return
    budget = Budget(limits, now, stream.size_bytes)
    walk = _Walk(budget, target)
    place = Place(
        file.provenance,
        stream,
        file.name,
        budget,
        sibling=file.sibling,
        neighbour=file.neighbour,
        passwords=passwords,
        is_wanted=walk.is_wanted,
    )
    try:
        for piece in walk.outermost(place, file.source_name):
            budget.pause()
            yield piece
            budget.resume()
        if _has_changed(file, stream):
            yield place.unread(UnreadReason.DAMAGED, "the file changed while it was read")
    except OSError as error:
        yield place.unread(UnreadReason.DAMAGED, f"reading stopped: {error.strerror or error}")
    finally:
        stream.close()


def _has_changed(file: ExhibitFile, stream: Stream) -> bool:
    """Whether the file has another size than when it was opened."""
    try:
        other = open_regular(file.path)
    except OSError:
        return True
    changed = other.size_bytes != stream.size_bytes
    other.close()
    return changed


class _Walk:
    """One journey through one exhibit file."""

    def __init__(self, budget: Budget, target: tuple[Step, ...] | None) -> None:
        self._budget = budget
        self._target = target

    def outermost(self, place: Place, source_name: str = "") -> Iterator[_Yield]:
        """The exhibit file itself: a limit that ends everything ends it here."""
        started_raw = False
        try:
            for piece in self._stream(place, 0, source_name):
                if isinstance(piece, Item) and piece.provenance == place.provenance:
                    started_raw = started_raw or piece.row is None
                yield piece
        except StopReadingError as error:
            yield place.unread(error.reason, error.detail)
            if not started_raw:
                yield from read_pages(place)

    def _stream(
        self, place: Place, depth: int, source_name: str = "", *, is_searched: bool = False
    ) -> Iterator[_Yield]:
        head = place.stream.read_at(0, _HEAD_BYTES)
        source = _named(source_name) or identify(head, place.name, place.stream)
        media_type = source.media_type if source else ""
        yield StreamRead(
            place.provenance,
            media_type or "application/octet-stream",
            place.stream.sha256(),
            place.stream.size_bytes,
        )
        yield from _name_item(place)
        if place.stream.size_bytes == 0:
            yield place.unread(UnreadReason.EMPTY, "0 bytes")
            return
        if not is_searched and not (source and source.replaces_raw):
            yield from read_pages(place, media_type)
        if source is None:
            return
        lost = False
        for piece in self._inside(source, place, depth):
            if isinstance(piece, KeepRaw):
                lost = True
                continue
            if isinstance(piece, Unread) and piece.reason not in _NOT_A_LOSS:
                lost = lost or len(piece.provenance.steps) <= len(place.provenance.steps) + 1
            yield piece
        if source.replaces_raw and lost and not is_searched:
            yield from read_pages(place, media_type)

    def _inside(self, source: Source, place: Place, depth: int) -> Iterator[_Yield | KeepRaw]:
        if depth >= self._budget.limits.depth:
            yield place.unread(UnreadReason.TOO_DEEP, f"nested more than {depth} deep")
            return
        try:
            for piece in read_in_child(source, place) if source.risky else source.read(place):
                yield from self._piece(piece, place, depth)
        except StopReadingError as error:
            if error.everything:
                raise
            yield place.unread(error.reason, error.detail)

    def _piece(self, piece: Piece, place: Place, depth: int) -> Iterator[_Yield | KeepRaw]:
        match piece:
            case Item() | Unread() | KeepRaw():
                yield piece
            case Member():
                yield from self._member(piece, place, depth)
            case Value():
                yield from self._value(piece, place, depth)

    def _member(self, member: Member, place: Place, depth: int) -> Iterator[_Yield]:
        self._budget.count_member()
        steps = (*place.provenance.steps, *member.outer, member.step)
        if not self.is_wanted(steps):
            return
        provenance = Provenance(place.provenance.exhibit, steps)
        stream, stopped = spool(
            member.chunks(), member.stored_bytes, place.stream.chain_ratio, self._budget
        )
        try:
            inner = Place(
                provenance,
                stream,
                member.name,
                self._budget,
                member.charset,
                member.sibling,
                member.neighbour,
                passwords=place.passwords,
                is_wanted=self.is_wanted,
            )
            if stopped is not None:
                yield inner.unread(stopped.reason, stopped.detail)
                if stream.size_bytes == 0:
                    return
            yield from self._stream(
                inner, depth + 1, member.source_name, is_searched=member.is_searched
            )
        finally:
            stream.close()

    def _value(self, value: Value, place: Place, depth: int) -> Iterator[_Yield]:
        yield value.item
        content = value.item.data
        if len(content) < _NESTED_VALUE_BYTES or content[0] not in _CAN_HOLD_MORE:
            return
        provenance = Provenance(place.provenance.exhibit, (*place.provenance.steps, value.step))
        if not self.is_wanted(provenance.steps):
            return
        stream = Stream.of_bytes(content, place.stream.chain_ratio)
        source = identify(content[:_HEAD_BYTES], "", stream)
        if source is None:
            return
        self._budget.count_member()
        inner = Place(provenance, stream, "", self._budget, passwords=place.passwords)
        if source.replaces_raw:
            yield StreamRead(provenance, source.media_type, stream.sha256(), stream.size_bytes)
        for piece in self._inside(source, inner, depth + 1):
            if not isinstance(piece, KeepRaw):  # the value's own bytes were searched above
                yield piece

    def is_wanted(self, steps: tuple[Step, ...]) -> bool:
        """Whether somebody wants what lies at these steps, or inside."""
        if self._target is None:
            return True
        shared = min(len(steps), len(self._target))
        return steps[:shared] == self._target[:shared]


def _name_item(place: Place) -> Iterator[Item]:
    """A long name is evidence too: key stores are named after their address."""
    if len(place.name) < _NAME_CHARACTERS:
        return
    yield Item(
        provenance=place.provenance,
        data=readable_name(place.name).encode(),
        encoding="utf-8",
        media_type="text/x-file-name",
        layer=Layer.DECODED,
        stream_sha256=place.stream.sha256(),
        offset_bytes=None,
        row="name",
    )
