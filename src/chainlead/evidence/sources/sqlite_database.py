"""SQLite databases: every text and blob of every table, what its log added, and deleted rows.

Found in: browsers, chat and wallet apps, phones.
Proof: the file's header; the log's checksums (see `sqlite_wal`).
Limits: for deleted rows see `sqlite_pages`; the raw bytes are searched too; numbers are not
searched; the content of virtual tables is read from the ordinary tables behind them; encrypted
databases have no header and are raw bytes.
Spec: https://www.sqlite.org/fileformat2.html

The database is never opened as a file. Its bytes are copied into memory, and a connection that may
only read (authorizer, query_only, no functions, untrusted schema) looks at the copy.
"""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from chainlead.evidence.budget import Budget, StopReadingError
from chainlead.evidence.item import Item, Layer, UnreadReason
from chainlead.evidence.moz_clone import read_clone
from chainlead.evidence.naming import readable_name
from chainlead.evidence.record import read_record
from chainlead.evidence.source import Piece, Place, Source, Value
from chainlead.evidence.sqlite_pages import find_remnants
from chainlead.evidence.sqlite_wal import as_rollback, fold_wal
from chainlead.evidence.stream import Stream
from chainlead.evidence.utf16_runs import find_utf16_runs
from chainlead.model import Step

_SIGNATURE = b"SQLite format 3\0"
_SHORTEST = 4
_KEY_CHARACTERS = 60
_PROGRESS_STEPS = 20_000
_FIREFOX_VALUES = "object_data.data"
_CELL_BYTES = 256 << 20
_READS = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ})
_ROWID_NAMES = ("rowid", "_rowid_", "oid")
MEDIA_TYPE = "application/vnd.sqlite3"
FROM_LOG = f"{MEDIA_TYPE}; from=wal"


@dataclass(frozen=True, slots=True)
class _Cell:
    table: str
    column: str
    key: str
    content: bytes

    @property
    def digest(self) -> bytes:
        state = hashlib.blake2b(self.content, digest_size=12)
        state.update(f"\0{self.table}\0{self.column}\0{self.key}".encode("utf-8", "replace"))
        return state.digest()


class SqliteDatabase(Source):
    """An SQLite 3 database."""

    name = "sqlite"
    media_type = MEDIA_TYPE
    rank = 10

    def matches(self, head: bytes, name: str, stream: Stream) -> bool:  # noqa: ARG002  (content is enough)
        """The header string."""
        return head.startswith(_SIGNATURE)

    def read(self, place: Place) -> Iterator[Piece]:
        """One value for each text or blob, in order of table, row and column."""
        limit = place.budget.limits.database_bytes
        if place.stream.size_bytes > limit:
            raise StopReadingError(
                UnreadReason.TOO_LARGE,
                f"database above {limit} bytes: only its raw bytes were searched",
            )
        content = place.stream.read_all()
        known: set[bytes] | None = None
        wal = _beside(place, "-wal", limit)
        if wal:
            image, frames = fold_wal(content, wal)
            if frames:
                known = _digests(content, place)
        else:
            image = bytearray(content)
        del content
        problems: list[str] = []
        shown: set[bytes] = set()
        stopped: StopReadingError | None = None
        try:
            for cell in _cells(as_rollback(image), place.budget, problems):
                is_from_log = known is not None and cell.digest not in known
                shown.add(_content_digest(cell.content))
                yield from _pieces(cell, place, FROM_LOG if is_from_log else MEDIA_TYPE)
        except StopReadingError as error:
            if error.everything:
                raise
            stopped = error
        yield from _deleted(image, wal, _beside(place, "-journal", limit), shown, place)
        if stopped is not None:
            raise stopped
        for problem in problems:
            yield place.unread(UnreadReason.DAMAGED, problem)


def _beside(place: Place, suffix: str, limit: int) -> bytes:
    """The bytes of a log beside the database, or nothing."""
    log = place.sibling(suffix)
    if log is None:
        return b""
    content = log.read_all() if log.size_bytes <= limit else b""
    log.close()
    return content


def _deleted(
    image: bytearray, wal: bytes, journal: bytes, shown: set[bytes], place: Place
) -> Iterator[Piece]:
    """Texts and blobs that no table shows, each once."""
    for remnant in find_remnants(image, wal, journal, place.budget):
        content = remnant.content
        digest = _content_digest(content.encode() if isinstance(content, str) else content)
        if digest in shown:
            continue
        shown.add(digest)
        media_type = f"{MEDIA_TYPE}; from={remnant.origin}"
        yield from read_record(place, remnant.origin, remnant.row, content, media_type)


def _content_digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=12).digest()


def _digests(content: bytes, place: Place) -> set[bytes]:
    """The cells that the database held before its log."""
    image = as_rollback(bytearray(content))
    return {cell.digest for cell in _cells(image, place.budget, [])}


