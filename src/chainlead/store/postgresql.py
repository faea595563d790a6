"""What is particular to PostgreSQL: one schema per case on a team's server.

Text sorts by bytes and whole numbers have 64 bits, as in a file, so that both give equal digests.
Outside of a transaction each statement is its own, so no reader holds anything open. A writer holds
an advisory lock for as long as it is connected: one writer per schema, whatever folder it came from.
Digests of tables that nobody changed since the last seal are kept in `kept_digests`, beside the tables.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import chain, count
from typing import Any

import psycopg
from psycopg import sql
from psycopg.pq import TransactionStatus
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    Select,
    String,
    Table,
    bindparam,
    create_engine,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DBAPIError, PendingRollbackError
from sqlalchemy.pool import NullPool
from sqlalchemy.sql import ColumnElement

from chainlead.errors import CaseError, DatabaseAwayError, StoreError
from chainlead.store import postgresql_connection, postgresql_types
from chainlead.store.place import DigestFunction, Seal, tables_seal
from chainlead.store.tables import METADATA

_FEW = 200
"""So many rows are asked for at once; only where there are more, a cursor is made on the server."""
_PAGE = 2_000
_WORTH_COPYING = 20
_BUSY_AFTER = "3s"
_ACTING = "chainlead_acting"
_STREAMS = "chainlead_streams"


class PostgresqlSchema:
    """The tables in one schema. See `Place`."""

    refusals = (DBAPIError, PendingRollbackError, psycopg.Error)

    def __init__(self, url: str, schema: str) -> None:
        """Name the server and the schema; nothing is opened yet.

        Args:
            url: as `config.database_url` gives it; never shown.
            schema: the schema's name; it is made when it is first written to.
        """
        self.schema = schema
        self._url = url
        self._stale: set[str] = set()

    @staticmethod
    def unused_name(url: str, stem: str) -> str:
        """A name that no schema on the server has yet: the stem, or the stem with a number."""
        with postgresql_connection.connect(url) as connection:
            found = connection.execute(
                "SELECT nspname FROM pg_namespace WHERE nspname ^@ %s", (stem,)
            )
            taken = {name for (name,) in found}
        names = chain([stem], (f"{stem}_{number}" for number in count(2)))
        return next(name for name in names if name not in taken)

    def __repr__(self) -> str:
        """Without the URL."""
        return f"PostgresqlSchema({self.schema!r})"

    @property
    def name(self) -> str:
        """The schema, in words."""
        return f"the schema {self.schema}"

    def connect(self, *, write: bool) -> Connection:
        """Connect; with `write` make the schema if it is missing, and be its only writer."""
        return _engine(self._url, self.schema, write).connect()

    def disconnect(self, connection: Connection) -> None:
        """Disconnect; the server takes back what was not committed."""
        try:
            connection.close()
        except self.refusals:
            connection.invalidate()
            connection.close()

    def was_interrupted(self) -> bool:
        """Never: the server finishes or takes back by itself."""
        return False

    def prepare_to_write(self, connection: Connection) -> None:
        """Ask the server whether it is still there."""
        _require_open(connection)
        connection.exec_driver_sql("SELECT 1")

    @contextmanager
    def transaction(self, connection: Connection, changed: set[str]) -> Iterator[None]:
        """All of the block or nothing. Listings that are under way go on after it."""
        _require_open(connection)
        connection.commit()
        connection.exec_driver_sql("BEGIN")
        act = {"taken_back": False}
        connection.info[_ACTING] = True
        setattr(_driver(connection), _ACTING, act)
        try:
            yield
            fresh = sorted(changed - self._stale)
            if fresh:
                connection.exec_driver_sql(
                    "DELETE FROM kept_digests WHERE table_name = ANY(%s)", (fresh,)
                )
            connection.commit()
            self._stale.update(fresh)
        except BaseException:
            act["taken_back"] = True
            _take_back(connection)
            raise
        finally:
            connection.info[_ACTING] = False

    def add(
        self,
        connection: Connection,
        table: Table,
        names: Sequence[str],
        insert: str,
        rows: Sequence[tuple[Any, ...]],
    ) -> None:
        """Add rows; many of them by COPY."""
        if len(rows) < _WORTH_COPYING:
            connection.exec_driver_sql(insert, list(rows))
            return
        _require_open(connection)
        copy = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, names))
        )
        with _driver(connection).cursor() as cursor, cursor.copy(copy) as copying:
            for row in rows:
                copying.write_row(row)

    @contextmanager
    def stream(
        self, connection: Connection, statement: Select[Any], most: int | None
    ) -> Iterator[Iterable[Sequence[Any]]]:
        """Few rows at once; more of them by a cursor on the server, which survives a commit."""
        _require_open(connection)
        if most is None or most > _FEW:
            rows = connection.execute(statement.limit(_FEW + 1)).all()
            is_all = len(rows) <= _FEW
        else:
            rows, is_all = connection.execute(statement).all(), True
        if is_all:
            yield rows
            return
        del rows
        state = connection.info
        if _status(connection) is TransactionStatus.IDLE:
            connection.exec_driver_sql("BEGIN")
        state[_STREAMS] = state.get(_STREAMS, 0) + 1
        found = None
        try:
            found = connection.execute(statement, execution_options={"yield_per": _PAGE})
            yield found
        finally:
            state[_STREAMS] -= 1
            if not connection.closed and not connection.invalidated:
                if found is not None:
                    found.close()
                if not (state[_STREAMS] or state.get(_ACTING)):
                    connection.commit()

    @contextmanager
    def listed(
        self, _connection: Connection, column: Column[Any], values: Sequence[Any]
    ) -> Iterator[ColumnElement[bool]]:
        """The values as one array."""
        wanted = bindparam(None, list(dict.fromkeys(values)), type_=ARRAY(column.type))
        yield column.in_(select(func.unnest(wanted)))

    def translated(self, error: Exception) -> StoreError | CaseError:
        """The named error for a refusal of the server."""
        return postgresql_connection.translated(error)

    def settle(self, connection: Connection) -> bool:
        """Nothing to do: each transaction that ended is at rest."""
        self.disconnect(connection)
        return True

    def seal(self, connection: Connection, digest_of: DigestFunction) -> Seal | None:
        """One digest over the digests of all tables; those of changed tables are made anew."""
        _require_open(connection)
        found = connection.exec_driver_sql("SELECT table_name, sha256 FROM kept_digests")
        kept = {str(row[0]): str(row[1]) for row in found}
        made = {name: digest_of(name) for name in sorted(METADATA.tables) if name not in kept}
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql("SET LOCAL synchronous_commit = on")
        for name, sha256 in made.items():
            connection.exec_driver_sql("INSERT INTO kept_digests VALUES (%s, %s)", (name, sha256))
        connection.commit()
        self.disconnect(connection)
        return tables_seal({name: made.get(name) or kept[name] for name in METADATA.tables})

    def exists(self) -> bool:
        """Whether the server has the schema."""
        with postgresql_connection.connect(self._url) as connection:
            return _has_schema(connection, self.schema)

    def remove(self) -> None:
        """Remove the schema with all that it holds, for good."""
        connection = self.connect(write=True)
        try:
            drop = sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(self.schema))
            _driver(connection).execute(drop)
        finally:
            self.disconnect(connection)

    def erase(self) -> None:
        """Remove every table of the schema."""
        connection = self.connect(write=True)
        try:
            names = connection.exec_driver_sql(
                "SELECT tablename FROM pg_tables WHERE schemaname = %s", (self.schema,)
            ).scalars()
            tables = sql.SQL(", ").join(sql.Identifier(self.schema, name) for name in names)
            driver = _driver(connection)
            with driver.transaction():
                driver.execute(sql.SQL("DROP TABLE {}").format(tables))
                driver.execute(_KEPT_DIGESTS)
            self._stale.clear()
        finally:
            self.disconnect(connection)


_KEPT_DIGESTS = sql.SQL(
    "CREATE TABLE IF NOT EXISTS kept_digests (table_name text PRIMARY KEY, sha256 text NOT NULL)"
)


@lru_cache(maxsize=256)
def _engine(url: str, schema: str, write: bool) -> Engine:
    """It holds no connection, only what SQLAlchemy learned of the server."""
    made = create_engine(
        "postgresql+psycopg://",
        creator=lambda: _opened(url, schema, write=write),
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        paramstyle="format",
        use_native_hstore=False,
        hide_parameters=True,
    )
    made.dialect.colspecs = {
        **made.dialect.colspecs,
        Integer: postgresql_types.Bound64,
        String: postgresql_types.KeptText,
    }
    return made


def _opened(url: str, schema: str, *, write: bool) -> "psycopg.Connection[Any]":
    connection = postgresql_connection.connect(url)
    connection.server_cursor_factory = _HeldCursor
    try:
        if write:
            _become_writer(connection, schema)
        path = sql.SQL("SET search_path TO {}").format(sql.Identifier(schema))
        mode = (
            sql.SQL("SET synchronous_commit = off")  # the journal is what must not be lost
            if write
            else sql.SQL("SET default_transaction_read_only = on")
        )
        connection.execute(sql.SQL("; ").join([path, mode]))
    except BaseException:
        connection.close()
        raise
    return connection


def _become_writer(connection: "psycopg.Connection[Any]", schema: str) -> None:
    number = int.from_bytes(
        hashlib.sha256(f"chainlead {schema}".encode()).digest()[:8], signed=True
    )
    connection.execute(sql.SQL("SET lock_timeout = {}").format(_BUSY_AFTER))
    connection.execute(sql.SQL("SELECT pg_advisory_lock({})").format(number))
    if _has_schema(connection, schema):
        return
    with connection.transaction():
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
        connection.execute(sql.SQL("SET LOCAL search_path TO {}").format(sql.Identifier(schema)))
        connection.execute(_KEPT_DIGESTS)


def _has_schema(connection: "psycopg.Connection[Any]", schema: str) -> bool:
    found = connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", (schema,))
    return found.fetchone() is not None


class _HeldCursor(psycopg.ServerCursor[Any]):
    """A cursor on the server that outlives the transaction in which it was made.

    One that was made in a transaction that is taken back is gone with it, and must not be closed: the
    server's refusal would end the transaction that is under way then.
    """

    def __init__(self, connection: "psycopg.Connection[Any]", *given: Any, **named: Any) -> None:
        named["withhold"] = True
        super().__init__(connection, *given, **named)
        self._made_in: dict[str, bool] = getattr(connection, _ACTING, {})

    def close(self) -> None:
        if self._made_in.get("taken_back"):
            psycopg.Cursor.close(self)
            return
        try:
            super().close()
        except psycopg.errors.InvalidCursorName:
            psycopg.Cursor.close(self)


def _driver(connection: Connection) -> "psycopg.Connection[Any]":
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver


def _status(connection: Connection) -> TransactionStatus:
    return TransactionStatus(_driver(connection).info.transaction_status)


def _require_open(connection: Connection) -> None:
    """A lost connection is not made again behind the caller's back: the lock went with it."""
    if connection.closed or connection.invalidated or _driver(connection).closed:
        raise DatabaseAwayError(
            "The connection to the database server was lost.",
            safe="Every act that was finished is in the case's journal, with its files.",
            next_step="Run the command again: opening the case finishes what was left undone.",
        )


def _take_back(connection: Connection) -> None:
    try:
        connection.rollback()
    except (DBAPIError, psycopg.Error):  # lost: the server takes it back by itself
        connection.invalidate()
