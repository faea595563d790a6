"""Ways to reach people that checked pages name: each leads to a provider that can be asked."""

from sqlalchemy import Column, Integer, String, Table, Text

from chainlead.store.tables._metadata import METADATA

page_contacts = Table(
    "page_contacts",
    METADATA,
    Column("page_sha256", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("certainty", String, nullable=False),
    Column("file", String, nullable=False),
    Column("place", String, nullable=False),
    Column("journal_seq", Integer, nullable=False),
)
