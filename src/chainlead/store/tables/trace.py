"""Traces (the question, and where the answer is kept), decisions on links, places that were fetched."""

from sqlalchemy import JSON, BigInteger, Column, Integer, String, Table, Text

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

fetched_places = Table(
    "fetched_places",
    METADATA,
    Column("chain", String, primary_key=True),
    Column("place", Text, primary_key=True),
    Column("state", String, nullable=False),
    Column("first_height", BigInteger, nullable=False),
    Column("last_height", BigInteger, nullable=False),
    Column("transaction_count", BigInteger),
    Column("words", String, nullable=False),
    Column("openings", JSON, nullable=False),
)
