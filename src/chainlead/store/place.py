"""Where the tables of a case are kept: what each kind of database does in its own way."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

import msgspec
from sqlalchemy import Column, Connection, Select, Table
from sqlalchemy.sql import ColumnElement

from chainlead.errors import CaseError, StoreError

Seal = dict[str, Any]
"""What a seal says of the tables: enough to find any later change of them."""


def tables_seal(digests: Mapping[str, str]) -> Seal:
    """What a seal says of tables wherever they are: one digest over the digests of all."""
    canonical = msgspec.json.encode(dict(digests), order="sorted")
    return {"tables_sha256": hashlib.sha256(canonical).hexdigest(), "table_count": len(digests)}


DigestFunction = Callable[[str], str]
"""From a table's name to the digest of its rows."""


class Place(Protocol):
    """A file, memory, or a schema on a server."""

    @property
    def name(self) -> str:
        """What a person calls it, for example `case.db`."""

    @property
    def refusals(self) -> tuple[type[Exception], ...]:
        """What its driver raises."""

    def connect(self, *, write: bool) -> Connection:
        """Open it; with `write` make what is missing."""

    def disconnect(self, connection: Connection) -> None:
        """Close it; a second time does nothing."""

    def was_interrupted(self) -> bool:
        """Whether a writer is at work on it, or was stopped before it could settle it."""

    def prepare_to_write(self, connection: Connection) -> None:
        """Make sure that a transaction can begin; costs little when it is called again."""

    def transaction(
        self, connection: Connection, changed: set[str]
    ) -> AbstractContextManager[None]:
        """All of the block or nothing; the block adds the tables that it changes to `changed`."""

    def add(
        self,
        connection: Connection,
        table: Table,
        names: Sequence[str],
        insert: str,
        rows: Sequence[tuple[Any, ...]],
    ) -> None:
        """Add rows, each a tuple in the order of `names`, as the statement `insert` takes them."""

    def stream(
        self, connection: Connection, statement: Select[Any], most: int | None
    ) -> AbstractContextManager[Iterable[Sequence[Any]]]:
        """What a statement that finds at most so many rows gives; only some are in memory at a time."""

    def listed(
        self, connection: Connection, column: Column[Any], values: Sequence[Any]
    ) -> AbstractContextManager[ColumnElement[bool]]:
        """The condition that the column has one of very many values."""

    def translated(self, error: Exception) -> StoreError | CaseError:
        """The named error for a refusal."""

    def settle(self, connection: Connection) -> bool:
        """Close it and leave it at rest; False while another program is in the way."""

    def seal(self, connection: Connection, digest_of: DigestFunction) -> Seal | None:
        """Settle it, and say what it holds; None while another program is in the way."""

    def erase(self) -> None:
        """Remove all tables for good; it is closed."""


class ServerPlace(Place, Protocol):
    """A place on a server, which can be there before a case uses it and after."""

    def exists(self) -> bool:
        """Whether the server has it."""

    def remove(self) -> None:
        """Remove it with all that it holds, for good."""
