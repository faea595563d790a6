"""A transaction of a UTXO chain with both sides, as the case ledger knows it."""

from dataclasses import dataclass
from datetime import datetime

from chainlead.ledger.signature_marks import SignatureMark
from chainlead.ledger.verified import Verified
from chainlead.model import BlockHash, Chain, Network, Outpoint, Strength, Txid


@dataclass(frozen=True, slots=True)
class Output:
    """A created output. `address` is the text form of its script, where there is one.

    `strength` is observed where the creating transaction is known (its id proves amount and
    script), asserted where only a source of histories says what the output was.

    `ring` is set where an input only names a ring (CryptoNote): the numbers of its members among all
    outputs of this amount. Then the outpoint is a stand-in: one of them was spent, and with one member
    that very output, which is not among the known ones. `hidden_spends` counts known inputs with rings
    of this amount whose spent output is not known: one of them may spend this output.
    """

    outpoint: Outpoint
    amount_units: int
    script: bytes
    address: str | None
    strength: Strength = Strength.OBSERVED
    ring: tuple[int, ...] = ()
    hidden_spends: int = 0


@dataclass(frozen=True, slots=True)
class Input:
    """A spent output. `previous` is None where the known blocks do not hold it: unknown, not zero.

    A coinbase input has no outpoint. `signatures` are those that its script and witness show: none
    where a source gave neither.
    """

    outpoint: Outpoint | None
    sequence: int
    previous: Output | None
    signatures: tuple[SignatureMark, ...] = ()


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transaction, pinned to its block where it is in one.

    `place_strength` is observed where a block of the ledger holds it, or a merkle proof leads to a
    header that is linked to a known block; asserted where only a source of histories says in which
    block it is, or nothing says that it was mined at all. `verified` is how far the place was checked;
    the id itself is always recomputed.
    """

    chain: Chain
    txid: Txid
    height: int | None
    block_index: int | None
    block_hash: BlockHash | None
    mined_at: datetime | None
    is_coinbase: bool
    version: int
    locktime: int
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    place_strength: Strength = Strength.OBSERVED
    verified: Verified = Verified.IN_BLOCK

    @property
    def fee_units(self) -> int | None:
        """Inputs minus outputs; None where an input's amount is unknown; 0 for a coinbase."""
        if self.is_coinbase:
            return 0
        total = 0
        for spent in self.inputs:
            if spent.previous is None:
                return None
            total += spent.previous.amount_units
        return total - sum(output.amount_units for output in self.outputs)

    @property
    def order(self) -> tuple[int, int, bytes]:
        """Sort key: place in the chain; unconfirmed or unplaced transactions come last."""
        height = self.height if self.height is not None else 1 << 62
        return (
            height,
            self.block_index if self.block_index is not None else 1 << 62,
            self.txid.wire,
        )


@dataclass(frozen=True, slots=True)
class Transfer:
    """One asset, one amount, from one place to one place, in one transaction.

    On a UTXO chain a transfer is one output of a transaction; its senders are all inputs, because
    the ledger does not say which input paid which output.
    """

    chain: Chain
    txid: Txid
    output_index: int
    senders: tuple[str | None, ...]
    receiver: str | None
    amount_units: int
    height: int | None
    mined_at: datetime | None


@dataclass(frozen=True, slots=True)
class Pin:
    """The state of the ledger that every result names: nothing after it was looked at.

    From `unbroken_from` to `height` every block is known; before it blocks are missing, so an
    output created there may have been spent in a block that nobody added. None: no height known.
    """

    chain: Chain
    network: Network
    height: int | None
    block_hash: BlockHash | None
    unbroken_from: int | None = None
