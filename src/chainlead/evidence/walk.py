"""The way inward through one exhibit file: raw bytes, views, and whatever is nested.

The way can be cut into parts: see `journey`. A cut is made only where the two sides cannot meet in
one finding: between raw pages that nothing else is made of, and between members of a container.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from chainlead.evidence.budget import Budget, StopReadingError
from chainlead.evidence.child_reader import read_in_child
from chainlead.evidence.encoded_runs import (
    SHORTEST as _SHORTEST_RUN,
)
from chainlead.evidence.encoded_runs import (
    EncodedRun,
    decode_run,
    find_encoded,
    text_encoding,
)
from chainlead.evidence.item import Item, Layer, StreamRead, Unread, UnreadReason
from chainlead.evidence.journey import Cut, Journey, Lead
from chainlead.evidence.limits import Limits
from chainlead.evidence.naming import readable_name
from chainlead.evidence.pages import count_pages, read_lead, read_pages
from chainlead.evidence.source import KeepRaw, Member, Piece, Place, Source, Value
from chainlead.evidence.stream import Stream, spool
from chainlead.model import Provenance, Step
from chainlead.registry import residents

HEAD_BYTES = 4096
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
_CAN_HOLD_MORE = frozenset(b"{[<P\x1fB\xfdS(\xefbm\x08\x0a\x0d\x12\x1a\xff\x89")
_PICTURE_HEADS = (b"GIF8", b"RIFF", b"II*\0", b"MM\0*")
_NESTED_VALUE_BYTES = 32
_CLEAR_SIGNATURE = 20
_NAME_CHARACTERS = 20
_NOTE_BYTES = 1024
_ALWAYS_CUT_BYTES = 1 << 30

Yield = Item | StreamRead | Unread | Cut | Lead


def identify(head: bytes, name: str, stream: Stream, *, but: str = "") -> Source | None:
    """The first source, by rank and name, that recognises the stream; not the one named `but`."""
    for source in _sources():
        if source.name != but and source.matches(head, name, stream):
            return source
    return None


def load_sources() -> None:
    """Load every source now, and not when the first file is read."""
    _sources()


def _named(name: str) -> Source | None:
    return next((source for source in _sources() if source.name == name), None) if name else None


def _sources() -> list[Source]:
    found = residents("chainlead.evidence.sources", Source)  # type: ignore[type-abstract]  # the registry leaves it out
    return sorted(found, key=lambda source: (source.rank, source.name))


@dataclass(slots=True)
class _Level:
    """One stream on the way in: its next unit, and whether the way may be cut here."""

    can_cut: bool
    unit: int = 0
    is_lost: bool = False


class Walk:
    """One journey through one exhibit file."""

    def __init__(self, budget: Budget, journey: Journey) -> None:
        """Stand before the file."""
        self._budget = budget
        self._journey = journey
        self._levels: list[_Level] = []
        self._since_cut = 0
        self._has_raw = bool(journey.start and journey.start.has_raw)
        self._decoded: set[tuple[Provenance, bytes]] = set()
        self._streams: list[Provenance] = []

    def outermost(self, place: Place, source_name: str = "") -> Iterator[Yield]:
        """The exhibit file itself: a limit that ends everything ends it here."""
        start = self._journey.start.path if self._journey.start else ()
        after_limit = -start[0][0] - 1 if start and start[0][0] < 0 else None
        if after_limit is not None:
            self._go_on_counting()
        elif self._journey.is_raw_only:
            yield from self._head(place, "")
            after_limit = 0
        try:
            pieces = self._stream(place, 0, source_name, start=start)
            for piece in () if after_limit is not None else pieces:
                if isinstance(piece, Item) and piece.provenance == place.provenance:
                    self._has_raw = self._has_raw or piece.row is None
                self._count(piece)
                yield piece
        except StopReadingError as error:
            yield place.unread(error.reason, error.detail)
            if not self._has_raw:
                after_limit = 0
        if after_limit is not None:
            level = _Level(can_cut=True)
            self._levels = [level]
            for piece in self._pages(place, "", level, -1, after_limit):
                self._count(piece)
                yield piece

    def is_wanted(self, steps: tuple[Step, ...]) -> bool:
        """Whether somebody wants what lies at these steps, or inside."""
        target = self._journey.target
        if target is None:
            return True
        shared = min(len(steps), len(target))
        return steps[:shared] == target[:shared]

    def _go_on_counting(self) -> None:
        start = self._journey.start
        assert start is not None
        self._budget.count_from(start.unpacked_bytes, start.members)

    def _count(self, piece: Yield) -> None:
        if isinstance(piece, Item):
            self._since_cut += len(piece.data)
        if isinstance(piece, Item | StreamRead | Unread):
            self._since_cut += _NOTE_BYTES

    def _cut(self, *, is_due: bool | None = None) -> Iterator[Cut]:
        """A cut, if one is due and nothing forbids it here."""
        wanted = self._journey.cut_bytes
        is_due = self._since_cut >= wanted if is_due is None else is_due
        if not wanted or not is_due or not all(level.can_cut for level in self._levels):
            return
        self._since_cut = 0
        self._decoded.clear()  # so that what follows is the same whether or not one stopped here
        path = tuple((level.unit, level.is_lost) for level in self._levels)
        yield Cut(path, *self._budget.counted, self._has_raw)

    def _stream(
        self,
        place: Place,
        depth: int,
        source_name: str = "",
        *,
        is_searched: bool = False,
        start: tuple[tuple[int, bool], ...] = (),
    ) -> Iterator[Yield]:
        begin, is_lost = start[0] if start else (0, False)
        if len(start) == 1:
            self._go_on_counting()
        source = self._source_of(place, source_name)
        media_type = source.media_type if source else ""
        is_replaced = bool(source and source.replaces_raw)
        is_large = place.stream.size_bytes > _ALWAYS_CUT_BYTES
        level = _Level(source is None or is_replaced or is_large, 1, is_lost)
        self._levels.append(level)
        self._streams.append(place.provenance)
        try:
            if begin == 0:
                yield from self._head(place, media_type)
            if place.stream.size_bytes == 0:
                return
            if not is_searched and not is_replaced:
                is_bare = source is None and depth == 0
                yield from self._pages(place, media_type, level, 1, begin, is_bare=is_bare)
                level.unit = 1 + count_pages(place)
            if source is None:
                return
            for piece in self._inside(source, place, depth, level, start):
                if isinstance(piece, KeepRaw):
                    level.is_lost = True
                    continue
                if isinstance(piece, Unread) and piece.reason not in _NOT_A_LOSS:
                    is_near = len(piece.provenance.steps) <= len(place.provenance.steps) + 1
                    level.is_lost = level.is_lost or is_near
                yield piece
            if is_replaced and level.is_lost and not is_searched:
                yield from self._pages(place, media_type, level, level.unit, begin)
        finally:
            self._levels.pop()
            self._streams.pop()

    def _source_of(self, place: Place, source_name: str) -> Source | None:
        head = place.stream.read_at(0, HEAD_BYTES)
        return _named(source_name) or identify(head, place.name, place.stream)

    def _head(self, place: Place, media_type: str) -> Iterator[Yield]:
        yield StreamRead(
            place.provenance,
            media_type or "application/octet-stream",
            place.stream.sha256(),
            place.stream.size_bytes,
        )
        yield from _name_item(place)
        if place.stream.size_bytes == 0:
            yield place.unread(UnreadReason.EMPTY, "0 bytes")
        elif self._journey.is_raw_only:
            yield place.unread(
                UnreadReason.CRASHED, "reading it ended the program: only raw bytes were searched"
            )

    def _pages(
        self,
        place: Place,
        media_type: str,
        level: _Level,
        unit: int,
        begin: int,
        *,
        is_bare: bool = False,
    ) -> Iterator[Yield]:
        """Raw pages; the first of them is this unit (below 0: pages after a limit).

        A file that is nothing but pages (`is_bare`) is cut by the number of its pages alone, so
        that everybody knows where.
        """
        every = pages_per_part(self._journey.cut_bytes, self._budget.limits) if is_bare else 1
        first = begin if unit < 0 else max(begin - unit, 0)
        number = first
        if 0 < first < count_pages(place):
            yield from _lead(place, media_type, first)
        runs: list[EncodedRun] = []
        for number, page in enumerate(read_pages(place, media_type, first), first + 1):
            yield page
            level.unit = -number - 1 if unit < 0 else unit + number
            at = page.offset_bytes or 0
            runs += [replace(run, start=at + run.start) for run in self._runs(page)]
            is_last = number >= count_pages(place)
            is_due = number % every == 0 and not is_last if is_bare else None
            for cut in self._cut(is_due=is_due):
                yield from self._encoded(place, runs)
                runs.clear()
                yield cut
                if not is_last:
                    yield from _lead(place, media_type, number)
        yield from self._encoded(place, runs)

    def _runs(self, item: Item) -> list[EncodedRun]:
        """What is worth decoding; one level of each kind."""
        kinds = {step.kind for step in item.provenance.steps}
        if {"base64", "hex"} <= kinds:
            return []
        found = find_encoded(item, _is_container)
        return [run for run in found if run.kind not in kinds]

    def _encoded(self, place: Place, runs: list[EncodedRun]) -> Iterator[Yield]:
        """The decoded runs of a stream as items, with what they contain; each content once a stream.

        They come behind the pages: what stands between two pages would part them.
        """
        for run in runs:
            step = Step(run.kind, f"@{run.start}+{run.length_bytes}")
            provenance = Provenance(place.provenance.exhibit, (*place.provenance.steps, step))
            if not self.is_wanted(provenance.steps):
                continue
            content = decode_run(run.kind, place.stream.read_at(run.start, run.length_bytes))
            digest = hashlib.sha256(content)
            key = (self._streams[-1] if self._streams else place.provenance, digest.digest())
            if key in self._decoded:
                continue
            self._decoded.add(key)
            self._budget.count_member()
            self._budget.count_bytes(len(content))
            item = Item(
                provenance=provenance,
                data=content,
                encoding=text_encoding(content) or "bytes",
                media_type=f"application/octet-stream; from={run.kind}",
                layer=Layer.DECODED,
                stream_sha256=digest.hexdigest(),
                offset_bytes=0,
            )
            yield item
            stream = Stream.of_bytes(content, place.stream.chain_ratio)
            inner = Place(provenance, stream, "", self._budget, passwords=place.passwords)
            yield from self._nested(inner, len(place.provenance.steps))
            yield from self._encoded(inner, self._runs(item))

    def _inside(
        self,
        source: Source,
        place: Place,
        depth: int,
        level: _Level,
        start: tuple[tuple[int, bool], ...] = (),
    ) -> Iterator[Yield | KeepRaw]:
        """The pieces of a source; `level.unit` is the number of the first."""
        begin, deeper = (start[0][0], start[1:]) if start else (0, ())
        if depth >= self._budget.limits.depth:
            if level.unit >= begin:
                yield place.unread(UnreadReason.TOO_DEEP, f"nested more than {depth} deep")
            level.unit += 1
            return
        has_views, always = False, level.can_cut
        is_alone = source.risky or self._journey.is_careful
        try:
            for piece in read_in_child(source, place) if is_alone else source.read(place):
                has_views = has_views or isinstance(piece, Item | Value)
                level.can_cut = always or not has_views
                if level.unit >= begin:
                    is_entered = level.unit == begin
                    yield from self._piece(piece, place, depth, deeper if is_entered else ())
                elif isinstance(piece, KeepRaw):
                    yield piece
                level.unit += 1
                if level.unit > begin:
                    yield from self._cut()
        except StopReadingError as error:
            if error.everything:
                raise
            if level.unit >= begin:
                yield place.unread(error.reason, error.detail)
            level.unit += 1

    def _piece(
        self, piece: Piece, place: Place, depth: int, start: tuple[tuple[int, bool], ...]
    ) -> Iterator[Yield | KeepRaw]:
        match piece:
            case Item() | Unread() | KeepRaw():
                yield piece
            case Member():
                yield from self._member(piece, place, depth, start)
            case Value():
                yield from self._value(piece, place, depth)

    def _member(
        self, member: Member, place: Place, depth: int, start: tuple[tuple[int, bool], ...]
    ) -> Iterator[Yield]:
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
                if not start:
                    yield inner.unread(stopped.reason, stopped.detail)
                if stream.size_bytes == 0:
                    return
            yield from self._stream(
                inner,
                depth + 1,
                member.source_name,
                is_searched=member.is_searched and not self._budget.limits.raw_members,
                start=start,
            )
        finally:
            stream.close()

    def _value(self, value: Value, place: Place, depth: int) -> Iterator[Yield]:
        yield value.item
        content = value.item.data
        if len(content) < _NESTED_VALUE_BYTES:
            return
        provenance = Provenance(place.provenance.exhibit, (*place.provenance.steps, value.step))
        if not self.is_wanted(provenance.steps):
            return
        stream = Stream.of_bytes(content, place.stream.chain_ratio)
        inner = Place(provenance, stream, "", self._budget, passwords=place.passwords)
        if content[0] in _CAN_HOLD_MORE or content.startswith(_PICTURE_HEADS):
            yield from self._nested(inner, depth)
        if len(content) >= _SHORTEST_RUN:
            yield from self._encoded(inner, self._runs(value.item))

    def _nested(self, inner: Place, depth: int) -> Iterator[Yield]:
        """What a value contains, if it is a container."""
        source = self._source_of(inner, "")
        if source is None:
            return
        self._budget.count_member()
        if source.replaces_raw:
            stream = inner.stream
            yield StreamRead(
                inner.provenance, source.media_type, stream.sha256(), stream.size_bytes
            )
        barrier, level = _Level(can_cut=False), _Level(can_cut=False)
        self._levels += [barrier, level]
        try:
            for piece in self._inside(source, inner, depth + 1, level):
                if not isinstance(piece, KeepRaw):  # the value's own bytes were searched above
                    yield piece
        finally:
            del self._levels[-2:]


def _is_container(head: bytes) -> bool:
    """Whether bytes have the clear signature of something that can be read."""
    source = identify(head[:HEAD_BYTES], "", Stream.of_bytes(head))
    return source is not None and source.rank <= _CLEAR_SIGNATURE


def pages_per_part(cut_bytes: int, limits: Limits) -> int:
    """How many pages of a file that no source knows lie between two cuts."""
    return max(cut_bytes // limits.page_bytes, 1)


def _lead(place: Place, media_type: str, page: int) -> Iterator[Lead]:
    item = read_lead(place, media_type, page)
    if item is not None:
        yield Lead(item)


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
