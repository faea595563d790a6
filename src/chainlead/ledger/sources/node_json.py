"""A block as a node's JSON: `getblock HASH 2`, or any object that carries the whole block in hex.

Found in: saved answers of a node's RPC (also inside `{"result": …}`), exports of indexers. Proof:
the block is put together again from the transactions' hex and the header's fields, and then passes
the block's own checks. Limits: transactions without their `hex` cannot be used.
Spec: Bitcoin Core RPC `getblock`, verbosity 2 and 3.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from chainlead.errors import BlockInvalidError
from chainlead.ledger.json_text import json_from_bytes
from chainlead.ledger.source import Event, LedgerSource, Request
from chainlead.ledger.sources.raw_block import read_raw_block
from chainlead.ledger.wire_block import WireHeader, serialize_header
from chainlead.ledger.wire_transaction import serialize_count
from chainlead.model import BlockHash


class _Hex(msgspec.Struct):
    hex: str


class _Block(msgspec.Struct):
    version: int
    merkleroot: str
    time: int
    bits: str
    nonce: int
    tx: list[_Hex]
    previousblockhash: str = "00" * 32


class NodeJson(LedgerSource):
    """A node's JSON block."""

    form = "node-json"

    def recognises(self, content: bytes, request: Request) -> bool:  # noqa: ARG002  (same for all chains)
        """An object with the block in hex, or with a header and transactions in hex."""
        return _is_block(_document(content))

    def read(self, content: bytes, request: Request) -> Iterator[Event]:
        """The one block."""
        yield read_raw_block(_raw(_document(content)), request)


def _document(content: bytes) -> Any:
    document = json_from_bytes(content)
    if isinstance(document, dict) and isinstance(document.get("result"), dict):
        return document["result"]
    return document


def _is_block(document: Any) -> bool:
    if not isinstance(document, dict):
        return False
    if isinstance(document.get("block"), str):
        return True
    listed = document.get("tx")
    return (
        "merkleroot" in document
        and isinstance(listed, list)
        and bool(listed)
        and all(isinstance(item, dict) and "hex" in item for item in listed)
    )


def _raw(document: Any) -> bytes:
    try:
        if isinstance(document.get("block"), str):
            return bytes.fromhex(document["block"])
        given = msgspec.convert(document, _Block)
        header = WireHeader(
            block_hash=b"",
            version=given.version,
            previous_hash=BlockHash.from_display(given.previousblockhash).wire,
            merkle_root=BlockHash.from_display(given.merkleroot).wire,
            mined_at_unix=given.time,
            target_bits=int(given.bits, 16),
            nonce=given.nonce,
        )
        parts = [serialize_header(header), serialize_count(len(given.tx))]
        parts.extend(bytes.fromhex(item.hex) for item in given.tx)
    except (msgspec.ValidationError, ValueError) as error:
        raise BlockInvalidError(f"A field of the block cannot be: {error}.") from error
    return b"".join(parts)
