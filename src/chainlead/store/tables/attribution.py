"""What others say about addresses (tags) and about services (actors). Nothing is averaged."""

from sqlalchemy import JSON, Boolean, Column, Index, Integer, String, Table, Text

from chainlead.store.tables._metadata import METADATA

packs = Table(
    "packs",
    METADATA,
    Column("pack_id", String, primary_key=True),
    Column("sha256", String, nullable=False),
    Column("name", String, nullable=False),
    Column("form", String, nullable=False),
    Column("title", String, nullable=False),
    Column("creator", String, nullable=False),
    Column("tag_count", Integer, nullable=False),
    Column("actor_count", Integer, nullable=False),
    Column("flagged_count", Integer, nullable=False),
    Column("summary", JSON, nullable=False),
    Column("journal_seq", Integer, nullable=False),
)

tags = Table(
    "tags",
    METADATA,
    Column("pack_id", String, primary_key=True),
    Column("tag_number", Integer, primary_key=True, autoincrement=False),
    Column("chain", String),
    Column("currency", String, nullable=False),
    Column("address", String, nullable=False),
    Column("canonical", Text, nullable=False),
    Column("is_address", Boolean, nullable=False),
    Column("txid", Text),
    Column("label", String, nullable=False),
    Column("actor", String),
    Column("category", String),
    Column("abuse", String),
    Column("confidence", String),
    Column("source", String, nullable=False),
    Column("lastmod", String),
    Column("detail", JSON, nullable=False),
    Index("tags_by_canonical", "canonical"),
    Index("tags_by_txid", "txid"),
)

actors = Table(
    "actors",
    METADATA,
    Column("pack_id", String, primary_key=True),
    Column("actor", Text, primary_key=True),
    Column("label", String, nullable=False),
    Column("uri", String),
    Column("categories", JSON, nullable=False),
    Column("jurisdictions", JSON, nullable=False),
    Column("aliases", JSON, nullable=False),
    Column("detail", JSON, nullable=False),
    Index("actors_by_name", "actor"),
)
