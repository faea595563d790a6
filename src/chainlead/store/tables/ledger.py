"""Blocks, transactions, outputs and inputs of the case ledger, with dense integer ids.

A transaction is one row however many blocks hold it; `placements` says which do. What a source
only claims (places, spent outputs) has its own tables and is never mixed with what blocks prove.
`displaced_blocks` names the blocks that were on the best chain once, and the source that ended it.
"""

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
    Text,
)

from chainlead.store.tables._metadata import METADATA

ledger_sources = Table(
    "ledger_sources",
    METADATA,
    Column("sha256", String, primary_key=True),
    Column("chain", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("form", String, nullable=False),
    Column("network", String, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("journal_seq", Integer, nullable=False),
    Column("summary", JSON, nullable=False),
)

ledger_refusals = Table(
    "ledger_refusals",
    METADATA,
    Column("sha256", String, primary_key=True),
    Column("chain", String, primary_key=True),
    Column("network", String, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("reason", String, nullable=False),
    Column("journal_seq", Integer, nullable=False),
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
    Column("height_basis", String, nullable=False),
    Column("coinbase_height", Integer),
    Column("target_bits", BigInteger, nullable=False),
    Column("mined_at_unix", BigInteger, nullable=False),
    Column("transaction_count", Integer, nullable=False),
    Column("on_best_chain", Boolean, nullable=False),
    Column("source_sha256", String, nullable=False),
    Column("offset_bytes", BigInteger, nullable=False),
    Index("blocks_by_hash", "chain", "block_hash", unique=True),
    Index("blocks_by_height", "chain", "height"),
)

displaced_blocks = Table(
    "displaced_blocks",
    METADATA,
    Column("chain", String, primary_key=True),
    Column("block_hash", LargeBinary, primary_key=True),
    Column("source_sha256", String, nullable=False),
)

transactions = Table(
    "transactions",
    METADATA,
    Column("tx_id", Integer, primary_key=True, autoincrement=False),
    Column("chain", String, nullable=False),
    Column("txid", LargeBinary, nullable=False),
    Column("is_coinbase", Boolean, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("locktime", BigInteger, nullable=False),
    Index("transactions_by_txid", "chain", "txid", unique=True),
)

placements = Table(
    "placements",
    METADATA,
    Column("block_id", Integer, primary_key=True, autoincrement=False),
    Column("block_index", Integer, primary_key=True, autoincrement=False),
    Column("tx_id", Integer, nullable=False),
    Index("placements_by_transaction", "tx_id"),
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
    Column("signatures", LargeBinary, nullable=False),
    Index("inputs_by_outpoint", "previous_txid", "previous_index"),
)

claimed_places = Table(
    "claimed_places",
    METADATA,
    Column("tx_id", Integer, primary_key=True, autoincrement=False),
    Column("source_sha256", String, primary_key=True),
    Column("height", Integer),
    Column("block_hash", LargeBinary),
    Column("mined_at_unix", BigInteger),
    Column("verified", String, nullable=False),
)

claimed_histories = Table(
    "claimed_histories",
    METADATA,
    Column("chain", String, primary_key=True),
    Column("script_hash", LargeBinary, primary_key=True),
    Column("source_sha256", String, primary_key=True),
    Column("host", String, nullable=False),
    Column("asked_unix", BigInteger, nullable=False),
    Column("tip_height", Integer),
    Column("fits_status", Boolean, nullable=False),
    Column("listed", JSON, nullable=False),
)

header_runs = Table(
    "header_runs",
    METADATA,
    Column("chain", String, primary_key=True),
    Column("source_sha256", String, primary_key=True),
    Column("first_height", Integer, primary_key=True),
    Column("host", String, nullable=False),
    Column("hashes", LargeBinary, nullable=False),
)

asked_scripts = Table(
    "asked_scripts",
    METADATA,
    Column("chain", String, primary_key=True),
    Column("script_hash", LargeBinary, primary_key=True),
    Column("address", String, nullable=False),
)

claimed_outputs = Table(
    "claimed_outputs",
    METADATA,
    Column("chain", String, primary_key=True),
    Column("txid", LargeBinary, primary_key=True),
    Column("output_index", BigInteger, primary_key=True),
    Column("source_sha256", String, primary_key=True),
    Column("amount_units", BigInteger, nullable=False),
    Column("script", LargeBinary, nullable=False),
    Column("address", String),
)
