"""What wallets, exchanges and explorers state in rows: asserted, each by its one source.

Amounts are text of any length, as in the account tables; `chain` is whose payments the rows tell of.
"""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from chainlead.store.tables._metadata import METADATA

stated_sources = Table(
    "stated_sources",
    METADATA,
    Column("sha256", String, primary_key=True),
    Column("chain", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("mapping", String, nullable=False),
    Column("certainty", String, nullable=False),
    Column("zone", String, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("journal_seq", Integer, nullable=False),
    Column("summary", JSON, nullable=False),
)

stated_payments = Table(
    "stated_payments",
    METADATA,
    Column("chain", String, primary_key=True),
    Column("source_sha256", String, primary_key=True),
    Column("row_number", Integer, primary_key=True, autoincrement=False),
    Column("txid", Text),
    Column("moment_unix", BigInteger, nullable=False),
    Column("direction", String, nullable=False),
    Column("sender", String),
    Column("receiver", String),
    Column("amount_units", String, nullable=False),
    Column("fee_units", String),
    Column("fee_in_amount", Boolean, nullable=False),
    Column("note", String, nullable=False),
    Index("stated_payments_by_txid", "chain", "txid"),
)
