"""The case database behind a small interface: insert, select, count, update, digest.

Rooms speak to it in plain rows (dictionaries) and never in SQL, so a file and a schema on a server
are the same to them; what only one of them needs is in `store/sqlite.py` and `store/postgresql.py`.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import chain, islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec
from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Dialect,
    LargeBinary,
    Select,
    Table,
    Text,
    cast,
    delete,
    func,
    select,
    text,
)
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.sql import ColumnElement

from chainlead.errors import CaseDamagedError, StoreError
from chainlead.store.long_pass import long_pass
from chainlead.store.place import Place, Seal
from chainlead.store.revision import require_known
from chainlead.store.sqlite import SqliteFile
from chainlead.store.tables import METADATA

Row = dict[str, Any]
_COMPARISONS = {"<", "<=", ">", ">=", "!=", "in"}
_CHUNK = 5_000
_MOST_BOUND_VALUES = 5_000
"""More values than this for one `in` go another way; SQLite binds at most 32,766."""


class Store:
    """One open database. Use it as a context manager; `transaction` makes steps whole.

    Attributes:
        was_upgraded: opening it changed its layout.
    """

    def __init__(self, place: Place, connection: Connection, *, write: bool = True) -> None:
        """Wrap a connection; use `open` or `in_memory` instead."""
        self._place = place
        self._write = write
        self.was_upgraded = False
        self._depth = 0
        self._changed: set[str] = set()
        self._connection = connection

    @classmethod
    def open(cls, place: Path | Place, *, write: bool = False) -> Self:
        """Open the database; with `write` make or migrate it first.

        Opening alone changes no byte of an up-to-date file.

        Args:
            place: a file's path, or a place of another kind.
            write: open it for writing.

        Raises:
            CaseDamagedError: it is missing or no database.
            CaseVersionError: a newer chainlead wrote it.
            DatabaseAwayError, DatabaseRefusedError: the server that holds it cannot be used.
        """
        place = SqliteFile(place) if isinstance(place, Path) else place
        with _named_errors(place, f"{place.name} is not a case database"):
            connection = place.connect(write=write)
            try:
                store = cls(place, connection, write=write)
                if write:
                    from chainlead.store.migrate import (  # noqa: PLC0415  (needed for writing only)
                        bring_up_to_date,
                    )

                    store.was_upgraded = bring_up_to_date(connection)
                else:
                    require_known(connection)
                connection.execute(text("select count(*) from meta"))
                connection.rollback()
            except BaseException:
                place.disconnect(connection)
                raise
        return store

    @classmethod
    def in_memory(cls) -> Self:
        """An empty database that lives as long as the object: for replay and tests."""
        place = SqliteFile()
        connection = place.connect(write=True)
        METADATA.create_all(connection)
        connection.commit()
        return cls(place, connection)

    @contextmanager
    def apart(self) -> Iterator["Store"]:
        """The same tables, to read from for long without holding up who wants to write.

        While rows are read from a file, nobody can begin to write to it: so the file is copied into
        memory first. A server needs no copy.
        """
        if not isinstance(self._place, SqliteFile):
            yield self
            return
        with _named_errors(self._place):
            place, connection = self._place.copied(self._connection)
        with Store(place, connection, write=False) as copy:
            yield copy

    def close(self, *, settle: bool = False) -> bool:
        """Close; with `settle` leave it at rest, so that one file holds everything.

        Returns:
            False when `settle` was asked for and another program reads the file: the side
            files stay, nothing is lost, and the next close settles.
        """
        try:
            with _named_errors(self._place):
                return self._place.settle(self._connection) if settle else True
        finally:
            self._place.disconnect(self._connection)

    def seal(self) -> Seal | None:
        """Close and leave it at rest.

        Returns:
            What it holds, for a later comparison; None while another program reads the file: the
            side files stay, nothing is lost, and the next close settles.
        """
        try:
            with _named_errors(self._place):
                return self._place.seal(self._connection, self.digest_of)
        finally:
            self._place.disconnect(self._connection)

    def start_anew(self) -> "Store":
        """Close it, erase everything that it holds for good, and open an empty one for writing."""
        self.close()
        with _named_errors(self._place):
            self._place.erase()
        return Store.open(self._place, write=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def prepare_to_write(self) -> None:
        """Make sure that a transaction can begin.

        Raises:
            CaseBusyError: another program reads the file and does not stop.
            DatabaseAwayError: the server cannot be reached any more.
        """
        if self._write:
            with _named_errors(self._place):
                self._place.prepare_to_write(self._connection)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block or nothing of it; a block inside a block is part of the outer one.

        Raises:
            DiskFullError: no space left; the database is as before.
            DatabaseAwayError: the server was lost; it keeps all of the block or nothing.
            StoreError: the database refused.
        """
        if self._depth:
            yield
            return
        self._changed.clear()
        with (
            _named_errors(self._place),
            self._place.transaction(self._connection, self._changed),
        ):
            self._depth += 1
            try:
                yield
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
        dialect = self._connection.dialect
        if replace:
            statement = _upsert(target, dialect.name)
        total = 0
        remaining = iter(rows)
        first = next(remaining, None)
        if first is None:
            return 0
        names = [_column(target, name).name for name in first]
        compiled = statement.compile(dialect=dialect, column_keys=names)
        names = compiled.positiontup or names
        steps = [(name, _bound(target.c[name], dialect)) for name in names]
        everything = chain([first], remaining)
        with self.transaction():
            self._changed.add(table)
            while chunk := [_values(row, steps) for row in islice(everything, _CHUNK)]:
                if replace:
                    self._connection.exec_driver_sql(str(compiled), chunk)
                else:
                    self._place.add(self._connection, target, names, str(compiled), chunk)
                total += len(chunk)
        return total

    def delete(self, table: str, **where: Any) -> None:
        """Remove the rows that match."""
        target = _table(table)
        with self.transaction(), self._matching(target, where) as conditions:
            self._changed.add(table)
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
            statement = statement.order_by(_in_order(column, is_turned=name.startswith("-")))
        if limit is not None:
            statement = statement.limit(limit)
        keys = [column.name for column in wanted]
        with (
            self._matching(target, where) as conditions,
            self._place.stream(self._connection, statement.where(*conditions), limit) as found,
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
            self._place.stream(self._connection, statement.where(*conditions), None) as found,
        ):
            yield from map(tuple, found)

    def columns(self, table: str, names: Sequence[str], **where: Any) -> list[list[Any]]:
        """Some columns of the rows that match, each as one list, for an index over a large table.

        The rows come in no particular order. JSON comes as the text that is kept: where many rows
        say the same, it is decoded once.
        """
        target = _table(table)
        chosen = [_column(target, name) for name in names]
        wanted = [cast(each, Text) if isinstance(each.type, JSON) else each for each in chosen]
        statement = select(*wanted).execution_options(yield_per=_CHUNK)
        with (
            long_pass(),
            self._matching(target, where) as conditions,
            self._place.stream(self._connection, statement.where(*conditions), None) as found,
        ):
            lists = [list(each) for each in zip(*found, strict=True)]
        return lists or [[] for _ in names]

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
        statement = select(grouped, func.count()).group_by(grouped)
        statement = statement.order_by(_in_order(grouped))
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
        with _named_errors(self._place), ExitStack() as temporary:
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
        return temporary.enter_context(self._place.listed(self._connection, column, values))

    def table_digests(self) -> dict[str, str]:
        """SHA-256 of each table's rows in key order: equal contents give equal digests."""
        return {table: self.digest_of(table) for table in sorted(METADATA.tables)}

    def digest_of(self, table: str) -> str:
        """SHA-256 of a table's rows in key order, each as canonical JSON with a line feed."""
        state = hashlib.sha256()
        encoder = msgspec.json.Encoder(order="sorted")
        for row in self.rows(table):
            state.update(encoder.encode(row))
            state.update(b"\n")
        return state.hexdigest()


