"""What others say about addresses (tags) and about services (actors). Nothing is averaged."""

from sqlalchemy import JSON, Column, Index, Integer, String, Table

from chainlead.store.tables._metadata import METADATA

packs = Table(
    "packs",
    METADATA,
    Column("sha256", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("form", String, nullable=False),
    Column("title", String, nullable=False),
    Column("creator", String, nullable=False),
    Column("tag_count", Integer, nullable=False),
    Column("actor_count", Integer, nullable=False),
    Column("summary", JSON, nullable=False),
    Column("journal_seq", Integer, nullable=False),
)

tags = Table(
    "tags",
    METADATA,
    Column("pack_sha256", String, primary_key=True),
    Column("tag_number", Integer, primary_key=True, autoincrement=False),
    Column("chain", String),
    Column("currency", String, nullable=False),
    Column("address", String, nullable=False),
    Column("label", String, nullable=False),
    Column("actor", String),
    Column("category", String),
    Column("confidence", String),
    Column("source", String, nullable=False),
    Column("lastmod", String),
    Column("detail", JSON, nullable=False),
    Index("tags_by_address", "address"),
)

actors = Table(
    "actors",
    METADATA,
    Column("pack_sha256", String, primary_key=True),
    Column("actor", String, primary_key=True),
    Column("label", String, nullable=False),
    Column("uri", String),
    Column("categories", JSON, nullable=False),
    Column("jurisdictions", JSON, nullable=False),
    Column("detail", JSON, nullable=False),
)
