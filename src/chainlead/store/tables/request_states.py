"""What happened to each drafted request: events only, nothing is overwritten."""

from sqlalchemy import JSON, Column, Integer, String, Table

from chainlead.store.tables._metadata import METADATA

request_events = Table(
    "request_events",
    METADATA,
    Column("journal_seq", Integer, primary_key=True, autoincrement=False),
    Column("draft_id", String, nullable=False),
    Column("event", String, nullable=False),
    Column("at", String, nullable=False),
    Column("recorded_at", String, nullable=False),
    Column("who", String, nullable=False),
    Column("person", String, nullable=False),
    Column("note", String, nullable=False),
    Column("reference", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("until", String),
    Column("content_sha256", String, nullable=False),
    Column("detail", JSON, nullable=False),
)
