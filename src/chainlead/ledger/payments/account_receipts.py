"""Receipts on account ledgers: transfers of one asset to accounts.

What was delivered counts, not what was asked for (XRP partial payments). Units that were newly made
are no payment and are left out; so are transfers of failed transactions.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from chainlead.ledger.accounts.account_source import Verified
from chainlead.ledger.payments.receipts import Receipts
from chainlead.model import Chain, Strength, moment_from_unix
from chainlead.store import Row, Store

_PROVED = frozenset({Verified.IN_BLOCK.value, Verified.ON_BEST_CHAIN.value})
_TRANSFER = ("txid", "transfer_index", "kind", "sender", "receiver", "amount_units", "note")
_TRANSACTION = ("txid", "height", "block_index", "mined_at_unix", "is_successful", "verified")


@dataclass(frozen=True, slots=True)
class AccountReceipt:
    """One transfer to an account."""

    amount_units: int
    mined_at: datetime | None
    height: int | None
    address: str
    place: str
    strength: Strength
    sender: str | None
    note: str

    def notes(self) -> tuple[str, ...]:
        """What else could explain this receipt."""
        own = "paid from the same account" if self.sender == self.address else ""
        return tuple(text for text in (own, self.note) if text)


def gather_transfers(
    store: Store, chain: Chain, contract: str, addresses: Collection[str], most_others: int
) -> Receipts:
    """Read the transfers of one asset once, in ledger order.

    Args:
        store: the case's store.
        chain: an account ledger.
        contract: of a token; empty for the chain's own coin.
        addresses: whose receipts are asked about; empty for everybody's.
        most_others: how many transfers to other accounts are kept.
    """
    wanted = frozenset(addresses)
    transactions = {
        row["txid"]: row
        for row in store.rows("account_transactions", columns=_TRANSACTION, chain=chain.value)
    }
    moment = cache(moment_from_unix)
    found = Receipts([], [])
    rows: list[tuple[tuple[int, int, str, int], Row]] = []
    for row in store.rows(
        "account_transfers", columns=_TRANSFER, chain=chain.value, contract=contract
    ):
        transaction = transactions[row["txid"]]
        if row["receiver"] is None or row["amount_units"] == "0":
            continue
        if transaction["is_successful"] is False:
            continue
        if row["sender"] is None:
            found.coinbases += not wanted or row["receiver"] in wanted
            continue
        rows.append((_order(transaction, row), row))
    for _, row in sorted(rows, key=lambda pair: pair[0]):
        if wanted and row["receiver"] not in wanted and len(found.others) >= most_others:
            found.others_are_cut = True
            continue
        transaction = transactions[row["txid"]]
        seconds = transaction["mined_at_unix"]
        receipt = AccountReceipt(
            amount_units=int(row["amount_units"]),
            mined_at=None if seconds is None else moment(seconds),
            height=transaction["height"],
            address=row["receiver"],
            place=f"{row['txid']} transfer {row['transfer_index']}",
            strength=Strength.OBSERVED if transaction["verified"] in _PROVED else Strength.ASSERTED,
            sender=row["sender"],
            note=row["note"],
        )
        if wanted and receipt.address not in wanted:
            found.others.append(receipt)
        else:
            found.asked.append(receipt)
    times = {row["mined_at_unix"] for row in transactions.values()} - {None}
    found.block_times = tuple(moment(seconds) for seconds in sorted(times))
    return found


def _order(transaction: Row, transfer: Row) -> tuple[int, int, str, int]:
    height = transaction["height"]
    last = 1 << 62
    return (
        last if height is None else height,
        transaction["block_index"],
        transfer["txid"],
        transfer["transfer_index"],
    )
