"""Searches for payments: the question, and the digest under which the whole answer is kept."""

from sqlalchemy import JSON, Column, Integer, String, Table

from chainlead.store.tables._metadata import METADATA

payment_matches = Table(
    "payment_matches",
    METADATA,
    Column("match_id", String, primary_key=True),
    Column("question", JSON, nullable=False),
    Column("pinned", JSON, nullable=False),
    Column("result_sha256", String, nullable=False),
    Column("journal_seq", Integer, nullable=False),
)
