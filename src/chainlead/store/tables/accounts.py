"""Blocks, transactions and transfers of account ledgers. Amounts are text: wei do not fit 63 bits."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table

from chainlead.store.tables._metadata import METADATA

account_blocks = Table(
    "account_blocks",
    METADATA,
    Column("chain", String, primary_key=True),
    Column("block_hash", String, primary_key=True),
    Column("height", BigInteger, nullable=False),
    Column("parent_hash", String, nullable=False),
    Column("mined_at_unix", BigInteger, nullable=False),
    Column("is_whole", Boolean, nullable=False),
    Column("verified", String, nullable=False),
    Column("source_sha256", String, nullable=False),
    Index("account_blocks_by_height", "chain", "height"),
)

account_transactions = Table(
    "account_transactions",
    METADATA,
    Column("chain", String, primary_key=True),
    Column("txid", String, primary_key=True),
    Column("block_hash", String, nullable=False),
    Column("height", BigInteger),
    Column("block_index", Integer, nullable=False),
    Column("mined_at_unix", BigInteger),
    Column("is_successful", Boolean),
    Column("sees_internal", Boolean, nullable=False),
    Column("fee_payer", String),
    Column("fee_units", String),
    Column("verified", String, nullable=False),
    Column("source_sha256", String, nullable=False),
    Column("note", String, nullable=False),
    Index("account_transactions_by_block", "chain", "height", "block_index"),
)

account_transfers = Table(
    "account_transfers",
    METADATA,
    Column("chain", String, primary_key=True),
    Column("txid", String, primary_key=True),
    Column("transfer_index", Integer, primary_key=True, autoincrement=False),
    Column("kind", String, nullable=False),
    Column("sender", String),
    Column("receiver", String),
    Column("contract", String, nullable=False),
    Column("amount_units", String, nullable=False),
    Column("asked_units", String),
    Column("tag", String),
    Column("place", String, nullable=False),
    Column("note", String, nullable=False),
    Index("account_transfers_by_sender", "chain", "sender"),
    Index("account_transfers_by_receiver", "chain", "receiver"),
)

account_assets = Table(
    "account_assets",
    METADATA,
    Column("chain", String, primary_key=True),
    Column("contract", String, primary_key=True),
    Column("symbol", String, nullable=False),
    Column("decimals", Integer),
    Column("verified", String, nullable=False),
    Column("note", String, nullable=False),
    Column("source_sha256", String, nullable=False),
)

account_contracts = Table(
    "account_contracts",
    METADATA,
    Column("chain", String, primary_key=True),
    Column("account", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("implementation", String),
    Column("beacon", String),
    Column("height", BigInteger),
    Column("verified", String, nullable=False),
    Column("source_sha256", String, nullable=False),
)

account_doubts = Table(
    "account_doubts",
    METADATA,
    Column("chain", String, primary_key=True),
    Column("journal_seq", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("host", String, nullable=False),
    Column("account", String, nullable=False),
    Column("txid", String, nullable=False),
    Column("words", String, nullable=False),
)
