"""Exhibits, the items read from them, and what could not be read."""

from sqlalchemy import JSON, BigInteger, Column, Integer, String, Table, Text

from chainlead.store.tables._metadata import METADATA

exhibits = Table(
    "exhibits",
    METADATA,
    Column("exhibit", String, primary_key=True),
    Column("path", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("sha256", String, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("file_count", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("journal_seq", Integer, nullable=False),
)

items = Table(
    "items",
    METADATA,
    Column("exhibit", String, primary_key=True),
    Column("location", Text, primary_key=True),
    Column("media_type", String, nullable=False),
    Column("sha256", String, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
)

unread = Table(
    "unread",
    METADATA,
    Column("exhibit", String, primary_key=True),
    Column("location", Text, primary_key=True),
    Column("reason", Text, primary_key=True),
    Column("detail", String, nullable=False),
    Column("steps", JSON, nullable=False),
)
