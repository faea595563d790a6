"""The case store: one database and a folder of content-addressed files; and a team's tables."""

from chainlead.store.blobs import Blobs
from chainlead.store.copying import copy_tables
from chainlead.store.database import Row, Store
from chainlead.store.long_pass import long_pass
from chainlead.store.place import Place, Seal, ServerPlace, tables_seal
from chainlead.store.server import load_postgresql
from chainlead.store.sqlite import SqliteFile, file_seal
from chainlead.store.team import TeamStore
from chainlead.store.team_records import (
    AccountAct,
    Attempt,
    Flow,
    Member,
    OpenSession,
    Person,
    View,
)

__all__ = [
    "AccountAct",
    "Attempt",
    "Blobs",
    "Flow",
    "Member",
    "OpenSession",
    "Person",
    "Place",
    "Row",
    "Seal",
    "ServerPlace",
    "SqliteFile",
    "Store",
    "TeamStore",
    "View",
    "copy_tables",
    "file_seal",
    "load_postgresql",
    "long_pass",
    "tables_seal",
]
