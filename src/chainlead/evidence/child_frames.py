"""The words between a worker and the decoder that it started: length, then one MessagePack value.

The worker believes nothing of what it reads here: a frame has a largest length, a known kind and
typed fields, and what does not decode ends the decoder.
"""

import os
import select
import struct
import time
from collections.abc import Callable
from typing import Any

import msgspec

from chainlead.evidence.item import Item, Unread, UnreadReason
from chainlead.model import Step

LARGEST_FRAME = 320 << 20
_PIECE = 1 << 20
_HEADER = struct.Struct("<I")


class ItemFrame(msgspec.Struct, tag="item"):
    """A piece to search."""

    item: Item


class UnreadFrame(msgspec.Struct, tag="unread"):
    """Something that was not read."""

    unread: Unread


class KeepRawFrame(msgspec.Struct, tag="raw"):
    """Bytes beside the members exist."""


class ValueFrame(msgspec.Struct, tag="value"):
    """A short piece that may be a container."""

    item: Item
    step: Step


class MemberFrame(msgspec.Struct, tag="member"):
    """A stream inside; the decoder waits for `Begin`, `Give` or `Next`."""

    step: Step
    name: bytes
    stored_bytes: int
    charset: str
    is_searched: bool
    source_name: str
    outer: tuple[Step, ...]


class ChunkFrame(msgspec.Struct, tag="chunk"):
    """Some bytes of the member, or of a neighbour."""

    content: bytes


class StopFrame(msgspec.Struct, tag="stop"):
    """The end of a member, of a neighbour or of everything; a reason if it is not the real end."""

    reason: UnreadReason | None = None
    detail: str = ""
    is_missing: bool = False


class AskFrame(msgspec.Struct, tag="ask"):
    """The decoder wants a sibling (by suffix) or a neighbour (by path) of the stream it reads."""

    wanted: str
    is_path: bool


FromChild = (
    ItemFrame
    | UnreadFrame
    | KeepRawFrame
    | ValueFrame
    | MemberFrame
    | ChunkFrame
    | StopFrame
    | AskFrame
)


class Next(msgspec.Struct, tag="next"):
    """Go on with the next piece."""


class Give(msgspec.Struct, tag="give"):
    """Give the next bytes of what was begun."""


class Begin(msgspec.Struct, tag="begin"):
    """Begin to give the member's bytes, or those of its sibling or neighbour."""

    wanted: str = ""
    is_path: bool = False


ToChild = Next | Give | Begin | ChunkFrame | StopFrame


class BrokenFrameError(Exception):
    """What came is no frame."""


class ChildEndedError(Exception):
    """The other side is gone."""


class ChildSilentError(Exception):
    """Nothing came in time."""


class Pipe:
    """Frames out of one descriptor and into another."""

    def __init__(self, incoming: int, outgoing: int, kinds: Any) -> None:
        """Take two pipe ends; `kinds` is the union of what may come in."""
        self._in = incoming
        self._out = outgoing
        self._decoder = msgspec.msgpack.Decoder(kinds)
        self._encoder = msgspec.msgpack.Encoder()

    def send(self, frame: Any) -> None:
        """Write one frame.

        Raises:
            ChildEndedError: nobody reads.
        """
        body = self._encoder.encode(frame)
        if len(body) > LARGEST_FRAME:
            raise BrokenFrameError(f"a frame of {len(body)} bytes")
        try:
            if len(body) <= _PIECE:
                _write(self._out, _HEADER.pack(len(body)) + body)
            else:
                _write(self._out, _HEADER.pack(len(body)))
                _write(self._out, body)
        except OSError as error:
            raise ChildEndedError from error

    def receive(self, seconds: Callable[[], float] | None = None) -> Any:
        """Read one frame.

        Args:
            seconds: how long the other side may still take, asked again at each wait; no limit if
                left out.

        Raises:
            ChildEndedError: the other side closed.
            ChildSilentError: it took too long.
            BrokenFrameError: what came is no frame.
        """
        (length,) = _HEADER.unpack(self._read(_HEADER.size, seconds))
        if length > LARGEST_FRAME:
            raise BrokenFrameError(f"a frame of {length} bytes")
        try:
            return self._decoder.decode(self._read(length, seconds))
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise BrokenFrameError("no such frame") from error

    def _read(self, length: int, seconds: Callable[[], float] | None) -> bytes:
        content = bytearray()
        until = None if seconds is None else time.monotonic() + seconds()
        while len(content) < length:
            if until is not None and not _is_ready(self._in, until - time.monotonic()):
                raise ChildSilentError
            try:
                piece = os.read(self._in, min(length - len(content), _PIECE))
            except OSError as error:
                raise ChildEndedError from error
            if not piece:
                raise ChildEndedError
            content += piece
        return bytes(content)

    def close(self) -> None:
        """Close both ends."""
        os.close(self._in)
        os.close(self._out)


def _is_ready(descriptor: int, seconds: float) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(max(int(seconds * 1000), 0)))


def _write(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]
