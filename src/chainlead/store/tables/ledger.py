"""Blocks, transactions, outputs and inputs of the case ledger, with dense integer ids."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
)

from chainlead.store.tables._metadata import METADATA

ledger_sources = Table(
    "ledger_sources",
    METADATA,
    Column("sha256", String, primary_key=True),
    Column("chain", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("form", String, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("journal_seq", Integer, nullable=False),
    Column("summary", JSON, nullable=False),
)

blocks = Table(
    "blocks",
    METADATA,
    Column("block_id", Integer, primary_key=True, autoincrement=False),
    Column("chain", String, nullable=False),
    Column("network", String, nullable=False),
    Column("block_hash", LargeBinary, nullable=False),
    Column("previous_hash", LargeBinary, nullable=False),
    Column("height", Integer),
    Column("mined_at_unix", BigInteger, nullable=False),
    Column("transaction_count", Integer, nullable=False),
    Column("on_best_chain", Boolean, nullable=False),
    Index("blocks_by_hash", "chain", "block_hash", unique=True),
    Index("blocks_by_height", "chain", "height"),
)

transactions = Table(
    "transactions",
    METADATA,
    Column("tx_id", Integer, primary_key=True, autoincrement=False),
    Column("chain", String, nullable=False),
    Column("txid", LargeBinary, nullable=False),
    Column("block_id", Integer),
    Column("block_index", Integer),
    Column("height", Integer),
    Column("mined_at_unix", BigInteger),
    Column("is_coinbase", Boolean, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("locktime", BigInteger, nullable=False),
    Index("transactions_by_txid", "chain", "txid"),
)

outputs = Table(
    "outputs",
    METADATA,
    Column("tx_id", Integer, primary_key=True, autoincrement=False),
    Column("output_index", Integer, primary_key=True, autoincrement=False),
    Column("amount_units", BigInteger, nullable=False),
    Column("script", LargeBinary, nullable=False),
    Column("address", String),
    Index("outputs_by_address", "address"),
)

inputs = Table(
    "inputs",
    METADATA,
    Column("tx_id", Integer, primary_key=True, autoincrement=False),
    Column("input_index", Integer, primary_key=True, autoincrement=False),
    Column("previous_txid", LargeBinary, nullable=False),
    Column("previous_index", BigInteger, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Index("inputs_by_outpoint", "previous_txid", "previous_index"),
)
