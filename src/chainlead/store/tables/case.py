"""What the store knows about itself, and which findings a person judged."""

from sqlalchemy import Column, Integer, String, Table

from chainlead.store.tables._metadata import METADATA

meta = Table(
    "meta",
    METADATA,
    Column("name", String, primary_key=True),
    Column("text", String, nullable=False),
)

settings = Table(
    "settings",
    METADATA,
    Column("name", String, primary_key=True),
    Column("text", String, nullable=False),
)

triage = Table(
    "triage",
    METADATA,
    Column("finding_id", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("why", String, nullable=False),
    Column("journal_seq", Integer, nullable=False),
)
