"""Received amounts as flat rows: what a search over a whole ledger looks at."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from chainlead.ledger.transaction import Output, Transaction
from chainlead.ledger.view import LedgerView
from chainlead.model import Strength

BATCH_OUTPUTS = 5


class Receipt(Protocol):
    """An amount that arrived at an address, on any kind of ledger."""

    @property
    def amount_units(self) -> int:
        """What was received."""

    @property
    def mined_at(self) -> datetime | None:
        """The time of the block."""

    @property
    def height(self) -> int | None:
        """The height of the block."""

    @property
    def address(self) -> str:
        """Who received it."""

    @property
    def place(self) -> str:
        """Where it stands: `txid:output_index`, or what names it on another ledger."""

    @property
    def strength(self) -> Strength:
        """Observed, or asserted where only a source tells of it."""

    def notes(self) -> tuple[str, ...]:
        """What else could explain it, as far as its transaction shows."""


@dataclass(frozen=True, slots=True)
class OutputReceipt:
    """One output to an address; `transaction` is None where only a source's claim is known."""

    output: Output
    transaction: Transaction | None

    @property
    def amount_units(self) -> int:
        """What was received."""
        return self.output.amount_units

    @property
    def mined_at(self) -> datetime | None:
        """The time of the block."""
        return self.transaction.mined_at if self.transaction else None

    @property
    def height(self) -> int | None:
        """The height of the block."""
        return self.transaction.height if self.transaction else None

    @property
    def address(self) -> str:
        """The address of the output."""
        return self.output.address or ""

    @property
    def place(self) -> str:
        """`txid:output_index`."""
        return str(self.output.outpoint)

    @property
    def strength(self) -> Strength:
        """Of the output: observed, or asserted by a source of histories."""
        return self.output.strength

    def notes(self) -> tuple[str, ...]:
        """What else could explain this receipt, as far as its transaction shows."""
        return tuple(_notes(self.output.address, self.transaction))


@dataclass(slots=True)
class Receipts:
    """The receipts in question, and those of everybody else to compare with.

    Attributes:
        asked: receipts of the asked addresses; of all addresses if none were named.
        others: receipts of all other addresses; empty if none were named.
        others_are_cut: whether the ledger holds more of them.
        coinbases: outputs left out because they are newly made coins.
        block_times: every block time of the ledger, sorted, each once.
    """

    asked: list[Receipt]
    others: list[Receipt]
    others_are_cut: bool = False
    coinbases: int = 0
    block_times: tuple[datetime, ...] = ()


def gather_outputs(view: LedgerView, addresses: Collection[str], most_others: int) -> Receipts:
    """Read the ledger once.

    Args:
        view: the ledger.
        addresses: whose receipts are asked about; empty for everybody's.
        most_others: how many outputs to other addresses are kept.
    """
    wanted = frozenset(addresses)
    found = Receipts([], [])
    if wanted:
        found.asked = list(_named(view, wanted, found))
    block_times: set[datetime] = set()
    for transaction in view.transactions():
        if transaction.mined_at is not None:
            block_times.add(transaction.mined_at)
        if transaction.is_coinbase:
            if not wanted:
                found.coinbases += len(transaction.outputs)
            continue
        if wanted and found.others_are_cut:
            continue
        rows = found.others if wanted else found.asked
        rows.extend(
            OutputReceipt(output, transaction)
            for output in transaction.outputs
            if output.amount_units > 0 and output.address and output.address not in wanted
        )
        found.others_are_cut = len(found.others) >= most_others
    found.block_times = tuple(sorted(block_times))
    return found


def _named(view: LedgerView, wanted: Iterable[str], found: Receipts) -> Iterator[Receipt]:
    rows = []
    for address in sorted(wanted):
        for output in view.outputs_to(address):
            transaction = view.lookup_transaction(output.outpoint.txid)
            if transaction is not None and transaction.is_coinbase:
                found.coinbases += 1
            elif output.amount_units > 0:
                rows.append(OutputReceipt(output, transaction))
    yield from sorted(
        rows,
        key=lambda r: (*_order(r.transaction), r.output.outpoint),
    )


def _order(transaction: Transaction | None) -> tuple[bool, tuple[int, int, bytes]]:
    return (transaction is None, transaction.order if transaction else (0, 0, b""))


def day_of(receipt: Receipt) -> date | None:
    """The UTC date of the receipt's block."""
    moment = receipt.mined_at
    return None if moment is None else moment.date()


def _notes(address: str | None, transaction: Transaction | None) -> Iterator[str]:
    if transaction is None:
        yield "the paying transaction itself is not known"
        return
    if any(spent.previous and spent.previous.address == address for spent in transaction.inputs):
        yield "paid from the same address: change, or the owner's own coins"
    if len(transaction.outputs) >= BATCH_OUTPUTS:
        yield f"one of {len(transaction.outputs)} outputs: may be a service paying many at once"
    if any(spent.previous is None for spent in transaction.inputs):
        yield "where the coins came from is not known: they may be the owner's own"
