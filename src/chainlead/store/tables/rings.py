"""Inputs that name a ring of outputs instead of one (CryptoNote), and what is known of the rings.

`proved_key` is the one-time key that a ring of one was signed for; empty where it is not known.
`ring_keys` holds what sources say of the members' keys. `unproved_transactions` are those whose id is
the source's word, for the way to recompute it is not known.
"""

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, LargeBinary, String, Table

from chainlead.store.tables._metadata import METADATA

ring_inputs = Table(
    "ring_inputs",
    METADATA,
    Column("tx_id", Integer, primary_key=True, autoincrement=False),
    Column("input_index", Integer, primary_key=True, autoincrement=False),
    Column("chain", String, nullable=False),
    Column("amount_units", BigInteger, nullable=False),
    Column("members", JSON, nullable=False),
    Column("key_image", LargeBinary, nullable=False),
    Column("prefix_hash", LargeBinary, nullable=False),
    Column("signatures", LargeBinary, nullable=False),
    Column("proved_key", LargeBinary, nullable=False),
    Index("ring_inputs_by_key_image", "chain", "key_image"),
)

ring_keys = Table(
    "ring_keys",
    METADATA,
    Column("chain", String, primary_key=True),
    Column("named", LargeBinary, primary_key=True),
    Column("source_sha256", String, primary_key=True),
    Column("keys", LargeBinary, nullable=False),
)

unproved_transactions = Table(
    "unproved_transactions",
    METADATA,
    Column("tx_id", Integer, primary_key=True, autoincrement=False),
    Column("chain", String, nullable=False),
    Column("source_sha256", String, nullable=False),
)
