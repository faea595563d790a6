"""Exchange rates: each source as it was added, and one row per pair with its days as text.

`rates` has one line per day: day, rate, and where a file names them, source and note, with tabs
between. A pair's days are always asked for together, so they lie together.
"""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

from chainlead.store.tables._metadata import METADATA

rate_sources = Table(
    "rate_sources",
    METADATA,
    Column("source_id", String, primary_key=True),
    Column("sha256", String, nullable=False),
    Column("name", String, nullable=False),
    Column("form", String, nullable=False),
    Column("title", String, nullable=False),
    Column("basis", String, nullable=False),
    Column("is_own", Boolean, nullable=False),
    Column("journal_seq", Integer, nullable=False),
)

rate_series = Table(
    "rate_series",
    METADATA,
    Column("source_id", String, primary_key=True),
    Column("base", String, primary_key=True),
    Column("quote", String, primary_key=True),
    Column("holds_days", Integer, nullable=False),
    Column("first_day", String, nullable=False),
    Column("last_day", String, nullable=False),
    Column("days", Integer, nullable=False),
    Column("rates", Text, nullable=False),
    Index("rate_series_by_pair", "base", "quote"),
)
