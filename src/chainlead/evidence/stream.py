"""Bytes of evidence with random access: an exhibit file opened read-only, or a decoded member.

A decoded member waits in memory or, when large, in a temporary file that has no name (it is
unlinked as it is made), so that no crash can leave a secret behind.
"""

import errno
import hashlib
import io
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from typing import IO

from chainlead.errors import DiskFullError
from chainlead.evidence.budget import Budget, StopReadingError
from chainlead.evidence.item import UnreadReason

_CHUNK = 1 << 20
_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT})
_HASH_BYTES = 1 << 18
"""So few that they are still in the processor's own memory when they are hashed."""


class Stream:
    """Some bytes that can be read anywhere, and that nobody can write.

    Attributes:
        size_bytes: how many there are.
        chain_ratio: decoded bytes per stored byte since the exhibit.
        is_one_thing: whether it has to be searched whole, if anybody has looked.
        guesses: by what a container says of the text: its encoding, and whether it is text.
    """

    def __init__(self, file: IO[bytes], size_bytes: int, chain_ratio: float = 1.0) -> None:
        """Wrap a seekable file; `chain_ratio` is decoded per stored byte since the exhibit."""
        self._file = file
        self.size_bytes = size_bytes
        self.chain_ratio = chain_ratio
        self.is_one_thing: bool | None = None
        self.guesses: dict[str, tuple[str, bool]] = {}
        self._sha256 = ""

    @classmethod
    def of_bytes(cls, content: bytes, chain_ratio: float = 1.0) -> "Stream":
        """A stream over bytes in memory."""
        return cls(io.BytesIO(content), len(content), chain_ratio)

    def read_at(self, offset_bytes: int, length_bytes: int) -> bytes:
        """The bytes from an offset on; fewer at the end."""
        if (
            not 0 <= offset_bytes < self.size_bytes or length_bytes <= 0
        ):  # offsets come from hostile headers
            return b""
        if isinstance(self._file, io.FileIO):  # a child process shares the file's position
            return _read_at(self._file.fileno(), offset_bytes, length_bytes)
        self._file.seek(offset_bytes)
        return self._file.read(length_bytes)

    def _read_into(self, offset_bytes: int, buffer: memoryview) -> int:
        """How many bytes from an offset on were put into a buffer; 0 at the end."""
        if isinstance(self._file, io.FileIO) and buffer and offset_bytes < self.size_bytes:
            room = buffer[: self.size_bytes - offset_bytes]
            return os.preadv(self._file.fileno(), [room], offset_bytes)
        content = self.read_at(offset_bytes, len(buffer))
        buffer[: len(content)] = content
        return len(content)

    def read_all(self) -> bytes:
        """Everything at once: only after a look at the size."""
        return self.read_at(0, self.size_bytes)

    def chunks(self, start: int = 0) -> Iterator[bytes]:
        """The bytes from `start` to the end, piece by piece."""
        while chunk := self.read_at(start, _CHUNK):
            yield chunk
            start += len(chunk)

    def sha256(self, advance: Callable[[int], None] | None = None) -> str:
        """SHA-256 of all bytes, in hex; computed once; `advance` hears how far it is."""
        if not self._sha256:
            state = hashlib.sha256()
            buffer = memoryview(bytearray(min(_HASH_BYTES, self.size_bytes)))
            done = 0
            while read := self._read_into(done, buffer):
                state.update(buffer[:read])
                done += read
                if advance is not None:
                    advance(done)
            self._sha256 = state.hexdigest()
        return self._sha256

    def assume_sha256(self, sha256: str) -> None:
        """Take a digest that somebody else computes or has computed; nothing if it is empty."""
        self._sha256 = self._sha256 or sha256

    def open(self) -> IO[bytes]:
        """A reader with its own position, for libraries that want a file."""
        return io.BufferedReader(_View(self), 1 << 16)

    def window(self, offset_bytes: int, length_bytes: int) -> "Stream":
        """A part of this stream, as a stream; it need not be closed."""
        return _Window(
            self, offset_bytes, max(min(length_bytes, self.size_bytes - offset_bytes), 0)
        )

    def close(self) -> None:
        """Let go of the bytes."""
        self._file.close()


class _Window(Stream):
    """A part of another stream."""

    def __init__(self, whole: Stream, offset_bytes: int, length_bytes: int) -> None:
        super().__init__(io.BytesIO(), length_bytes, whole.chain_ratio)
        self._whole = whole
        self._offset = offset_bytes

    def read_at(self, offset_bytes: int, length_bytes: int) -> bytes:
        left = max(self.size_bytes - offset_bytes, 0) if self._offset >= 0 else 0
        return self._whole.read_at(self._offset + offset_bytes, min(length_bytes, left))


