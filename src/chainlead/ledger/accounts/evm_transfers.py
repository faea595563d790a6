"""What one transaction moved and cost: coin, calls inside it, tokens.

A failed transaction moved nothing and cost its fee. What a contract paid inside is known only from a
trace of its calls; without one it is unknown, unless no code can have run (a plain payment that used
just the 21,000 gas of the payment itself).
Limits: where nothing says whether a transaction succeeded, its payment is told with a note.
Spec: the Ethereum Yellow Paper, section 6; EIP-1559 (part of the fee is burnt, the payer pays all of
it); EIP-4844 (blobs cost apart).
"""

from dataclasses import dataclass, replace

from chainlead.ledger.accounts.account_filling import UNSURE
from chainlead.ledger.accounts.account_source import (
    AccountTransactionRead,
    TransferRead,
    Verified,
)
from chainlead.ledger.accounts.evm_calls import CREATION, CallsRead
from chainlead.ledger.accounts.evm_receipt import EvmLog, EvmReceipt
from chainlead.ledger.accounts.evm_token_logs import read_token_logs
from chainlead.ledger.accounts.evm_transaction import EvmTransaction

PAYMENT = "payment"
_VALUE = "value"
_PLAIN_GAS = 21_000
_LOG_TOLD = "the source's word: the block's receipts are not all at hand"
_TRACE_TOLD = "the source's word: found by running the transaction again"


@dataclass(slots=True)
class EvmParts:
    """What sources tell of one transaction.

    Attributes:
        in_block: the transaction is in the tree of a re-hashed block.
        receipt_in_block: the receipt too.
        logs: those that came without a receipt.
    """

    txid: str
    block_hash: str = ""
    height: int | None = None
    block_index: int = 0
    mined_at_unix: int | None = None
    base_fee: int | None = None
    transaction: EvmTransaction | None = None
    receipt: EvmReceipt | None = None
    calls: CallsRead | None = None
    logs: tuple[EvmLog, ...] = ()
    in_block: bool = False
    receipt_in_block: bool = False
    note: str = ""


def derive_read(parts: EvmParts, wrapping: frozenset[str]) -> AccountTransactionRead:
    """The transaction with its transfers."""
    asked, receipt = parts.transaction, parts.receipt
    succeeded = _succeeded(parts)
    return AccountTransactionRead(
        txid=parts.txid,
        block_hash=parts.block_hash,
        height=parts.height,
        block_index=parts.block_index,
        mined_at_unix=parts.mined_at_unix,
        is_successful=succeeded,
        sees_internal=_sees_internal(parts, succeeded=succeeded),
        fee_payer=asked.sender if asked else receipt.sender if receipt else None,
        fee_units=fee_of(asked, receipt, parts.base_fee),
        transfers=() if succeeded is False else _transfers(parts, succeeded, wrapping),
        verified=_level(parts),
        note=parts.note,
    )


def fee_of(
    asked: EvmTransaction | None, receipt: EvmReceipt | None, base_fee: int | None
) -> int | None:
    """The whole fee in wei: burnt part, tip and blobs; None where it is not known."""
    if receipt is None or receipt.gas_used is None:
        return None
    price = receipt.gas_price
    if asked is not None:
        price = _price(asked, base_fee) if price is None else price
    return None if price is None else receipt.gas_used * price + receipt.blob_fee


def _price(asked: EvmTransaction, base_fee: int | None) -> int | None:
    if asked.fee_cap is not None and asked.tip_cap is not None and base_fee is not None:
        return min(asked.fee_cap, base_fee + asked.tip_cap)
    return asked.gas_price


def _succeeded(parts: EvmParts) -> bool | None:
    told = None
    if parts.receipt is not None:
        limit = parts.transaction.gas_limit if parts.transaction else None
        told = parts.receipt.succeeded(limit)
    if told is None and parts.logs:
        told = True
    if told is None and parts.calls is not None:
        return parts.calls.is_successful
    return told


def _sees_internal(parts: EvmParts, *, succeeded: bool | None) -> bool:
    if succeeded is False:
        return True
    if parts.calls is not None:
        return parts.calls.is_complete
    used = parts.receipt.gas_used if parts.receipt else None
    return used == _PLAIN_GAS and parts.transaction is not None


def _transfers(
    parts: EvmParts, succeeded: bool | None, wrapping: frozenset[str]
) -> tuple[TransferRead, ...]:
    found: list[TransferRead] = []
    asked = parts.transaction
    if asked is not None and asked.value:
        note = UNSURE if succeeded is None else ""
        receiver, kind = asked.receiver, PAYMENT
        if receiver is None:
            receiver, kind = asked.created, CREATION
            if receiver is None and parts.receipt is not None:
                receiver = parts.receipt.contract
        found.append(
            TransferRead(kind, asked.sender, receiver, asked.value, note=note, place=_VALUE)
        )
    if asked is None and parts.calls is not None and parts.calls.outer.amount_units:
        outer = parts.calls.outer
        kind = CREATION if outer.kind == CREATION else PAYMENT
        found.append(
            TransferRead(
                kind,
                outer.sender,
                outer.receiver,
                outer.amount_units,
                note=_TRACE_TOLD,
                place=_VALUE,
            )
        )
    if parts.calls is not None:
        found += [
            TransferRead(
                move.kind,
                move.sender,
                move.receiver,
                move.amount_units,
                note=_TRACE_TOLD,
                place=f"call {move.place}",
            )
            for move in parts.calls.moves
        ]
    for read in read_token_logs(_logs(parts), asked, wrapping):
        note = read.note or ("" if parts.receipt_in_block else _LOG_TOLD)
        found.append(replace(read, note=note))
    return tuple(found)


def _logs(parts: EvmParts) -> tuple[EvmLog, ...]:
    told = parts.receipt.logs if parts.receipt is not None else None
    return parts.logs if told is None else told


def _level(parts: EvmParts) -> Verified:
    asked = parts.transaction
    if asked is None:
        return Verified.IN_BLOCK if parts.receipt_in_block else Verified.SINGLE_SOURCE
    if not asked.is_proved:
        return Verified.SINGLE_SOURCE
    is_whole = parts.in_block and (parts.receipt is None or parts.receipt_in_block)
    return Verified.IN_BLOCK if is_whole else Verified.REHASHED
