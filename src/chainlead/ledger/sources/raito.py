"""Blocks as the JSON of the Raito client: header fields and every transaction's fields.

Found in: `full_*.json` of https://github.com/keep-starknet-strange/raito. Proof: each block is put
together again from its fields, linked to the state's best block, and then passes the block's own
checks. Limits: `light` and `utreexo` files without transactions hold no block.
Spec: packages/client and packages/consensus of that repository.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from chainlead.errors import BlockInvalidError
from chainlead.ledger.json_text import json_from_bytes
from chainlead.ledger.source import BlockRead, Event, LedgerSource, Request
from chainlead.ledger.sources.raw_block import read_raw_block
from chainlead.ledger.wire_block import WireHeader, derive_merkle_root, serialize_header
from chainlead.ledger.wire_transaction import (
    WireInput,
    WireOutput,
    parse_transaction,
    serialize_count,
    serialize_transaction,
)
from chainlead.model import BlockHash, Txid


class _PreviousOutput(msgspec.Struct):
    txid: str
    vout: int


class _Input(msgspec.Struct):
    script: str
    sequence: int
    previous_output: _PreviousOutput
    witness: list[str]


class _Output(msgspec.Struct):
    value: int
    pk_script: str


class _Transaction(msgspec.Struct):
    version: int
    is_segwit: bool
    inputs: list[_Input]
    outputs: list[_Output]
    lock_time: int


class _Header(msgspec.Struct):
    version: int
    time: int
    bits: int
    nonce: int


class _Data(msgspec.Struct):
    transactions: list[_Transaction]


class _Block(msgspec.Struct):
    header: _Header
    data: _Data


class _State(msgspec.Struct):
    best_block_hash: str


class _Document(msgspec.Struct):
    chain_state: _State
    blocks: list[_Block]


class Raito(LedgerSource):
    """The Raito client's blocks."""

    form = "raito-json"

    def recognises(self, content: bytes, request: Request) -> bool:  # noqa: ARG002  (same for all chains)
        """An object with a chain state and blocks that list their transactions."""
        document = json_from_bytes(content)
        return (
            isinstance(document, dict)
            and isinstance(document.get("chain_state"), dict)
            and isinstance(blocks := document.get("blocks"), list)
            and bool(blocks)
            and all(_has_transactions(block) for block in blocks)
        )

    def read(self, content: bytes, request: Request) -> Iterator[Event]:
        """The blocks, each linked to the one before."""
        yield from _blocks(content, request)


def _has_transactions(block: Any) -> bool:
    return (
        isinstance(block, dict)
        and isinstance(block.get("data"), dict)
        and isinstance(block["data"].get("transactions"), list)
    )


def _blocks(content: bytes, request: Request) -> list[BlockRead]:
    found = []
    try:
        document = msgspec.convert(json_from_bytes(content), _Document)
        previous = BlockHash.from_display(document.chain_state.best_block_hash).wire
        for block in document.blocks:
            read = read_raw_block(_raw(block, previous, request), request)
            previous = read.block.header.block_hash
            found.append(read)
    except (msgspec.ValidationError, ValueError, OverflowError) as error:
        raise BlockInvalidError(f"A field of the block cannot be: {error}.") from error
    return found


def _raw(block: _Block, previous: bytes, request: Request) -> bytes:
    raws = [_raw_transaction(transaction) for transaction in block.data.transactions]
    txids = [
        parse_transaction(
            raw, max_units=request.parameters.max_units, form=request.parameters.form
        ).txid
        for raw in raws
    ]
    header = WireHeader(
        block_hash=b"",
        version=block.header.version,
        previous_hash=previous,
        merkle_root=derive_merkle_root(txids),
        mined_at_unix=block.header.time,
        target_bits=block.header.bits,
        nonce=block.header.nonce,
    )
    return b"".join([serialize_header(header), serialize_count(len(raws)), *raws])


def _raw_transaction(given: _Transaction) -> bytes:
    return serialize_transaction(
        version=given.version & 0xFFFFFFFF,
        inputs=[
            WireInput(
                Txid.from_display(spent.previous_output.txid).wire,
                _within(spent.previous_output.vout, 32),
                _within(spent.sequence, 32),
                _bytes(spent.script),
            )
            for spent in given.inputs
        ],
        outputs=[
            WireOutput(_within(output.value, 64), _bytes(output.pk_script))
            for output in given.outputs
        ],
        locktime=_within(given.lock_time, 32),
        witnesses=[[_bytes(item) for item in spent.witness] for spent in given.inputs]
        if given.is_segwit
        else (),
    )


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


def _within(number: int, bits: int) -> int:
    if not 0 <= number < 1 << bits:
        raise ValueError(f"{number} is out of range")
    return number
