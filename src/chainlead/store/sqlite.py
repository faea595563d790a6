"""What is particular to SQLite: how a file is opened, tuned and settled, and what its errors mean.

Its sibling for a team's server is `store/postgresql.py`.
"""

import hashlib
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import count, islice
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    Select,
    Table,
    create_engine,
    delete,
    event,
    inspect,
    select,
)
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool, StaticPool
from sqlalchemy.sql import ColumnElement

from chainlead.errors import (
    CaseBusyError,
    CaseDamagedError,
    CaseError,
    DiskFullError,
    StoreError,
)
from chainlead.store.place import DigestFunction, Seal

_WAL_FLAG = slice(18, 20)
_IN_WAL = b"\x02\x02"
_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")
_CHUNK = 5_000


class SqliteFile:
    """The tables in one file, or in memory without one. See `Place`."""

    refusals = (DBAPIError,)

    def __init__(self, path: Path | None = None) -> None:
        """Name the file; nothing is opened yet."""
        self.path = path
        self._engine: Engine | None = None
        self._acting = False
        self._in_wal = False
        self._numbers = count()
        self._free_lists: dict[str, list[Table]] = {}

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name if self.path else "memory"

    def connect(self, *, write: bool) -> Connection:
        """Open the file; with `write` make it if it is missing."""
        self._engine = open_engine(self.path, write=write)
        self._in_wal = self.path is None or is_in_wal(self.path)
        return self._engine.connect()

    def disconnect(self, connection: Connection) -> None:
        """Close the file."""
        connection.close()
        if self._engine:
            self._engine.dispose()

    def copied(self, connection: Connection) -> tuple["SqliteFile", Connection]:
        """The tables in memory, as they are now."""
        copy = SqliteFile()
        opened = copy.connect(write=True)
        source: Any = connection.connection.driver_connection
        source.backup(opened.connection.driver_connection)
        return copy, opened

    def was_interrupted(self) -> bool:
        """Whether the file is in WAL mode or has side files."""
        return self.path is not None and (is_in_wal(self.path) or has_side_files(self.path))

    def prepare_to_write(self, connection: Connection) -> None:
        """Enter WAL mode, once."""
        if not self._in_wal:
            enter_wal(connection)
            self._in_wal = True

    @contextmanager
    def transaction(self, connection: Connection, _changed: set[str]) -> Iterator[None]:
        """All of the block or nothing."""
        self.prepare_to_write(connection)
        self._acting = True
        try:
            yield
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
        finally:
            self._acting = False

    def add(
        self,
        connection: Connection,
        _table: Table,
        _names: Sequence[str],
        insert: str,
        rows: Sequence[tuple[Any, ...]],
    ) -> None:
        """Add rows."""
        connection.exec_driver_sql(insert, list(rows))

    @contextmanager
    def stream(
        self, connection: Connection, statement: Select[Any], _most: int | None
    ) -> Iterator[Iterable[Sequence[Any]]]:
        """Rows as the file gives them: a cursor holds one row at a time."""
        with closing(connection.execute(statement)) as found:
            yield found

    @contextmanager
    def listed(
        self, connection: Connection, column: Column[Any], values: Sequence[Any]
    ) -> Iterator[ColumnElement[bool]]:
        """The values in a temporary table: SQLite binds at most 32,766."""
        free = self._free_lists.setdefault(repr(column.type), [])
        table = free.pop() if free else _new_list(f"wanted_{next(self._numbers)}", column)
        table.create(connection, checkfirst=True)
        try:
            rows = ({"wanted": value} for value in dict.fromkeys(values))
            while chunk := list(islice(rows, _CHUNK)):
                connection.execute(table.insert(), chunk)
            yield column.in_(select(table.c.wanted))
        finally:
            # A listing may be given up after the store is closed, or after a roll-back.
            if not connection.closed and inspect(connection).has_table(table.name):
                connection.execute(delete(table))
                free.append(table)
                if not self._acting:  # hold no lock on the file beyond the listing
                    connection.commit()

    def translated(self, error: Exception) -> StoreError | CaseError:
        """The named error for a refusal of SQLite."""
        return translated(error)

    def settle(self, connection: Connection) -> bool:
        """Fold the WAL in; False while a reader has the file open."""
        connection.close()
        try:
            return not (self.path and self._engine and self._in_wal) or settle(
                self._engine, self.path
            )
        finally:
            self.disconnect(connection)

    def seal(self, connection: Connection, _digest_of: DigestFunction) -> Seal | None:
        """Settle the file; its SHA-256 and size. None while a reader has it open."""
        if not self.settle(connection):
            return None
        return file_seal(self.path) if self.path else {}

    def erase(self) -> None:
        """Unlink the file and its side files."""
        for end in ("", "-journal", "-wal", "-shm"):
            Path(f"{self.path}{end}").unlink(missing_ok=True)


