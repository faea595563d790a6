"""What is particular to SQLite: how a file is opened, tuned and settled, and what its errors mean.

A PostgreSQL engine needs its own file of these functions and nothing else: `Store` itself speaks
SQLAlchemy Core, its upsert exists in both dialects, and its temporary tables too. (Its engine must
be made with `paramstyle="format"`, because rows are handed over as tuples.)
"""

import os
import sqlite3
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool, StaticPool

from chainlead.errors import (
    CaseBusyError,
    CaseDamagedError,
    CaseError,
    DiskFullError,
    StoreError,
)

_WAL_FLAG = slice(18, 20)
_IN_WAL = b"\x02\x02"
_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")


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


def translated(error: DBAPIError) -> StoreError | CaseError:
    """The named error for a refusal of SQLite."""
    name = _error_name(error)
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
        return CaseDamagedError(f"The case database is damaged: {error.orig}.")
    return StoreError(f"The case database refused: {error.orig}.")


def _error_name(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlite_errorname", ""))


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
