"""What came of a transaction: success, gas, logs, from a node's JSON.

Proof: the tree over all receipts of a block has the root that its header names.
Limits: the price per gas, the blob price and the new contract's address stand beside the receipt, not
in it. Before Byzantium (October 2017) a receipt does not say whether the transaction succeeded: then
it did if it left a log or gas, because a failure took all of it; else it is unknown.
Spec: the Ethereum Yellow Paper, sections 4.3.1 and 4.3.2; EIP-658; EIP-2718; EIP-4844.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chainlead.codecs import keccak256
from chainlead.ledger.accounts.evm_fields import (
    EvmFieldError,
    Told,
    address_of,
    bytes_of,
    find_address,
    find_number,
    find_place,
    hash_of,
    place_of,
)
from chainlead.ledger.accounts.evm_rlp import Item, encode_rlp, number_to_rlp

_BLOOM = 256
_MOST_TOPICS = 4


@dataclass(frozen=True, slots=True)
class EvmLog:
    """What a contract wrote down. `index` is its place in the block, if `is_numbered`, else in its list."""

    contract: str
    topics: tuple[bytes, ...]
    data: bytes
    index: int
    is_numbered: bool = True


@dataclass(frozen=True, slots=True)
class EvmReceipt:
    """What came of a transaction.

    Attributes:
        status: success as the receipt says it; None before Byzantium.
        root: the state after it, before Byzantium.
        gas_used, cumulative_gas: of it, and of the block up to it.
        gas_price: wei per gas that were paid in truth; None where the source does not say.
        blob_fee: wei paid for blobs.
        logs: None where the source keeps them elsewhere.
    """

    txid: str
    kind: int
    height: int | None
    block_hash: str
    block_index: int
    status: bool | None
    root: bytes
    gas_used: int | None
    cumulative_gas: int | None
    gas_price: int | None
    blob_fee: int
    contract: str | None
    logs: tuple[EvmLog, ...] | None
    sender: str | None = None

    def succeeded(self, gas_limit: int | None) -> bool | None:
        """Whether it succeeded; None where that is not known."""
        if self.status is not None:
            return self.status
        if self.logs:
            return True
        if self.gas_used is None or gas_limit is None:
            return None
        return True if self.gas_used < gas_limit else None

    def to_bytes(self) -> bytes:
        """Its bytes in the block's tree of receipts; empty where not all of it is at hand."""
        if (
            self.logs is None
            or self.cumulative_gas is None
            or (self.status is None and not self.root)
        ):
            return b""
        outcome = self.root if self.status is None else number_to_rlp(int(self.status))
        logs: list[Item] = [
            [bytes.fromhex(log.contract[2:]), list(log.topics), log.data]
            for log in sorted(self.logs, key=lambda log: log.index)
        ]
        body = encode_rlp([outcome, number_to_rlp(self.cumulative_gas), _bloom(self.logs), logs])
        return bytes([self.kind]) + body if self.kind else body


def _bloom(logs: tuple[EvmLog, ...]) -> bytes:
    """The 2048 bits by which a block's logs are found faster; part of a receipt's bytes."""
    bits = 0
    for log in logs:
        for part in (bytes.fromhex(log.contract[2:]), *log.topics):
            digest = keccak256(part)
            for start in (0, 2, 4):
                bits |= 1 << (int.from_bytes(digest[start : start + 2], "big") & 2047)
    return bits.to_bytes(_BLOOM, "big")


def read_evm_receipt(told: Told) -> EvmReceipt:
    """A receipt as a node's JSON tells it.

    Raises:
        EvmFieldError: fields are missing or of another kind.
    """
    logs = told.get("logs")
    if not isinstance(logs, list):
        raise EvmFieldError("a receipt without its logs")
    status = find_number(told.get("status"))
    root = told.get("root")
    return EvmReceipt(
        txid=hash_of(told.get("transactionHash"), "the transaction's hash"),
        kind=find_number(told.get("type")) or 0,
        height=find_place(told.get("blockNumber")),
        block_hash=hash_of(told.get("blockHash"), "the block's hash"),
        block_index=place_of(told.get("transactionIndex"), "the place in the block"),
        status=None if status is None else status == 1,
        root=bytes_of(root, "the root", 32) if status is None and root else b"",
        gas_used=find_number(told.get("gasUsed")),
        cumulative_gas=find_number(told.get("cumulativeGasUsed")),
        gas_price=find_number(told.get("effectiveGasPrice")),
        blob_fee=(find_number(told.get("blobGasUsed")) or 0)
        * (find_number(told.get("blobGasPrice")) or 0),
        contract=find_address(told.get("contractAddress")),
        logs=tuple(read_evm_log(log, place) for place, log in enumerate(logs)),
        sender=find_address(told.get("from")),
    )


def read_evm_log(told: Any, place: int = 0) -> EvmLog:
    """A log as a node's JSON or an export tells it; `place` counts where it has no number.

    Raises:
        EvmFieldError: fields are missing or of another kind.
    """
    if not isinstance(told, Mapping):
        raise EvmFieldError("a log that is none")
    topics = told.get("topics")
    if not isinstance(topics, list) or len(topics) > _MOST_TOPICS:
        raise EvmFieldError("a log without its topics")
    number = find_number(told.get("logIndex", told.get("log_index")))
    return EvmLog(
        contract=address_of(told.get("address"), "the contract"),
        topics=tuple(bytes_of(topic, "a topic", 32) for topic in topics),
        data=bytes_of(told.get("data") or "0x", "the log's data"),
        index=place if number is None else number,
        is_numbered=number is not None,
    )
