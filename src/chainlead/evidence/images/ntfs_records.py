"""Where NTFS keeps the bytes of small files: inside their own records of the master file table.

Limits: an attribute that lies in a second record of its file is not found; its bytes are then
searched twice, which is harmless.
Spec: Microsoft, "Master File Table"; libfsntfs, "New Technologies File System (NTFS)".
"""

import struct
from collections.abc import Callable

from chainlead.evidence.images.spans import Span

_DATA = 0x80
_END = 0xFFFFFFFF
_LARGEST_RECORD = 1 << 16


class NtfsRecords:
    """The master file table, as far as it is needed to find resident data."""

    def __init__(self, read_volume: Callable[[int, int], bytes]) -> None:
        """Learn the size of a record from the boot sector."""
        self._read = read_volume
        boot = read_volume(0, 512)
        sector, cluster = struct.unpack_from("<HB", boot, 11) if len(boot) == 512 else (0, 0)
        size = struct.unpack_from("<b", boot, 64)[0] if len(boot) == 512 else 0
        self._size = 1 << -size if -16 <= size < 0 else size * sector * cluster
        self._table: list[Span] = []

    def learn(self, spans: list[Span]) -> None:
        """Take over where the table itself lies."""
        self._table = spans

    def place(self, number: int, stream: str, size: int) -> list[Span]:
        """Where the data of a resident stream lie; empty if that is not known."""
        if not 0 < self._size <= _LARGEST_RECORD:
            return []
        offset = number * self._size
        for start, end in self._table:
            if offset < end - start:
                return self._within(start + offset, stream, size)
            offset -= end - start
        return []

    def _within(self, start: int, stream: str, size: int) -> list[Span]:
        record = self._read(start, self._size)
        if len(record) < self._size or not record.startswith(b"FILE"):
            return []
        at: int = struct.unpack_from("<H", record, 20)[0]
        while at + 24 <= len(record):
            kind, length = struct.unpack_from("<II", record, at)
            if kind == _END or length < 24:
                break
            name_length, name_at = struct.unpack_from("<BH", record, at + 9)
            name = record[at + name_at : at + name_at + 2 * name_length].decode(
                "utf-16-le", "replace"
            )
            if kind == _DATA and record[at + 8] == 0 and name == stream:
                content, content_at = struct.unpack_from("<IH", record, at + 16)
                first = start + at + content_at
                return [(first, first + size)] if content == size else []
            at += length
        return []
