"""The part of a RingCT signature that every node keeps: fee, hidden amounts, commitments.

Limits: range proofs and ring signatures are not checked; they only enter the transaction's id as a
hash. Spec: Monero `src/ringct/rctTypes.h`, `rctSigBase`.
"""

from dataclasses import dataclass
from typing import Final

from chainlead.ledger.monero.byte_reader import ByteReader

NONE, FULL, SIMPLE, BULLETPROOF, BULLETPROOF_2, CLSAG, BULLETPROOF_PLUS = range(7)
_SHORT_AMOUNTS: Final = frozenset({BULLETPROOF_2, CLSAG, BULLETPROOF_PLUS})


@dataclass(frozen=True, slots=True)
class HiddenAmount:
    """What stands on the ledger for the amount of one output.

    Attributes:
        masked_mask: 32 bytes; empty in the short form, where the mask follows from the key.
        masked_amount: 32 bytes, or 8 in the short form.
        commitment: the point that the amount must open.
    """

    masked_mask: bytes
    masked_amount: bytes
    commitment: bytes


@dataclass(frozen=True, slots=True)
class RingCt:
    """Kind (0 to 6), the fee in base units, and one hidden amount per output."""

    kind: int = NONE
    fee_units: int = 0
    hidden: tuple[HiddenAmount, ...] = ()


def parse_ringct(reader: ByteReader, inputs: int, outputs: int) -> RingCt:
    """Read it from where the reader stands.

    Raises:
        LedgerSourceError: cut off, or of a kind that is not known.
    """
    kind = reader.take(1)[0]
    if kind == NONE:
        return RingCt()
    if kind > BULLETPROOF_PLUS:
        reader.fail(f"RingCT signatures of kind {kind} are not known here")
    fee_units = reader.varint()
    if kind == SIMPLE:
        reader.take(32 * inputs)
    mask_bytes, amount_bytes = (0, 8) if kind in _SHORT_AMOUNTS else (32, 32)
    masked = [(reader.take(mask_bytes), reader.take(amount_bytes)) for _ in range(outputs)]
    hidden = tuple(HiddenAmount(mask, amount, reader.take(32)) for mask, amount in masked)
    return RingCt(kind, fee_units, hidden)
