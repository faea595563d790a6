"""LevelDB logs and tables, and what browsers keep in them: every record, also old and deleted ones.

Found in: browser extensions, Local Storage, Session Storage, IndexedDB, Electron apps.
Proof: the checksum of the first log fragment, or the table's magic number; see `leveldb`.
Limits: each file is read for itself, so *older* and *deleted* mean: by another record of this
file. The raw bytes are searched too; what the record view also holds is reported from the record.
Spec: see `leveldb`, `leveldb_keys` and `v8_value`.
"""

import re
from collections.abc import Callable, Iterator
from typing import ClassVar

from chainlead.evidence.budget import Budget, StopReadingError
from chainlead.evidence.item import Item, Layer, UnreadReason
from chainlead.evidence.leveldb import (
    FOOTER_BYTES,
    TABLE_MAGIC,
    Record,
    is_log,
    read_log,
    read_table,
)
from chainlead.evidence.leveldb_keys import Writing, decode_marked, name_key
from chainlead.evidence.naming import readable_name
from chainlead.evidence.source import Piece, Place, Source, Value
from chainlead.evidence.stream import Stream
from chainlead.evidence.utf16_runs import find_utf16_runs
from chainlead.evidence.v8_value import read_v8
from chainlead.evidence.varint import parse_varint
from chainlead.model import Step

_SHORTEST = 4
_LONG_KEY = 20
_KEY_CHARACTERS = 200
_TABLE_NAME = re.compile(r"[0-9]{6}\.(ldb|sst)")
_Reader = Callable[[Stream, Budget, list[str]], Iterator[Record]]


class _LevelDb(Source):
    rank = 9
    reader: ClassVar[_Reader]

    def read(self, place: Place) -> Iterator[Piece]:
        """One value for each record; a key that is long is searched as well."""
        if place.stream.size_bytes > place.budget.limits.database_bytes:
            raise StopReadingError(
                UnreadReason.TOO_LARGE,
                f"above {place.budget.limits.database_bytes} bytes: only raw bytes were searched",
            )
        newest: dict[bytes, tuple[int, bool]] = {}
        reader = type(self).reader
        for record in reader(place.stream, place.budget, []):
            known = newest.get(record.key)
            if known is None or record.sequence > known[0]:
                newest[record.key] = record.sequence, record.value is None
        problems: list[str] = []
        for record in reader(place.stream, place.budget, problems):
            sequence, is_deleted = newest.get(record.key, (record.sequence, False))
            state = "deleted" if is_deleted else "older" if record.sequence < sequence else ""
            yield from _pieces(record, state, place, self.media_type)
        for problem in problems:
            yield place.unread(UnreadReason.DAMAGED, problem)


class LevelDbTable(_LevelDb):
    """A sorted table (`.ldb`, `.sst`)."""

    name = "leveldb_table"
    media_type = "application/x-leveldb-table"
    reader = read_table

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (the end tells)
        """The magic number at the end; a table without its end is known by name only."""
        if stream.size_bytes >= FOOTER_BYTES:
            end = stream.read_at(stream.size_bytes - len(TABLE_MAGIC), len(TABLE_MAGIC))
            if end == TABLE_MAGIC:
                return True
        return _TABLE_NAME.fullmatch(name) is not None


class LevelDbLog(_LevelDb):
    """A log of writes that are in no table yet."""

    name = "leveldb_log"
    media_type = "application/x-leveldb-log"
    reader = read_log

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (content is enough)
        """The checksum of the first fragment, which holds a batch of writes."""
        return is_log(stream, head)


def _pieces(record: Record, state: str, place: Place, media_type: str) -> Iterator[Piece]:
    named = name_key(record.key)
    key = readable_name(named.text[:_KEY_CHARACTERS])
    row = f"{key}#{record.sequence}" + (f" ({state})" if state else "")
    media_type += f"; state={state}" if state else ""

    def item(content: bytes, encoding: str, where: str) -> Item:
        return Item(
            provenance=place.provenance.inside("record", key),
            data=content,
            encoding=encoding,
            media_type=media_type,
            layer=Layer.DECODED,
            stream_sha256=place.stream.sha256(),
            offset_bytes=None,
            row=where,
        )

    if len(named.text) >= _LONG_KEY:
        yield item(named.text.encode("utf-8", "replace"), "utf-8", f"{row} (key)")
    value = record.value
    if value is None or len(value) < _SHORTEST:
        return
    if named.writing is Writing.V8:
        yield from _v8_pieces(value, row, place, item)
        return
    text = _as_text(value, named.writing)
    encoding = "bytes" if text is None else "utf-8"
    yield Value(item(value if text is None else text, encoding, row), Step("record", row))
    if text is None:
        for start, end, wide in find_utf16_runs(value):
            yield item(value[start:end], wide, row)


def _v8_pieces(
    value: bytes, row: str, place: Place, item: Callable[[bytes, str, str], Item]
) -> Iterator[Piece]:
    try:
        _, start = parse_varint(value, 0)
    except ValueError:
        start = 0
    for path, text in read_v8(value[start:], place.budget):
        where = readable_name(f"{row} {path[:_KEY_CHARACTERS]}")
        yield Value(item(text.encode("utf-8", "replace"), "utf-8", where), Step("record", where))


def _as_text(value: bytes, writing: Writing) -> bytes | None:
    """The value as UTF-8, or None if it is no text."""
    if writing is Writing.MARKED:
        return decode_marked(value).encode("utf-8", "replace")
    if writing in {Writing.UTF16, Writing.UTF16_BIG} and len(value) % 2 == 0:
        try:
            return value.decode(writing.value).encode("utf-8")
        except UnicodeError:
            return None
    if b"\0" in value:
        return None
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return value
