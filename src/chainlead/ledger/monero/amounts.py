"""Amounts of outputs: open, or hidden and to be opened with what payer and payee share.

Proof: a hidden amount counts only if it opens the output's commitment: mask times G plus amount
times H. What does not open it is not an amount (a payer can write anything there).
Spec: Monero `src/ringct/rctOps.cpp`, `ecdhDecode`, `genCommitmentMask`.
"""

from chainlead.codecs import keccak256
from chainlead.ledger.monero.curve import (
    AMOUNT_BASE,
    ORDER,
    hash_to_scalar,
    plus_base,
    write_point,
    write_scalar,
)
from chainlead.ledger.monero.ringct import HiddenAmount
from chainlead.ledger.monero.transaction import MoneroTransaction

_LARGEST_UNITS = (1 << 64) - 1


def open_amount(transaction: MoneroTransaction, index: int, shared: int) -> int | None:
    """The amount of an output, in base units; None if what stands there does not open it.

    Args:
        transaction: that has the output.
        index: the output's number in it.
        shared: the number that payer and payee share for this output (`Hs(8aR, index)`).
    """
    if transaction.version == 1 or transaction.is_coinbase:
        return transaction.outputs[index].amount_units
    if index >= len(transaction.ringct.hidden):
        return None
    hidden = transaction.ringct.hidden[index]
    amount, mask = _unmask(hidden, write_scalar(shared))
    if amount > _LARGEST_UNITS:
        return None
    opened = write_point(plus_base(AMOUNT_BASE * amount, mask))
    return amount if opened == hidden.commitment else None


def _unmask(hidden: HiddenAmount, shared: bytes) -> tuple[int, int]:
    """Amount and mask."""
    if len(hidden.masked_amount) == 8:
        pad = keccak256(b"amount" + shared)[:8]
        number = int.from_bytes(hidden.masked_amount, "little") ^ int.from_bytes(pad, "little")
        return number, hash_to_scalar(b"commitment_mask", shared)
    first = hash_to_scalar(shared)
    second = hash_to_scalar(write_scalar(first))
    mask = (int.from_bytes(hidden.masked_mask, "little") - first) % ORDER
    amount = (int.from_bytes(hidden.masked_amount, "little") - second) % ORDER
    return amount, mask
