"""Reads a risky stream through a decoder in a child process, piece by piece.

The child runs `Source.read` and sends what it yields. A member's bytes come on demand, and what is
inside a member is taken apart out here again (in further children where that is risky), so the
limits of the whole file are counted in one place. A crash, a hang or too much memory costs the
piece at hand: the child is started again behind it, a few times.
"""

import importlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import NoReturn, TypeVar

from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.child_frames import (
    AskFrame,
    Begin,
    BrokenFrameError,
    ChildEndedError,
    ChildSilentError,
    ChunkFrame,
    Give,
    ItemFrame,
    KeepRawFrame,
    MemberFrame,
    Next,
    Pipe,
    StopFrame,
    UnreadFrame,
    ValueFrame,
)
from chainlead.evidence.child_process import Child
from chainlead.evidence.item import Item, Unread, UnreadReason
from chainlead.evidence.sandbox import ProcessLimits
from chainlead.evidence.source import KeepRaw, Member, Piece, Place, Source, Value
from chainlead.evidence.stream import Stream

RESTARTS = 5
_SPARE_SECONDS = 5

_T = TypeVar("_T")
_Placed = TypeVar("_Placed", Item, Unread)


def read_in_child(source: Source, place: Place) -> Iterator[Piece]:
    """What `source.read(place)` yields, read in a child process.

    Raises:
        StopReadingError: damaged, too slow, too large, or the decoder crashed.
    """
    _load_kernels()
    for name in source.preload:
        with suppress(ImportError):  # the source will say so itself
            importlib.import_module(name)
    done = 0
    for _ in range(RESTARTS + 1):
        session = _Session(source, place, done)
        try:
            yield from session.pieces()
        except _DecoderLostError as error:
            raise StopReadingError(error.reason, error.detail) from error
        finally:
            session.close()
        if not session.is_lost_in_member:
            return
        done = session.done
    raise StopReadingError(
        UnreadReason.CRASHED, f"the decoder was lost in more than {RESTARTS} members"
    )


def _load_kernels() -> None:
    from chainlead.kernels import load_every_kernel  # noqa: PLC0415  (loads numba)

    load_every_kernel()


