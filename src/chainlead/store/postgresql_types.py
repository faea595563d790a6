"""How the tables' types, keys and indexes are written for PostgreSQL. Importing this file is enough.

Text sorts by bytes and whole numbers have 64 bits, as in SQLite. An ordinary index holds at most 2,700
bytes of a row, and a path inside hostile evidence can be longer; so a key with a `Text` column is
unique by the SHA-256 of that column, and an index on such a column is a hash index.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Dialect,
    Integer,
    String,
    Table,
    Text,
    event,
    text,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateIndex, PrimaryKeyConstraint
from sqlalchemy.sql.elements import TextClause

from chainlead.store.kept_text import bound_text, found_text
from chainlead.store.tables import METADATA

_OF_A_COLUMN = "type_expression"
"""The compiler says so where it writes a column's type; elsewhere these rules change nothing."""


class Bound64(BigInteger):
    """A whole number as it is handed to the server, whatever the column is called."""

    render_bind_cast = True


class KeptText(String):
    """Text with any character, see `kept_text`."""

    render_bind_cast = True

    def bind_processor(self, _dialect: Dialect) -> Callable[[Any], str | None]:
        """From str to what the server holds."""
        return bound_text

    def result_processor(self, _dialect: Dialect, _kind: Any) -> Callable[[Any], str | None]:
        """And back."""
        return found_text


@compiles(String, "postgresql")
@compiles(Text, "postgresql")
def _sorted_by_bytes(type_: String, compiler: Any, **how: Any) -> str:
    if _OF_A_COLUMN not in how:
        return str(compiler.visit_VARCHAR(type_, **how))
    return f'{f"VARCHAR({type_.length})" if type_.length else "TEXT"} COLLATE "C"'


@compiles(Integer, "postgresql")
def _of_64_bits(type_: Integer, compiler: Any, **how: Any) -> str:
    return "BIGINT" if _OF_A_COLUMN in how else str(compiler.visit_INTEGER(type_, **how))


@compiles(PrimaryKeyConstraint, "postgresql")
def _key(constraint: PrimaryKeyConstraint, compiler: Any, **how: Any) -> str | None:
    if any(isinstance(column.type, Text) for column in constraint.columns):
        return None  # `_add_long_key` makes it
    return str(compiler.visit_primary_key_constraint(constraint, **how))


@event.listens_for(Table, "after_create")
def _add_long_key(table: Table, connection: Connection, **_how: Any) -> None:
    key = list(table.primary_key.columns)
    long = [column for column in key if isinstance(column.type, Text)]
    if connection.dialect.name != "postgresql" or not long:
        return
    parts = ", ".join(
        str(part) if isinstance(part, TextClause) else part for part in key_parts(table)
    )
    connection.execute(text(f'CREATE UNIQUE INDEX "{table.name}_key" ON "{table.name}" ({parts})'))
    for column in long:
        name = f"{table.name}_by_{column.name}"
        connection.execute(
            text(f'CREATE INDEX "{name}" ON "{table.name}" USING hash ("{column.name}")')
        )


@compiles(CreateIndex, "postgresql")
def _index(made: CreateIndex, compiler: Any, **how: Any) -> str:
    index = made.element
    of = index.table.name if index.table is not None else ""
    known = METADATA.tables.get(of)  # a migration names its columns without their types
    if known is not None:
        for column in index.columns:
            if column.name in known.c and isinstance(known.c[column.name].type, Text):
                return f'CREATE INDEX "{index.name}" ON "{of}" USING hash ("{column.name}")'
    return str(compiler.visit_create_index(made, **how))


def key_parts(table: Table) -> list[str | TextClause]:
    """What is unique in a table: names of columns, and the digests of those of any length."""
    return [_part(column) for column in table.primary_key.columns]


def _part(column: Column[Any]) -> str | TextClause:
    if isinstance(column.type, Text):
        # The bytes of the text, by functions that an index may use: a doubled backslash is one.
        return text(rf"""sha256(CAST(replace("{column.name}", E'\\', E'\\\\') AS bytea))""")
    return str(column.name)