@contextmanager
def _named_errors(place: Place, damaged: str = "") -> Iterator[None]:
    """Give a refusal its name; without the driver's own error, which may repeat values."""
    try:
        yield
    except place.refusals as error:
        named = place.translated(error)
        if damaged and type(named) is StoreError:
            named = CaseDamagedError(f"{damaged}: {named.message}")
        raise named from None
    except OverflowError:
        raise StoreError("A whole number does not fit in its column.") from None
    except UnicodeEncodeError:
        raise StoreError("A text holds half a surrogate pair and cannot be stored.") from None


def _in_order(column: Column[Any], *, is_turned: bool = False) -> ColumnElement[Any]:
    """Nothing sorts before everything in every database, turned or not, as in SQLite."""
    if not column.nullable:
        return column.desc() if is_turned else column.asc()
    return column.desc().nulls_last() if is_turned else column.asc().nulls_first()


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
    names = [column.name for column in table.primary_key]
    insert: Any
    key: list[Any]
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415  (slow to load)

        from chainlead.store.postgresql_types import key_parts  # noqa: PLC0415  (for a server only)

        insert, key = postgresql.insert(table), key_parts(table)
    else:
        insert, key = sqlite_dialect.insert(table), names
    others = {c.name: insert.excluded[c.name] for c in table.c if c.name not in names}
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
