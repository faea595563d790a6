"""The case database behind a small interface: insert, select, count, update, digest.

Rooms speak to it in plain rows (dictionaries) and never in SQL, so SQLite today and PostgreSQL
later are the same to them. SQLite runs in WAL mode while it works, and at rest the file is one
closed database without side files.
"""

import errno
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec
from sqlalchemy import Connection, Engine, Table, create_engine, delete, event, func, select, text
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import StaticPool
from sqlalchemy.sql import ColumnElement

from chainlead.errors import CaseDamagedError, CaseVersionError, DiskFullError, StoreError
from chainlead.store.tables import METADATA

Row = dict[str, Any]
_COMPARISONS = {"<", "<=", ">", ">=", "!=", "in"}
_CHUNK = 5_000


class Store:
    """One open database. Use it as a context manager; `transaction` makes steps whole."""

    def __init__(self, engine: Engine) -> None:
        """Wrap an engine; use `open` or `in_memory` instead."""
        self._engine = engine
        self._connection: Connection = engine.connect()

    @classmethod
    def open(cls, path: Path, *, write: bool = False) -> Self:
        """Open the database file; with `write` make or migrate it first.

        Raises:
            CaseDamagedError: the file is no database.
            CaseVersionError: a newer chainlead wrote it.
        """
        uri = f"file:{_quoted(path)}?mode={'rwc' if write else 'ro'}&uri=true"
        engine = create_engine(f"sqlite:///{uri}")
        event.listen(engine, "connect", _tune)
        try:
            if write:
                from chainlead.store.migrate import upgrade  # noqa: PLC0415  (alembic is slow to load)

                with engine.connect() as connection:
                    connection.exec_driver_sql("PRAGMA journal_mode=WAL")
                upgrade(engine)
            store = cls(engine)
            store._connection.execute(text("select count(*) from meta"))
            store._connection.rollback()
        except (DatabaseError, OperationalError) as error:
            engine.dispose()
            raise CaseDamagedError(f"{path.name} is not a case database: {error.orig}") from error
        except CaseVersionError:
            engine.dispose()
            raise
        return store

    @classmethod
    def in_memory(cls) -> Self:
        """An empty database that lives as long as the object: for replay and tests."""
        engine = create_engine("sqlite://", poolclass=StaticPool)
        event.listen(engine, "connect", _tune)
        METADATA.create_all(engine)
        return cls(engine)

    def close(self, *, settle: bool = False) -> None:
        """Close; with `settle` fold the WAL in, so that one file holds everything."""
        if settle:
            self._connection.rollback()
            self._connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            self._connection.exec_driver_sql("PRAGMA journal_mode=DELETE")
        self._connection.close()
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

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block or nothing of it.

        Raises:
            DiskFullError: no space left; the database is as before.
            StoreError: the database refused.
        """
        try:
            yield
            self._connection.commit()
        except (OperationalError, DatabaseError) as error:
            self._connection.rollback()
            if "full" in str(error.orig) or getattr(error.orig, "errno", None) == errno.ENOSPC:
                raise DiskFullError("No space left for the case database.") from error
            raise StoreError(f"The case database refused: {error.orig}") from error
        except BaseException:
            self._connection.rollback()
            raise

    def insert(
        self, table: str, rows: Iterable[Mapping[str, Any]], *, replace: bool = False
    ) -> int:
        """Add rows (mappings with every column) and return how many; `replace` overwrites by key."""
        target = _table(table)
        statement = target.insert()
        if replace:
            statement = statement.prefix_with("OR REPLACE")
        total = 0
        remaining = iter(rows)
        while chunk := [dict(row) for row in islice(remaining, _CHUNK)]:
            self._connection.execute(statement, chunk)
            total += len(chunk)
        return total

    def delete(self, table: str, **where: Any) -> None:
        """Remove the rows that match."""
        target = _table(table)
        self._connection.execute(delete(target).where(*_conditions(target, where)))

    def rows(
        self,
        table: str,
        *,
        order_by: Sequence[str] = (),
        columns: Sequence[str] = (),
        limit: int | None = None,
        **where: Any,
    ) -> Iterator[Row]:
        """Rows that match, as dictionaries.

        Args:
            table: name of the table.
            order_by: column names; a leading `-` turns the order. Default: the primary key.
            columns: only these columns.
            limit: at most so many rows.
            where: column=value; or column=("<=", value), ("in", [values]), … ; None matches NULL.
        """
        target = _table(table)
        wanted = [target.c[name] for name in columns] if columns else list(target.c)
        statement = select(*wanted).where(*_conditions(target, where))
        names = order_by or [column.name for column in target.primary_key]
        for name in names:
            column = target.c[name.removeprefix("-")]
            statement = statement.order_by(column.desc() if name.startswith("-") else column)
        if limit is not None:
            statement = statement.limit(limit)
        for row in self._connection.execute(statement).mappings():
            yield dict(row)

    def lookup(self, table: str, **where: Any) -> Row | None:
        """The first row that matches, or None."""
        return next(self.rows(table, limit=1, **where), None)

    def count(self, table: str, **where: Any) -> int:
        """How many rows match."""
        target = _table(table)
        statement = select(func.count()).select_from(target).where(*_conditions(target, where))
        return int(self._connection.execute(statement).scalar_one())

    def largest(self, table: str, column: str, **where: Any) -> int | None:
        """The largest value of an integer column among the rows that match, or None."""
        target = _table(table)
        statement = select(func.max(target.c[column])).where(*_conditions(target, where))
        found = self._connection.execute(statement).scalar_one()
        return None if found is None else int(found)

    def group_counts(self, table: str, column: str, **where: Any) -> dict[str, int]:
        """Number of rows for each value of a column, sorted by the value."""
        target = _table(table)
        statement = (
            select(target.c[column], func.count())
            .where(*_conditions(target, where))
            .group_by(target.c[column])
            .order_by(target.c[column])
        )
        return {str(value): int(number) for value, number in self._connection.execute(statement)}

    def table_digests(self) -> dict[str, str]:
        """SHA-256 of each table's rows in key order: equal contents give equal digests."""
        digests = {}
        encoder = msgspec.json.Encoder(order="sorted")
        for table in sorted(METADATA.tables):
            state = hashlib.sha256()
            for row in self.rows(table):
                state.update(encoder.encode(row))
                state.update(b"\n")
            digests[table] = state.hexdigest()
        return digests


def _tune(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA busy_timeout=5000")
    cursor.execute("PRAGMA trusted_schema=OFF")
    cursor.close()


def _quoted(path: Path) -> str:
    return str(path.resolve()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _table(name: str) -> Table:
    try:
        return METADATA.tables[name]
    except KeyError:
        raise StoreError(f"There is no table named {name!r}.") from None


def _conditions(table: Table, where: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    for name, wanted in where.items():
        column = table.c[name]
        if wanted is None:
            conditions.append(column.is_(None))
        elif isinstance(wanted, tuple) and len(wanted) == 2 and wanted[0] in _COMPARISONS:
            comparison, value = wanted
            conditions.append(
                column.in_(value) if comparison == "in" else column.op(comparison)(value)
            )
        else:
            conditions.append(column == wanted)
    return conditions
