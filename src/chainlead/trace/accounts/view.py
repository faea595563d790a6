"""What a trace asks of an account ledger: the transfers of an account in their order.

Limits: a view answers for one asset. What looks like a transfer but moved nothing (a failed call, a
partial payment's larger promise) must not be one here: `amount_units` is what was delivered. A fee
that is paid in another asset is left out; a failed transaction that cost a fee is a transfer of 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chainlead.ledger import Pin
from chainlead.model import Asset

Order = tuple[int, ...]
"""Place in the ledger, the same number of parts everywhere: height, place in the block, place in
the transaction. No two transfers of one view share it."""


@dataclass(frozen=True, slots=True)
class AssetTransfer:
    """One asset, one amount, from one account to another, in one transaction.

    `sender` is None where the units were made (a block reward, a mint), `receiver` where they were
    destroyed. `txid` is as the ledger prints it. `memo` is the receiver's destination tag, if any.
    """

    txid: str
    order: Order
    sender: str | None
    receiver: str | None
    amount_units: int
    fee_payer: str | None = None
    fee_units: int = 0
    height: int | None = None
    mined_at: datetime | None = None
    memo: str | None = None


class AccountView(Protocol):
    """Read-only questions about one asset of one account ledger."""

    @property
    def asset(self) -> Asset:
        """What is moved."""

    @property
    def pin(self) -> Pin:
        """The last block that is known."""

    def lookup_opening(self, account: str) -> int | None:
        """The balance before the account's first known transfer; None: not known, which is not 0."""

    def transfers_of(self, account: str) -> Sequence[AssetTransfer]:
        """All known transfers into and out of it, and those whose fee it paid, in ledger order."""


def change_units(transfer: AssetTransfer, account: str) -> int:
    """By how much a transfer changes this account's balance."""
    change = transfer.amount_units if transfer.receiver == account else 0
    change -= transfer.amount_units if transfer.sender == account else 0
    return change - (transfer.fee_units if transfer.fee_payer == account else 0)
