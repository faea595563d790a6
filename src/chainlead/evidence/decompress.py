"""Unpacks a compressed stream piece by piece, with output bounded before it is made."""

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

from chainlead.evidence.budget import StopReadingError
from chainlead.evidence.item import UnreadReason
from chainlead.evidence.stream import Stream

_OUTPUT = 1 << 18
_INPUT = 1 << 16
_LARGEST_RATIO = 1032  # of deflate
XZ_MEMORY_BYTES = 512 << 20


class Unpacker(Protocol):
    """What `bz2` and `lzma` give, and `_Inflate` for `zlib`."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Inflate:
    """`zlib` with the face of `bz2` and `lzma`."""

    def __init__(self, wbits: int) -> None:
        self._inner = zlib.decompressobj(wbits=wbits)
        self._was_full = False

    @property
    def eof(self) -> bool:
        """Whether this member ended."""
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        """Whether more input is needed for more output."""
        return not self._inner.unconsumed_tail and not self._was_full

    @property
    def unused_data(self) -> bytes:
        """What came after the end."""
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """At most `max_length` more bytes."""
        output = self._inner.decompress(self._inner.unconsumed_tail + data, max(max_length, 0))
        self._was_full = len(output) == max_length
        return output


def make_gzip() -> Unpacker:
    """For gzip; checks the length and CRC at the end of each member."""
    return _Inflate(31)


def make_deflate() -> Unpacker:
    """For bare deflate, as in ZIP."""
    return _Inflate(-15)


def make_zlib() -> Unpacker:
    """For deflate with the zlib frame around it; checks the sum at its end."""
    return _Inflate(15)


def unpack(
    stream: Stream, make: Callable[[], Unpacker], *, several: bool = True
) -> Iterator[bytes]:
    """The unpacked bytes, up to the very byte where damage stops them.

    Args:
        stream: the packed bytes.
        make: makes a fresh unpacker.
        several: whether more members may follow the first.

    Raises:
        StopReadingError: damaged, cut short, or followed by something else.
    """
    good = 0
    try:
        for chunk in _unpack(stream, make, None, several=several):
            good += len(chunk)
            yield chunk
    except StopReadingError as error:
        if error.__cause__ is not None:  # damage; at a cut, all was given
            yield from _salvage(stream, make, good, several=several)
        raise StopReadingError(error.reason, error.detail) from error


def _salvage(
    stream: Stream, make: Callable[[], Unpacker], good: int, *, several: bool
) -> Iterator[bytes]:
    """What lies between the last whole piece and the damage: unpacked again, fed byte by byte."""
    done = 0
    try:
        for chunk in _unpack(stream, make, good, several=several):
            done += len(chunk)
            if done > good:
                yield chunk[-(done - good) :]
                good = done
    except StopReadingError:
        return


def _step(careful_from: int | None, done: int) -> int:
    """How much input to take: all, or single bytes near the damage, with steps between."""
    if careful_from is None or done + _INPUT * _LARGEST_RATIO < careful_from:
        return _INPUT
    return 64 if done + 64 * _LARGEST_RATIO < careful_from else 1


def _unpack(
    stream: Stream,
    make: Callable[[], Unpacker],
    careful_from: int | None,
    *,
    several: bool,
) -> Iterator[bytes]:
    position = done = 0
    unpacker = make()
    is_fresh, is_first = True, True
    while True:
        try:
            data = b""
            if unpacker.needs_input:
                data = stream.read_at(position, _step(careful_from, done))
                position += len(data)
                if not data:
                    raise StopReadingError(
                        UnreadReason.DAMAGED, "cut short: what was unpacked before was searched"
                    )
            output = unpacker.decompress(data, _OUTPUT)
        except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError) as error:
            follows = is_fresh and not is_first
            detail = "what follows its end is no further member" if follows else str(error)
            raise StopReadingError(UnreadReason.DAMAGED, detail) from error
        if output:
            is_fresh = False
            done += len(output)
            yield output
        if unpacker.eof:
            if not several:
                return
            position -= len(unpacker.unused_data)
            position += _padding(stream, position)
            if position >= stream.size_bytes:
                return
            unpacker = make()
            is_fresh, is_first = True, False


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
