"""A case's tables on a server: its driver is loaded where a case needs it only."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chainlead.store.postgresql import PostgresqlSchema


def load_postgresql() -> "type[PostgresqlSchema]":
    """The kind of place that is a schema on a PostgreSQL server.

    Raises:
        ImportError: chainlead was installed without its extra `team`.
    """
    from chainlead.store.postgresql import PostgresqlSchema  # noqa: PLC0415  (an extra)

    return PostgresqlSchema
