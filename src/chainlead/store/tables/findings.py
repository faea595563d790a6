"""Verified occurrences. A secret's value is never here: only its place, kind and fingerprint."""

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, String, Table, Text

from chainlead.store.tables._metadata import METADATA

findings = Table(
    "findings",
    METADATA,
    Column("finding_id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("value", Text),
    Column("fingerprint", String),
    Column("candidates", JSON, nullable=False),
    Column("certainty", String, nullable=False),
    Column("check_made", String, nullable=False),
    Column("false_positive_rate", String, nullable=False),
    Column("role", String, nullable=False),
    Column("exhibit", String, nullable=False),
    Column("location", JSON, nullable=False),
    Column("offset_bytes", BigInteger),
    Column("length_bytes", Integer, nullable=False),
    Column("row", String),
    Column("encoding", String, nullable=False),
    Column("context", String, nullable=False),
    Column("detail", JSON, nullable=False),
    Column("detector", String, nullable=False),
    Column("item_sha256", String, nullable=False),
    Index("findings_by_value", "value"),
    Index("findings_by_exhibit", "exhibit"),
)
