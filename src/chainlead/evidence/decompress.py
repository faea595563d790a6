"""Unpacks a compressed stream piece by piece, with output bounded before it is made."""

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.item import UnreadReason
from chainlead.evidence.stream import Stream

_OUTPUT = 1 << 20
_INPUT = 1 << 16
XZ_MEMORY_BYTES = 512 << 20


class Unpacker(Protocol):
    """What `bz2` and `lzma` give; `GzipUnpacker` does the same for `zlib`."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class GzipUnpacker:
    """`zlib` with the face of `bz2` and `lzma`; checks the length and CRC at the end."""

    def __init__(self) -> None:
        """Expect a gzip header."""
        self._inner = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        """Whether this gzip member ended."""
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        """Whether more input is needed for more output."""
        return not self._inner.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        """What came after the end."""
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """At most `max_length` more bytes."""
        return self._inner.decompress(self._inner.unconsumed_tail + data, max(max_length, 0))


def unpack(stream: Stream, make: Callable[[], Unpacker]) -> Iterator[bytes]:
    """The unpacked bytes of all members that follow each other.

    Raises:
        StopReadingError: damaged, cut short, or followed by something else.
    """
    position = 0
    unpacker = make()
    fresh = True
    while True:
        try:
            data = b""
            if unpacker.needs_input:
                data = stream.read_at(position, _INPUT)
                position += len(data)
                if not data:
                    raise StopReadingError(
                        UnreadReason.DAMAGED, "cut short: what was unpacked before was searched"
                    )
            output = unpacker.decompress(data, _OUTPUT)
        except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError) as error:
            if fresh and position > _INPUT // 2 and isinstance(error, (zlib.error, OSError)):
                detail = f"bytes after the end are not a further member ({error})"
            else:
                detail = f"{error}"
            raise StopReadingError(UnreadReason.DAMAGED, detail) from error
        if output:
            fresh = False
            yield output
        if unpacker.eof:
            position -= len(unpacker.unused_data)
            position += _padding(stream, position)
            if position >= stream.size_bytes:
                return
            unpacker = make()
            fresh = True


def _padding(stream: Stream, position: int) -> int:
    """How many zero bytes follow: tape blocks and xz streams are padded with them."""
    start = position
    while chunk := stream.read_at(position, _INPUT):
        rest = chunk.lstrip(b"\0")
        position += len(chunk) - len(rest)
        if rest:
            break
    return position - start


def make_bzip2() -> Unpacker:
    """For bzip2."""
    return bz2.BZ2Decompressor()


def make_xz() -> Unpacker:
    """For xz and the older lzma format, with bounded memory."""
    return lzma.LZMADecompressor(format=lzma.FORMAT_AUTO, memlimit=XZ_MEMORY_BYTES)
