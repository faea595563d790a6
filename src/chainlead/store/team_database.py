"""Where a team server's tables are: a schema of a PostgreSQL server, or a SQLite file.

Both are made on first use and carry the number of their layout. Each call is a transaction of its
own on a connection of its own, so that threads and processes may share the tables.
"""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, create_engine, event, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from chainlead.errors import (
    CaseVersionError,
    DatabaseAwayError,
    DatabaseRefusedError,
    DiskFullError,
    StoreError,
)
from chainlead.store.team_tables import LAYOUT, SCHEMA, TEAM_METADATA, marks

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_USE = 4_711_001
"""The advisory lock that one process holds while it makes the tables."""


class TeamDatabase:
    """The connection to the tables of a team server."""

    def __init__(self, engine: Engine) -> None:
        """Wrap an engine; use `open` instead."""
        self._engine = engine

    @classmethod
    def open(cls, place: str | Path) -> Self:
        """Open the tables, made on first use.

        Args:
            place: the URL of a PostgreSQL server, or the path of a SQLite file.

        Raises:
            StoreError: the server or the file cannot be used.
            CaseVersionError: a newer chainlead made the tables.
        """
        engine = _engine(place)
        opened = cls(engine)
        try:
            with opened._begin() as connection:
                _prepare(connection)
        except BaseException:
            engine.dispose()
            raise
        return opened

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def secret(self) -> str:
        """The secret of this server that names and browsers are recognised by; empty before one is set."""
        with self._begin(reads=True) as connection:
            query = select(marks.c.text).where(marks.c.name == "secret")
            return str(connection.execute(query).scalar() or "")

    def keep_secret(self, secret: str) -> str:
        """Keep the secret if none is kept yet; returns the one that is kept."""
        with self._begin() as connection:
            query = select(marks.c.text).where(marks.c.name == "secret")
            lock_for(connection)
            kept = connection.execute(query).scalar()
            if kept is None:
                connection.execute(insert(marks).values(name="secret", text=secret))
            return secret if kept is None else str(kept)

    @contextmanager
    def _begin(self, *, reads: bool = False) -> Iterator[Connection]:
        """One transaction; refusals get a name that holds nothing of the server's address."""
        engine = self._engine.execution_options(reads=True) if reads else self._engine
        try:
            with engine.begin() as connection:
                yield connection
        except IntegrityError:
            raise
        except DBAPIError as error:
            named = _named(error, engine.dialect.name)
        except SQLAlchemyError as error:
            named = StoreError(f"The team's tables refused ({type(error).__name__}).")
        else:
            return
        raise named  # outside of the block above, so that nothing hangs on it


def _named(error: DBAPIError, kind: str) -> StoreError:
    if kind == "postgresql":
        from chainlead.store.postgresql_connection import translated  # noqa: PLC0415  (an extra)

        named = translated(error)
        if isinstance(named, DatabaseAwayError | DatabaseRefusedError | DiskFullError):
            return type(named)(named.message, next_step=named.next_step)
    return StoreError(
        f"The team's tables refused ({type(error.orig).__name__}).",
        next_step="Check that the database server runs and that its address is right.",
    )


def milliseconds(moment: datetime) -> int:
    """A moment as the tables hold it: whole milliseconds since 1970, UTC."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def moment(stored: int) -> datetime:
    """The moment that the tables hold as a number."""
    return _EPOCH + timedelta(milliseconds=stored)


def _engine(place: str | Path) -> Engine:
    if isinstance(place, str) and place.startswith("postgres"):
        return _server_engine(place)
    path = Path(place)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
    except OSError as error:
        raise StoreError(f"{path.name} cannot be made here ({error.strerror}).") from error
    engine = create_engine(
        "sqlite://",
        hide_parameters=True,
        poolclass=NullPool,
        creator=lambda: sqlite3.connect(path, timeout=10, isolation_level=None),
        execution_options={"schema_translate_map": {SCHEMA: None}},
    )
    event.listen(engine, "connect", _tune)
    event.listen(engine, "begin", _begin_at_once)
    return engine


def _server_engine(url: str) -> Engine:
    from chainlead.store.postgresql_connection import connect  # noqa: PLC0415  (an extra)

    return create_engine(
        "postgresql+psycopg://",
        creator=lambda: connect(url, autocommit=False),
        hide_parameters=True,
        pool_pre_ping=True,
    )


def _tune(connection: Any, _record: object) -> None:
    for pragma in ("foreign_keys=ON", "trusted_schema=OFF", "journal_mode=WAL"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_at_once(connection: Connection) -> None:
    """Take the write lock at the beginning: a reader that turns writer could not wait for it."""
    reads = connection.get_execution_options().get("reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def lock_for(connection: Connection, what: str = "") -> None:
    """Wait until nobody else is at this piece of work; SQLite's transactions do so by themselves."""
    if connection.dialect.name == "postgresql":
        number = _FIRST_USE
        if what:
            number = int.from_bytes(hashlib.sha256(what.encode()).digest()[:7])
        connection.execute(text("select pg_advisory_xact_lock(:number)"), {"number": number})


def _prepare(connection: Connection) -> None:
    """Make the tables where there are none, and refuse those of a newer layout."""
    if connection.dialect.name == "postgresql":
        lock_for(connection)
        connection.execute(text(f"create schema if not exists {SCHEMA}"))
    TEAM_METADATA.create_all(connection)
    layout = connection.execute(select(marks.c.text).where(marks.c.name == "layout")).scalar()
    if layout is None:
        connection.execute(insert(marks).values(name="layout", text=str(LAYOUT)))
    elif layout != str(LAYOUT):
        raise CaseVersionError(
            f"The team's tables have layout {layout}, which this chainlead does not know."
        )
