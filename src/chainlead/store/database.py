"""The case database behind a small interface: insert, select, count, update, digest.

Rooms speak to it in plain rows (dictionaries) and never in SQL, so SQLite today and PostgreSQL
later are the same to them; what only SQLite needs is in `store/sqlite.py`. SQLite runs in WAL mode
while it is written to, and at rest the file is one closed database without side files.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from itertools import chain, count, islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec
from sqlalchemy import (
    Column,
    Connection,
    Dialect,
    Engine,
    LargeBinary,
    MetaData,
    Select,
    Table,
    delete,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import ColumnElement

from chainlead.errors import CaseDamagedError, StoreError
from chainlead.store import sqlite
from chainlead.store.revision import require_known
from chainlead.store.tables import METADATA

Row = dict[str, Any]
_COMPARISONS = {"<", "<=", ">", ">=", "!=", "in"}
_CHUNK = 5_000
_MOST_BOUND_VALUES = 5_000
"""More values than this for one `in` go through a temporary table; SQLite binds at most 32,766."""


class Store:
    """One open database. Use it as a context manager; `transaction` makes steps whole.

    Attributes:
        was_upgraded: opening it changed its layout.
    """

    def __init__(self, engine: Engine, path: Path | None = None, *, write: bool = True) -> None:
        """Wrap an engine; use `open` or `in_memory` instead."""
        self._engine = engine
        self._path = path
        self._write = write
        self._in_wal = path is None or sqlite.is_in_wal(path)
        self.was_upgraded = False
        self._depth = 0
        self._numbers = count()
        self._free_lists: dict[str, list[Table]] = {}
        self._connection: Connection = engine.connect()

    @classmethod
    def open(cls, path: Path, *, write: bool = False) -> Self:
        """Open the database file; with `write` make or migrate it first.

        Opening alone changes no byte of an up-to-date file.

        Raises:
            CaseDamagedError: the file is missing or no database.
            CaseVersionError: a newer chainlead wrote it.
        """
        engine = sqlite.open_engine(path, write=write)
        was_upgraded = False
        try:
            if write:
                from chainlead.store.migrate import upgrade  # noqa: PLC0415  (needed for writing only)

                was_upgraded = upgrade(engine)
            else:
                require_known(engine)
            store = cls(engine, path, write=write)
            store.was_upgraded = was_upgraded
            store._connection.execute(text("select count(*) from meta"))
            store._connection.rollback()
        except DBAPIError as error:
            engine.dispose()
            raise CaseDamagedError(f"{path.name} is not a case database: {error.orig}.") from error
        except BaseException:
            engine.dispose()
            raise
        return store

    @classmethod
    def in_memory(cls) -> Self:
        """An empty database that lives as long as the object: for replay and tests."""
        engine = sqlite.open_engine(None)
        METADATA.create_all(engine)
        return cls(engine)

    def close(self, *, settle: bool = False) -> bool:
        """Close; with `settle` fold the WAL in, so that one file holds everything.

        Returns:
            False when `settle` was asked for and another program reads the file: the side
            files stay, nothing is lost, and the next close settles.
        """
        self._connection.close()
        try:
            if settle and self._path and self._in_wal:
                with _named_errors():
                    return sqlite.settle(self._engine, self._path)
        finally:
            self._engine.dispose()
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @staticmethod
    def was_interrupted(path: Path) -> bool:
        """Whether a writer is at work on this file, or was stopped before it could settle it."""
        return sqlite.is_in_wal(path) or sqlite.has_side_files(path)

    def prepare_to_write(self) -> None:
        """Make sure that a transaction can begin; does nothing after the first time.

        Raises:
            CaseBusyError: another program reads the file and does not stop.
        """
        if self._write and not self._in_wal:
            with _named_errors():
                sqlite.enter_wal(self._connection)
            self._in_wal = True

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block or nothing of it; a block inside a block is part of the outer one.

        Raises:
            DiskFullError: no space left; the database is as before.
            StoreError: the database refused.
        """
        if self._depth:
            yield
            return
        with _named_errors():
            self.prepare_to_write()
            self._depth += 1
            try:
                yield
                self._connection.commit()
            except BaseException:
                self._connection.rollback()
                raise
            finally:
                self._depth -= 1

    def insert(
        self, table: str, rows: Iterable[Mapping[str, Any]], *, replace: bool = False
    ) -> int:
        """Add rows (mappings with every column) and return how many; `replace` overwrites by key.

        Outside of `transaction` the call is a transaction by itself.

        Raises:
            StoreError: a row with this key exists (without `replace`), or a value does not fit.
        """
        target = _table(table)
        statement: Any = target.insert()
        if replace:
            statement = _upsert(target, self._engine.dialect.name)
        total = 0
        remaining = iter(rows)
        first = next(remaining, None)
        if first is None:
            return 0
        names = [_column(target, name).name for name in first]
        dialect = self._engine.dialect
        compiled = statement.compile(dialect=dialect, column_keys=names)
        steps = [(name, _bound(target.c[name], dialect)) for name in compiled.positiontup or names]
        everything = chain([first], remaining)
        with self.transaction():
            while chunk := [_values(row, steps) for row in islice(everything, _CHUNK)]:
                self._connection.exec_driver_sql(str(compiled), chunk)
                total += len(chunk)
        return total

    def delete(self, table: str, **where: Any) -> None:
        """Remove the rows that match."""
        target = _table(table)
        with self.transaction(), self._matching(target, where) as conditions:
            self._connection.execute(delete(target).where(*conditions))

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
            where: column=value; or column=("<=", value), ("in", values), … ; None matches NULL.
                `in` takes any number of values.
        """
        target = _table(table)
        wanted = [_column(target, name) for name in columns] if columns else list(target.c)
        statement = select(*wanted)
        names = order_by or [column.name for column in target.primary_key]
        for name in names:
            column = _column(target, name.removeprefix("-"))
            statement = statement.order_by(column.desc() if name.startswith("-") else column)
        if limit is not None:
            statement = statement.limit(limit)
        keys = [column.name for column in wanted]
        with (
            self._matching(target, where) as conditions,
            closing(self._connection.execute(statement.where(*conditions))) as found,
        ):
            for row in found:
                yield dict(zip(keys, row, strict=True))

    def tuples(self, table: str, columns: Sequence[str], **where: Any) -> Iterator[tuple[Any, ...]]:
        """Some columns of the rows that match, in key order, for a pass over a whole table."""
        target = _table(table)
        statement = select(*(_column(target, name) for name in columns))
        statement = statement.order_by(*target.primary_key)
        with (
            self._matching(target, where) as conditions,
            closing(self._connection.execute(statement.where(*conditions))) as found,
        ):
            for part in found.partitions(_CHUNK):
                yield from map(tuple, part)

    def lookup(self, table: str, **where: Any) -> Row | None:
        """The first row that matches, or None."""
        return next(iter(list(self.rows(table, limit=1, **where))), None)

    def count(self, table: str, **where: Any) -> int:
        """How many rows match."""
        target = _table(table)
        return int(self._scalar(select(func.count()).select_from(target), target, where))

    def largest(self, table: str, column: str, **where: Any) -> int | None:
        """The largest value of an integer column among the rows that match, or None."""
        target = _table(table)
        found = self._scalar(select(func.max(_column(target, column))), target, where)
        return None if found is None else int(found)

    def group_counts(self, table: str, column: str, **where: Any) -> dict[str, int]:
        """Number of rows for each value of a column, sorted by the value."""
        target = _table(table)
        grouped = _column(target, column)
        statement = select(grouped, func.count()).group_by(grouped).order_by(grouped)
        with self._matching(target, where) as conditions:
            found = self._connection.execute(statement.where(*conditions)).all()
        return {str(value): int(number) for value, number in found}

    def _scalar(self, statement: Select[Any], table: Table, where: Mapping[str, Any]) -> Any:
        with self._matching(table, where) as conditions:
            return self._connection.execute(statement.where(*conditions)).scalar_one()

    @contextmanager
    def _matching(
        self, table: Table, where: Mapping[str, Any]
    ) -> Iterator[list[ColumnElement[bool]]]:
        """The conditions, while their temporary tables exist; refusals get their names here."""
        with _named_errors(), ExitStack() as temporary:
            yield [
                self._condition(_column(table, name), wanted, temporary)
                for name, wanted in where.items()
            ]

    def _condition(
        self, column: Column[Any], wanted: Any, temporary: ExitStack
    ) -> ColumnElement[bool]:
        if wanted is None:
            return column.is_(None)
        if not (isinstance(wanted, tuple) and len(wanted) == 2 and wanted[0] in _COMPARISONS):
            equal: ColumnElement[bool] = column == wanted
            return equal
        comparison, value = wanted
        if comparison != "in":
            compared: ColumnElement[bool] = column.bool_op(comparison)(value)
            return compared
        values = list(value)
        if len(values) <= _MOST_BOUND_VALUES:
            return column.in_(values)
        listed = temporary.enter_context(self._listed(column, values))
        return column.in_(select(listed.c.wanted))

    @contextmanager
    def _listed(self, column: Column[Any], values: Iterable[Any]) -> Iterator[Table]:
        free = self._free_lists.setdefault(repr(column.type), [])
        table = free.pop() if free else _new_list(f"wanted_{next(self._numbers)}", column)
        table.create(self._connection, checkfirst=True)
        try:
            rows = ({"wanted": value} for value in dict.fromkeys(values))
            while chunk := list(islice(rows, _CHUNK)):
                self._connection.execute(table.insert(), chunk)
            yield table
        finally:
            # A listing may be given up after the store is closed, or after a roll-back.
            if not self._connection.closed and inspect(self._connection).has_table(table.name):
                self._connection.execute(delete(table))
                free.append(table)
                if not self._depth:  # hold no lock on the file beyond the listing
                    self._connection.commit()

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


@contextmanager
def _named_errors() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise sqlite.translated(error) from error
    except OverflowError as error:
        raise StoreError("A whole number does not fit in its column.") from error
    except UnicodeEncodeError as error:
        raise StoreError("A text holds half a surrogate pair and cannot be stored.") from error


def _new_list(name: str, column: Column[Any]) -> Table:
    wanted = Column("wanted", column.type, primary_key=True, autoincrement=False)
    return Table(name, MetaData(), wanted, prefixes=["TEMPORARY"])


def _bound(column: Column[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    if isinstance(column.type, LargeBinary):
        return None  # bytes are what the driver takes
    return column.type.dialect_impl(dialect).bind_processor(dialect)


def _values(
    row: Mapping[str, Any], steps: Sequence[tuple[str, Callable[[Any], Any] | None]]
) -> tuple[Any, ...]:
    """One row as the driver wants it; SQLAlchemy's own way takes twice as long."""
    if len(row) != len(steps):
        raise StoreError(f"A row has {len(row)} columns where {len(steps)} are expected.")
    try:
        return tuple(row[name] if step is None else step(row[name]) for name, step in steps)
    except KeyError as error:
        raise StoreError(f"A row has no column {error.args[0]!r}.") from None


def _upsert(table: Table, dialect: str) -> Any:
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415  (slow to load)

        insert: Any = postgresql.insert(table)
    else:
        insert = sqlite_dialect.insert(table)
    key = [column.name for column in table.primary_key]
    others = {c.name: insert.excluded[c.name] for c in table.c if c.name not in key}
    if not others:
        return insert.on_conflict_do_nothing(index_elements=key)
    return insert.on_conflict_do_update(index_elements=key, set_=others)


def _table(name: str) -> Table:
    try:
        return METADATA.tables[name]
    except KeyError:
        raise StoreError(f"There is no table named {name!r}.") from None


def _column(table: Table, name: str) -> Column[Any]:
    try:
        return table.c[name]
    except KeyError:
        raise StoreError(f"The table {table.name} has no column {name!r}.") from None
