"""Open CryptoNote blocks and transactions as the tables of the output chains hold them.

Ids are turned round: these ledgers print them in the order of their bytes, the tables keep the other.
A ring names no output, so its input stands for the key image until `ledger/rings.py` knows more.
"""

from typing import Final

from chainlead.errors import LedgerSourceError
from chainlead.ledger.cryptonote.open_block import OpenBlock
from chainlead.ledger.cryptonote.open_transaction import NamedInput, OpenTransaction, RingInput
from chainlead.ledger.wire_block import WireBlock, WireHeader
from chainlead.ledger.wire_transaction import (
    NO_INDEX,
    NO_TXID,
    WireInput,
    WireOutput,
    WireRing,
    WireTransaction,
)

EQUAL_WORK_BITS: Final = 0x207FFFFF
"""Proof of work is not recomputed here: each block counts as one, and the longest chain is the best."""
_LARGEST_TIME: Final = 1 << 40
_LARGEST: Final = (1 << 63) - 1


def wire_transaction(one: OpenTransaction, max_units: int) -> WireTransaction:
    """The record of a transaction.

    Raises:
        LedgerSourceError: an amount or a number in it cannot be.
    """
    if sum(output.amount_units for output in one.outputs) > max_units:
        raise LedgerSourceError("It pays more than there ever was.")
    if one.height is not None:
        inputs: tuple[WireInput, ...] = (
            WireInput(NO_TXID, NO_INDEX, 0, _pushed_height(one.height)),
        )
    else:
        inputs = tuple(_input(spent, one.prefix_hash) for spent in one.inputs)
    outputs = tuple(WireOutput(o.amount_units, o.target) for o in one.outputs)
    txid = one.txid[::-1]
    lock = min(one.unlock_time, _LARGEST)
    return WireTransaction(txid, txid, one.version, lock, inputs, outputs, False, b"")


def wire_block(block: OpenBlock, others: tuple[OpenTransaction, ...], max_units: int) -> WireBlock:
    """The record of a block; `others` are all its transactions but the miner's, in order.

    Raises:
        LedgerSourceError: an amount or a time in it cannot be.
    """
    if block.made_at_unix >= _LARGEST_TIME:
        raise LedgerSourceError("Its time cannot be.")
    header = WireHeader(
        block.block_id[::-1],
        2,
        block.previous_id[::-1],
        bytes(32),
        block.made_at_unix,
        EQUAL_WORK_BITS,
        0,
    )
    transactions = tuple(wire_transaction(one, max_units) for one in (block.miner, *others))
    return WireBlock(header, transactions, 0)


def _input(spent: RingInput | NamedInput, prefix_hash: bytes) -> WireInput:
    if isinstance(spent, NamedInput):
        if spent.index >= NO_INDEX:
            raise LedgerSourceError("An input names an output that no transaction has.")
        return WireInput(spent.txid[::-1], spent.index, 0, b"")
    if spent.amount_units > _LARGEST or spent.members[-1] > _LARGEST:
        raise LedgerSourceError("A number in a ring cannot be.")
    ring = WireRing(
        spent.amount_units, spent.members, spent.key_image, prefix_hash, spent.signatures
    )
    return WireInput(spent.key_image, NO_INDEX, 0, b"", b"", ring)


def _pushed_height(height: int) -> bytes:
    """As Bitcoin's miners write it, so that blocks find their place."""
    if not 0 <= height < 1 << 31:
        raise LedgerSourceError("Its height cannot be.")
    size = height.bit_length() // 8 + 1
    return bytes([size]) + height.to_bytes(size, "little")