def file_seal(path: Path) -> Seal:
    """What a seal says of a database file at rest."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return {"case_db_sha256": sha256, "size_bytes": path.stat().st_size}


def open_engine(path: Path | None, *, write: bool = False) -> Engine:
    """An engine for this file, or for an empty database in memory without one.

    A file that is opened for reading gets no side files: when it was left in WAL mode and no
    WAL lies beside it, it is opened as immutable.
    """
    options: dict[str, Any] = {"poolclass": StaticPool}
    if path is not None:
        mode = "mode=rwc" if write else "mode=ro"
        if not write and is_in_wal(path) and not Path(f"{path}-wal").exists():
            mode += "&immutable=1"
        address = f"file:{_quoted(path)}?{mode}"
        options = {"poolclass": NullPool, "creator": lambda: sqlite3.connect(address, uri=True)}
    engine = create_engine(
        "sqlite://",
        hide_parameters=True,
        json_serializer=lambda value: msgspec.json.encode(value, order="sorted").decode(),
        json_deserializer=msgspec.json.decode,
        **options,
    )
    event.listen(engine, "connect", _tune)
    return engine


def is_in_wal(path: Path) -> bool:
    """Whether the file says that it is in WAL mode: somebody writes, or was killed writing."""
    try:
        with path.open("rb") as file:
            return file.read(20)[_WAL_FLAG] == _IN_WAL
    except OSError:
        return False


def has_side_files(path: Path) -> bool:
    """Whether a rollback journal or a WAL lies beside the file."""
    return any(Path(f"{path}{end}").exists() for end in ("-journal", "-wal"))


def enter_wal(connection: Connection) -> None:
    """Work in WAL mode from here on: readers and the writer do not wait for each other."""
    connection.rollback()
    connection.exec_driver_sql("PRAGMA journal_mode=WAL")
    connection.rollback()


def settle(engine: Engine, path: Path) -> bool:
    """Fold the WAL into the file and leave WAL mode; False while a reader has the file open."""
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            mode = connection.exec_driver_sql("PRAGMA journal_mode=DELETE").scalar_one()
    except OperationalError as error:
        if _error_name(error).startswith(_BUSY):
            return False
        raise
    if mode != "delete":
        return False
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return True


def translated(error: Exception) -> StoreError | CaseError:
    """The named error for a refusal of SQLite."""
    name, words = _error_name(error), getattr(error, "orig", error)
    if name == "SQLITE_FULL":
        return DiskFullError(
            "No space left for the case database.",
            safe="The journal holds every act; the tables are as before this one.",
        )
    if name.startswith(_BUSY):
        return CaseBusyError(
            "Another program has the case database open, for example a listing that still waits.",
            next_step="End the other program, then run the command again.",
        )
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return CaseDamagedError(f"The case database is damaged: {words}.")
    return StoreError(f"The case database refused: {words}.")


def _error_name(error: Exception) -> str:
    return str(getattr(getattr(error, "orig", None), "sqlite_errorname", ""))


def _new_list(name: str, column: Column[Any]) -> Table:
    wanted = Column("wanted", column.type, primary_key=True, autoincrement=False)
    return Table(name, MetaData(), wanted, prefixes=["TEMPORARY"])


def _tune(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in (
        "foreign_keys=ON",
        "synchronous=NORMAL",
        "busy_timeout=2000",
        "trusted_schema=OFF",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _quoted(path: Path) -> str:
    return str(path.resolve()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