class _DecoderLostError(Exception):
    """The child is gone, silent, or talks nonsense."""

    def __init__(self, reason: UnreadReason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class _Session:
    """One child and the pieces that it gave."""

    def __init__(self, source: Source, place: Place, skip: int) -> None:
        self._place = place
        self._budget = place.budget
        self.done = skip
        self.is_lost_in_member = False
        seconds = int(max(self._budget.seconds_left(), 0)) + _SPARE_SECONDS
        limits = ProcessLimits(self._budget.limits.child_bytes, cpu_seconds=seconds)
        self._child = Child(lambda pipe: _serve(source, place, skip, pipe), limits)
        self._pipe = self._child.pipe

    def close(self) -> None:
        self._child.end()

    def pieces(self) -> Iterator[Piece]:
        while True:
            match self._receive():
                case ItemFrame(item):
                    self.done += 1
                    yield self._checked(item)
                case UnreadFrame(unread):
                    self.done += 1
                    yield self._checked(unread)
                case ValueFrame(item, step):
                    self.done += 1
                    yield Value(self._checked(item), step)
                case KeepRawFrame():
                    self.done += 1
                    yield KeepRaw()
                case MemberFrame() as frame:
                    self.done += 1
                    yield self._member(frame)
                    if self.is_lost_in_member:
                        return
                    self._send(Next())
                case AskFrame() as ask:
                    self._answer(ask)
                case StopFrame(None):
                    return
                case StopFrame(reason, detail):
                    assert reason is not None
                    raise StopReadingError(reason, detail)
                case _:
                    self._lose_talk()

    def _member(self, frame: MemberFrame) -> Member:
        return Member(
            step=frame.step,
            name=frame.name.decode("utf-8", "surrogatepass"),
            chunks=lambda: self._given(Begin()),
            stored_bytes=frame.stored_bytes,
            charset=frame.charset,
            is_searched=frame.is_searched,
            source_name=frame.source_name,
            sibling=lambda suffix: self._beside(Begin(suffix)),
            outer=frame.outer,
            neighbour=lambda path: self._beside(Begin(path, is_path=True)),
        )

    def _given(self, begin: Begin) -> Iterator[bytes]:
        """The bytes of the member; if the child dies of them, they end here with the reason."""
        try:
            self._send(begin)
            while True:
                match self._receive():
                    case ChunkFrame(content):
                        yield content
                        self._send(Give())
                    case AskFrame() as ask:
                        self._answer(ask)
                    case StopFrame(None):
                        return
                    case StopFrame(reason, detail):
                        assert reason is not None
                        raise StopReadingError(reason, detail)
                    case _:
                        self._lose_talk()
        except _DecoderLostError as error:
            self.is_lost_in_member = True
            raise StopReadingError(error.reason, error.detail) from error

    def _beside(self, begin: Begin) -> Stream | None:
        if self.is_lost_in_member:
            return None
        content = bytearray()
        largest = self._budget.limits.database_bytes
        try:
            for chunk in self._given(begin):
                content += chunk
                if len(content) > largest:
                    return None
        except StopReadingError:
            return None
        return Stream.of_bytes(bytes(content))

    def _answer(self, ask: AskFrame) -> None:
        find = self._place.neighbour if ask.is_path else self._place.sibling
        stream = find(ask.wanted)
        if stream is None:
            self._send(StopFrame(is_missing=True))
            return
        for chunk in stream.chunks():
            self._send(ChunkFrame(chunk))
        stream.close()
        self._send(StopFrame())

    def _receive(self) -> object:
        self._budget.check_time()
        limits = self._budget.limits
        try:
            return self._pipe.receive(
                lambda: min(limits.step_seconds, max(self._budget.seconds_left(), 0))
            )
        except ChildSilentError as error:
            self._child.end()
            self._budget.check_time()
            raise _DecoderLostError(
                UnreadReason.TOO_SLOW, f"the decoder was silent for {limits.step_seconds:g} s"
            ) from error
        except ChildEndedError as error:
            raise _DecoderLostError(*self._child.wait_for_end()) from error
        except BrokenFrameError as error:
            self._child.end()
            raise _DecoderLostError(UnreadReason.CRASHED, f"the decoder gave {error}") from error

    def _send(self, frame: object) -> None:
        try:
            self._pipe.send(frame)
        except ChildEndedError as error:
            raise _DecoderLostError(*self._child.wait_for_end()) from error

    def _lose_talk(self) -> NoReturn:
        self._child.end()
        raise _DecoderLostError(UnreadReason.CRASHED, "the decoder spoke out of turn")

    def _checked(self, piece: _Placed) -> _Placed:
        """A decoder may speak about its own stream only."""
        own, other = self._place.provenance, piece.provenance
        if other.exhibit != own.exhibit or other.steps[: len(own.steps)] != own.steps:
            self._lose_talk()
        return piece


def _serve(source: Source, place: Place, skip: int, pipe: Pipe) -> None:
    """The child's side: run the decoder and answer."""
    if place.provenance.steps[1:]:  # what lies outside may be another child's to give
        place = replace(
            place,
            sibling=lambda suffix: _ask(AskFrame(suffix, is_path=False), pipe),
            neighbour=lambda path: _ask(AskFrame(path, is_path=True), pipe),
        )
    pieces = source.read(place)
    number = 0
    while True:
        end, piece = _careful(lambda: next(pieces, None))
        if end is not None or piece is None:
            pipe.send(end or StopFrame())
            return
        number += 1
        if number > skip:
            _tell(piece, pipe)


def _careful(work: Callable[[], _T]) -> tuple[StopFrame | None, _T | None]:
    """What `work` gives, or why it gives nothing."""
    try:
        return None, work()
    except StopReadingError as error:
        return StopFrame(error.reason, error.detail), None
    except MemoryError:
        return StopFrame(UnreadReason.TOO_LARGE, "the decoder needs too much memory"), None
    except OSError as error:
        words = error.strerror or type(error).__name__
        return StopFrame(UnreadReason.DAMAGED, f"reading stopped: {words}"), None
    except Exception as error:  # noqa: BLE001  (the door of the child: no fault of a decoder gets out)
        where = f"the decoder failed with {type(error).__name__}"
        return StopFrame(UnreadReason.CRASHED, where), None


def _tell(piece: Piece, pipe: Pipe) -> None:
    match piece:
        case Item():
            pipe.send(ItemFrame(piece))
        case Unread():
            pipe.send(UnreadFrame(piece))
        case KeepRaw():
            pipe.send(KeepRawFrame())
        case Value():
            pipe.send(ValueFrame(piece.item, piece.step))
        case Member():
            pipe.send(
                MemberFrame(
                    piece.step, piece.name.encode("utf-8", "surrogatepass"), piece.stored_bytes,
                    piece.charset, piece.is_searched, piece.source_name, piece.outer,
                )
            )  # fmt: skip
            _attend(piece, pipe)


def _attend(member: Member, pipe: Pipe) -> None:
    """Give the member's bytes as the worker asks for them."""
    chunks: Iterator[bytes] = iter(())
    while True:
        order = pipe.receive()
        match order:
            case Next():
                return
            case Begin():
                end, begun = _careful(lambda begin=order: _begin(member, begin))  # type: ignore[misc]
            case _:
                end, begun = None, chunks
        if end is None and begun is not None:
            chunks = begun
            end, chunk = _careful(lambda: _some(chunks))  # noqa: B023  (called at once)
            if end is None and chunk:
                pipe.send(ChunkFrame(chunk))
                continue
        pipe.send(end or StopFrame())


def _some(chunks: Iterator[bytes]) -> bytes:
    """The next bytes that are any."""
    for chunk in chunks:
        if chunk:
            return bytes(chunk)
    return b""


def _begin(member: Member, begin: Begin) -> Iterator[bytes]:
    if not begin.wanted:
        return member.chunks()
    stream = (member.neighbour if begin.is_path else member.sibling)(begin.wanted)
    if stream is None:
        raise StopReadingError(UnreadReason.EMPTY, "no such neighbour")
    return stream.chunks()


def _ask(ask: AskFrame, pipe: Pipe) -> Stream | None:
    """In the child: the neighbour of a stream that itself came out of another child."""
    pipe.send(ask)
    content = bytearray()
    while isinstance(frame := pipe.receive(), ChunkFrame):
        content += frame.content
    if isinstance(frame, StopFrame) and frame.is_missing:
        return None
    return Stream.of_bytes(bytes(content))