def _pieces(cell: _Cell, place: Place, media_type: str) -> Iterator[Piece]:
    where = f"{cell.table}.{cell.column}"
    row = f"{where}#{cell.key}"
    is_text = _is_utf8(cell.content)

    def item(data: bytes, encoding: str) -> Item:
        return Item(
            provenance=place.provenance.inside("table", where),
            data=data,
            encoding=encoding,
            media_type=media_type,
            layer=Layer.DECODED,
            stream_sha256=place.stream.sha256(),
            offset_bytes=None,
            row=row,
        )

    yield Value(item(cell.content, "utf-8" if is_text else "bytes"), Step("table", row))
    if not is_text:
        for start, end, encoding in find_utf16_runs(cell.content):
            yield item(cell.content[start:end], encoding)
        if where == _FIREFOX_VALUES:
            for offset, text in read_clone(cell.content, place.budget):
                yield from read_record(place, where, f"{row} string@{offset}", text, media_type)


def _cells(image: bytearray, budget: Budget, problems: list[str]) -> Iterator[_Cell]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    with closing(connection):
        try:
            tables = _open(connection, image, budget)
        except (sqlite3.Error, MemoryError, OverflowError, ValueError) as error:
            budget.check_time()
            raise StopReadingError(
                UnreadReason.DAMAGED, f"database cannot be opened: {error}"
            ) from error
        for name, statement in tables:
            if statement.lstrip()[:40].upper().startswith("CREATE VIRTUAL"):
                continue
            yield from _table(connection, name, budget, problems)


def _open(
    connection: sqlite3.Connection, image: bytearray, budget: Budget
) -> list[tuple[str, str]]:
    connection.execute("PRAGMA temp_store=MEMORY")
    connection.deserialize(image)
    connection.execute("PRAGMA query_only=ON")
    connection.execute("PRAGMA trusted_schema=OFF")
    connection.execute("PRAGMA cell_size_check=ON")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _CELL_BYTES)
    connection.set_progress_handler(budget.is_out_of_time, _PROGRESS_STEPS)
    connection.text_factory = bytes
    found = connection.execute("SELECT name, sql FROM sqlite_master WHERE type='table'").fetchall()
    return sorted((_text(name), _text(statement or b"")) for name, statement in found if name)


def _table(
    connection: sqlite3.Connection, table: str, budget: Budget, problems: list[str]
) -> Iterator[_Cell]:
    shown = readable_name(table)
    read = 0
    try:
        connection.set_authorizer(None)
        columns = [
            (_text(row[1]), int(row[5]))
            for row in connection.execute(f"PRAGMA table_xinfo({_quoted(table)})")
            if row[6] in {0, 2, 3}
        ]
        connection.set_authorizer(_only_reading)
        names = {name.lower() for name, _ in columns}
        rowid = next((name for name in _ROWID_NAMES if name not in names), "")
        rows, keys = _select(connection, table, [name for name, _ in columns], rowid)
        primary = [i for i, (_, place) in enumerate(columns) if place]
        for number, row in enumerate(rows, 1):
            values = row[1:] if keys else row
            key = str(row[0]) if keys else _primary_key(values, primary, number)
            for (column, _), value in zip(columns, values, strict=True):
                if isinstance(value, bytes) and len(value) >= _SHORTEST:
                    yield _Cell(shown, readable_name(column), key, value)
            read = number
    except (sqlite3.Error, MemoryError, OverflowError, ValueError) as error:
        connection.set_authorizer(None)
        budget.check_time()
        words = readable_name(str(error))
        problems.append(f"table {shown}: {words}; {read} rows were read")


def _select(
    connection: sqlite3.Connection, table: str, columns: list[str], rowid: str
) -> tuple[Iterator[tuple[object, ...]], bool]:
    """The rows with their rowid first, or without one where the table has none."""
    wanted = ", ".join(map(_quoted, columns))
    if rowid:
        try:
            query = f"SELECT {rowid}, {wanted} FROM {_quoted(table)}"  # noqa: S608  (identifiers are quoted)
            return iter(connection.execute(query)), True
        except sqlite3.OperationalError as error:
            if "no such column" not in str(error):
                raise
    query = f"SELECT {wanted} FROM {_quoted(table)}"  # noqa: S608  (identifiers are quoted)
    return iter(connection.execute(query)), False


def _primary_key(values: tuple[object, ...], primary: list[int], number: int) -> str:
    """What identifies a row of a table WITHOUT ROWID."""
    parts = [values[i] for i in primary]
    if not parts:
        return f"row {number}"
    words = (
        part.decode("utf-8", "replace") if isinstance(part, bytes) else str(part) for part in parts
    )
    text = readable_name(",".join(words))
    return f"[{text}]" if len(text) <= _KEY_CHARACTERS else f"row {number}"


def _only_reading(action: int, *_about: str | None) -> int:
    return sqlite3.SQLITE_OK if action in _READS else sqlite3.SQLITE_DENY


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def _text(value: bytes | str) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _is_utf8(content: bytes) -> bool:
    if b"\0" in content:
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
