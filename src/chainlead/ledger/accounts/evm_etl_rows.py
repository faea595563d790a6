"""Rows of ethereum-etl's tables as blocks, transactions, receipts, logs and traces.

Spec: ethereum-etl, docs/schema.md (column names).
"""

from collections.abc import Mapping
from typing import Any

from chainlead.ledger.accounts.evm_fields import (
    EvmFieldError,
    address_of,
    bytes_of,
    find_address,
    find_number,
    find_place,
    hash_of,
    moment_of,
    number_of,
    place_of,
)
from chainlead.ledger.accounts.evm_header import EvmHeader
from chainlead.ledger.accounts.evm_receipt import EvmLog, EvmReceipt, read_evm_log
from chainlead.ledger.accounts.evm_token_logs import TRANSFER as TRANSFER_TOPIC
from chainlead.ledger.accounts.evm_transaction import EvmTransaction

BLOCK, TRANSACTION, RECEIPT, LOG = "block", "transaction", "receipt", "log"
TRANSFER, TRACE, TOKEN = "transfer", "trace", "token"
_COLUMNS = (
    (BLOCK, {"number", "hash", "parent_hash", "timestamp"}),
    (TRANSFER, {"token_address", "from_address", "to_address", "value", "transaction_hash"}),
    (TRACE, {"trace_type", "from_address", "to_address", "value"}),
    (LOG, {"topics", "address", "transaction_hash"}),
    (TRANSACTION, {"hash", "from_address", "to_address", "value", "gas_price"}),
    (RECEIPT, {"transaction_hash", "gas_used", "cumulative_gas_used"}),
    (TOKEN, {"address", "symbol", "decimals"}),
)
Row = Mapping[str, Any]


def kind_of_row(row: Row) -> str:
    """Which table a row is of; empty for none."""
    return next((kind for kind, columns in _COLUMNS if columns <= row.keys()), "")


def read_etl_header(row: Row) -> EvmHeader:
    """A block; its hash cannot be recomputed, because the table leaves out a field.

    Raises:
        EvmFieldError: a column is empty or of another kind.
    """
    return EvmHeader(
        block_hash=hash_of(row.get("hash"), "the block's hash"),
        parent_hash=hash_of(row.get("parent_hash"), "the parent's hash"),
        height=place_of(row.get("number"), "the height"),
        timestamp_unix=moment_of(row.get("timestamp"), "the time"),
        transactions_root=b"",
        receipts_root=b"",
        withdrawals_root=None,
        base_fee=find_number(row.get("base_fee_per_gas")),
        is_proved=False,
    )


def read_etl_transaction(row: Row) -> EvmTransaction:
    """A transaction, as told.

    Raises:
        EvmFieldError: a column is empty or of another kind.
    """
    return EvmTransaction(
        txid=hash_of(row.get("hash"), "the id"),
        kind=find_number(row.get("transaction_type")) or 0,
        sender=address_of(row.get("from_address"), "the sender"),
        receiver=find_address(row.get("to_address")),
        value=number_of(row.get("value"), "the value"),
        nonce=find_number(row.get("nonce")),
        gas_limit=find_number(row.get("gas")),
        gas_price=find_number(row.get("gas_price")),
        fee_cap=find_number(row.get("max_fee_per_gas")),
        tip_cap=find_number(row.get("max_priority_fee_per_gas")),
        chain_id=None,
        data=bytes_of(row.get("input") or "0x", "the input"),
        raw=b"",
        is_proved=False,
    )


def read_etl_receipt(row: Row, prefix: str) -> EvmReceipt:
    """A receipt, from its own table or from a transaction's row (`receipt_…`); without logs.

    Raises:
        EvmFieldError: a column is empty or of another kind.
    """
    status = find_number(row.get(f"{prefix}status"))
    told = row.get("block_hash")
    txid = row.get("hash") if prefix else row.get("transaction_hash")
    blob_gas = find_number(row.get(f"{prefix}blob_gas_used")) or 0
    return EvmReceipt(
        txid=hash_of(txid, "the id"),
        kind=0,
        height=find_place(row.get("block_number")),
        block_hash=hash_of(told, "the block's hash") if told else "",
        block_index=find_place(row.get("transaction_index")) or 0,
        status=None if status is None else status == 1,
        root=b"",
        gas_used=number_of(row.get(f"{prefix}gas_used"), "the gas"),
        cumulative_gas=None,
        gas_price=find_number(row.get(f"{prefix}effective_gas_price")),
        blob_fee=blob_gas * (find_number(row.get(f"{prefix}blob_gas_price")) or 0),
        contract=find_address(row.get(f"{prefix}contract_address")),
        logs=None,
    )


def read_etl_log(row: Row) -> EvmLog:
    """A log; in CSV its topics are joined by commas.

    Raises:
        EvmFieldError: a column is empty or of another kind.
    """
    topics = row.get("topics")
    if topics is None or isinstance(topics, str):
        topics = topics.split(",") if topics else []
    return read_evm_log({**row, "topics": topics})


def read_etl_transfer(row: Row) -> EvmLog:
    """A token transfer as the log that it was read from.

    Raises:
        EvmFieldError: a column is empty or of another kind.
    """
    sides = (
        bytes(12) + bytes.fromhex(address_of(row.get(name), name)[2:])
        for name in ("from_address", "to_address")
    )
    return EvmLog(
        contract=address_of(row.get("token_address"), "the contract"),
        topics=(TRANSFER_TOPIC, *sides),
        data=number_of(row.get("value"), "the value").to_bytes(32, "big"),
        index=number_of(row.get("log_index"), "the log's place"),
    )


def trace_as_flat(row: Row) -> dict[str, Any]:
    """A row of the table of traces as a node's flat trace.

    Raises:
        EvmFieldError: a column is of another kind.
    """
    told = row.get("trace_address")
    steps = told if isinstance(told, list) else str(told).split(",") if told else []
    path = [find_number(step) for step in steps]
    if None in path:
        raise EvmFieldError("a trace without its place")
    kind = row.get("trace_type")
    sides = {"value": row.get("value"), "balance": row.get("value")}
    sides |= {"from": row.get("from_address"), "address": row.get("from_address")}
    sides |= {"to": row.get("to_address"), "refundAddress": row.get("to_address")}
    sides |= {"callType": row.get("call_type"), "input": row.get("input") or "0x"}
    return {
        "type": kind,
        "action": sides,
        "result": {"address": row.get("to_address")},
        "traceAddress": path,
        "error": row.get("error") or ("failed" if row.get("status") in (0, "0") else None),
    }
