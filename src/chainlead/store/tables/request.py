"""Drafted requests; the texts are blobs."""

from sqlalchemy import JSON, Column, Integer, String, Table

from chainlead.store.tables._metadata import METADATA

drafts = Table(
    "drafts",
    METADATA,
    Column("draft_id", String, primary_key=True),
    Column("lead_id", String, nullable=False),
    Column("trace_id", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("instrument", String, nullable=False),
    Column("language", String, nullable=False),
    Column("state", String, nullable=False),
    Column("files", JSON, nullable=False),
    Column("parameters", JSON, nullable=False),
    Column("journal_seq", Integer, nullable=False),
)
