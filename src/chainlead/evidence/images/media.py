"""A disk as one run of bytes, with the face of a file that the format libraries want."""

import os
from collections.abc import Callable

from chainlead.evidence.stream import Stream


class Media:
    """Bytes that can be read anywhere; keeps alive what they are read through."""

    def __init__(
        self, read_at: Callable[[int, int], bytes], size_bytes: int, *keep: object
    ) -> None:
        """Wrap a function from offset and length to bytes."""
        self._read_at = read_at
        self._keep = keep
        self._position = 0
        self.size_bytes = size_bytes

    @classmethod
    def of_stream(cls, stream: Stream) -> "Media":
        """The stream's bytes as they are."""
        return cls(stream.read_at, stream.size_bytes, stream)

    @classmethod
    def joined(cls, parts: list[Stream]) -> "Media":
        """Several streams end to end."""
        starts: list[int] = []
        total = 0
        for part in parts:
            starts.append(total)
            total += part.size_bytes

        def read_at(offset: int, length: int) -> bytes:
            pieces: list[bytes] = []
            for start, part in zip(starts, parts, strict=True):
                if offset < start + part.size_bytes and offset + length > start:
                    inner = max(offset - start, 0)
                    pieces.append(part.read_at(inner, offset + length - start - inner))
            return b"".join(pieces)

        return cls(read_at, total, parts)

    def read_at(self, offset_bytes: int, length_bytes: int) -> bytes:
        """The bytes from an offset on; fewer at the end."""
        length = min(length_bytes, self.size_bytes - offset_bytes)
        return self._read_at(offset_bytes, length) if offset_bytes >= 0 and length > 0 else b""

    def read(self, size: int | None = None) -> bytes:
        """From the position on."""
        wanted = self.size_bytes - self._position if size is None else size
        content = self.read_at(self._position, wanted)
        self._position += len(content)
        return content

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> None:
        """Move the position."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.size_bytes}
        if base[whence] + offset < 0:
            raise OSError("negative position")
        self._position = base[whence] + offset

    def tell(self) -> int:
        """The position."""
        return self._position

    get_offset = tell

    def get_size(self) -> int:
        """How many bytes there are."""
        return self.size_bytes

    def seekable(self) -> bool:
        """Always."""
        return True

    def close(self) -> None:
        """The streams belong to others."""
