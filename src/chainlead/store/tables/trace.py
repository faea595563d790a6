"""Traces (the question, and the digest under which the answer is kept), and decisions on links."""

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

link_decisions = Table(
    "link_decisions",
    METADATA,
    Column("chain", String, primary_key=True),
    Column("txid", String, primary_key=True),
    Column("rule", String, primary_key=True),
    Column("verdict", String, nullable=False),
    Column("doubts", JSON, nullable=False),
    Column("sides", JSON, nullable=False),
    Column("why", String, nullable=False),
    Column("journal_seq", Integer, nullable=False),
)