class _View(io.RawIOBase):
    """A read-only file over a stream; many can be open at once."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._stream.size_bytes}
        target = base[whence] + offset
        if target < 0:
            raise ValueError("negative position")
        self._position = target
        return target

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed's Buffer is wider
        content = self._stream.read_at(self._position, len(buffer))
        buffer[: len(content)] = content
        self._position += len(content)
        return len(content)


def _read_at(descriptor: int, offset_bytes: int, length_bytes: int) -> bytes:
    content = os.pread(descriptor, length_bytes, offset_bytes)
    if len(content) == length_bytes or not content:
        return content
    pieces = [content]
    missing = length_bytes - len(content)
    while missing and (
        more := os.pread(descriptor, missing, offset_bytes + length_bytes - missing)
    ):
        pieces.append(more)
        missing -= len(more)
    return b"".join(pieces)


def open_regular(path: bytes) -> Stream:
    """Open an exhibit file for reading only, without following a link and without waiting.

    Raises:
        OSError: it cannot be opened, or is not a regular file.
    """
    flags = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0)
    flags |= (
        getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    try:
        handle = os.open(path, flags | getattr(os, "O_NOATIME", 0))
    except PermissionError:  # only an owner may ask that the access time stays
        handle = os.open(path, flags)
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        os.close(handle)
        raise OSError("not a regular file")
    return Stream(os.fdopen(handle, "rb", buffering=0), status.st_size)


def spool(
    chunks: Iterator[bytes], stored_bytes: int, parent_ratio: float, budget: Budget
) -> tuple[Stream, StopReadingError | None]:
    """Decode a member into memory or an anonymous file, as far as limits and damage allow.

    Args:
        chunks: the decoded bytes; may raise `StopReadingError` at damage.
        stored_bytes: size of the member as stored, for the ratio.
        parent_ratio: the ratio of the container that it lies in.
        budget: what may still be spent.

    Returns:
        What was decoded, and why the rest was not.

    Raises:
        DiskFullError: no room for temporary files.
    """
    limits = budget.limits
    file: IO[bytes] = io.BytesIO()
    size = 0
    stopped: StopReadingError | None = None
    try:
        for chunk in chunks:
            room = min(_room(limits.member_bytes, size), len(chunk))
            try:
                if size + room > limits.memory_bytes and isinstance(file, io.BytesIO):
                    file = _on_disk(file)
                _write_all(file, chunk[:room])
            except OSError as error:
                if error.errno in _NO_SPACE:
                    raise no_room() from error
                stopped = StopReadingError(
                    UnreadReason.TOO_LARGE,
                    f"no room to unpack it ({error.strerror}): "
                    f"only its first {size} bytes were searched",
                )
                break
            size += room
            if room < len(chunk):
                stopped = StopReadingError(
                    UnreadReason.TOO_LARGE, f"only its first {size} bytes were searched"
                )
                break
            over_ratio = size * parent_ratio > limits.ratio * max(stored_bytes, 1)
            if size > limits.ratio_floor_bytes and over_ratio:
                stopped = StopReadingError(
                    UnreadReason.RATIO,
                    f"more than {limits.ratio} bytes per stored byte; "
                    f"only its first {size} bytes were searched",
                )
                break
            budget.count_bytes(room)
    except StopReadingError as error:
        if error.everything:
            file.close()
            raise
        stopped = error
    except BaseException:
        file.close()
        raise
    ratio = parent_ratio * max(size / max(stored_bytes, 1), 1.0)
    return Stream(file, size, ratio), stopped


def _on_disk(memory: io.BytesIO) -> IO[bytes]:
    """The same bytes in a file without a name, read past any position that processes share."""
    file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  (the stream closes it)
    try:
        _write_all(file, memory.getvalue())
    except OSError:
        file.close()
        raise
    return file


def no_room() -> DiskFullError:
    """The examiner's disk is full, which says nothing of the exhibit: the scan has to go on later."""
    return DiskFullError(
        f"No room in {tempfile.gettempdir()} to unpack a part of the exhibit.",
        safe="What was finished is kept.",
        next_step="Free some space there, or name a folder with more room in TMPDIR, then run the "
        "same command again; it goes on where it stopped.",
    )


def _write_all(file: IO[bytes], content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[file.write(view) :]


def _room(limit: int, used: int) -> int:
    return max(limit - used, 0)
