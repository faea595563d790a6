"""Traces: the question asked, and the digest under which the whole answer is kept as a blob."""

from sqlalchemy import JSON, Column, Integer, String, Table

from chainlead.store.tables._metadata import METADATA

traces = Table(
    "traces",
    METADATA,
    Column("trace_id", String, primary_key=True),
    Column("origin", String, nullable=False),
    Column("direction", String, nullable=False),
    Column("parameters", JSON, nullable=False),
    Column("pinned", JSON, nullable=False),
    Column("result_sha256", String, nullable=False),
    Column("journal_seq", Integer, nullable=False),
)
