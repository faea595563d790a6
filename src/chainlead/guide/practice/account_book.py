"""Balances of an account chain: every transfer is booked, none can overdraw."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from chainlead.guide.practice.account_transfer import AccountTransfer, Kind
from chainlead.guide.practice.coin_selection import CannotPayError
from chainlead.guide.practice.dice import Dice
from chainlead.model import NATIVE, Asset, Chain

Inner = tuple[Kind, str, str, Asset | None, int]
"""What moves inside a call: kind, sender, receiver, asset (None for the coin), units."""


@dataclass
class AccountBook:
    """One account chain with its truth.

    Attributes:
        owners: who holds the key of each account; a contract belongs to whoever made it.
        customers: for a service's account and tag (or an account of its own, tag None) the customer.
    """

    chain: Chain
    dice: Dice
    block_seconds: int
    now_unix: int
    height: int = 1_000
    transfers: list[AccountTransfer] = field(default_factory=list)
    owners: dict[str, str] = field(default_factory=dict)
    customers: dict[tuple[str, int | None], str] = field(default_factory=dict)
    balances: dict[tuple[str, Asset], int] = field(default_factory=dict)

    @property
    def coin(self) -> Asset:
        """The chain's own coin."""
        return NATIVE[self.chain]

    def pass_time(self, blocks: int) -> None:
        """Go on by so many blocks."""
        self.height += blocks
        self.now_unix += blocks * self.block_seconds

    def balance(self, account: str, asset: Asset | None = None) -> int:
        """What the account holds of an asset, of the chain's own coin if none is named."""
        return self.balances.get((account, asset or self.coin), 0)

    def create(self, account: str, amount_units: int, asset: Asset | None = None) -> None:
        """New units, from nobody: how the world begins."""
        self._book([self._transfer(self._txid(), 0, "payment", "", account, asset, amount_units)])

    def pay(
        self,
        sender: str,
        receiver: str,
        amount_units: int,
        fee_units: int,
        *,
        asked_units: int | None = None,
        tag: int | None = None,
    ) -> AccountTransfer:
        """A payment in the chain's own coin, and its fee."""
        txid = self._txid()
        payment = self._transfer(
            txid,
            0,
            "payment",
            sender,
            receiver,
            None,
            amount_units,
            asked_units=asked_units,
            tag=tag,
        )
        self._book([payment, self._transfer(txid, 1, "fee", sender, "", None, fee_units)])
        return payment

    def call(
        self,
        caller: str,
        contract: str,
        amount_units: int,
        fee_units: int,
        inner: Sequence[Inner],
    ) -> tuple[AccountTransfer, ...]:
        """A call of a contract: coin to it, then what moves inside (kind, from, to, asset, units)."""
        txid = self._txid()
        rows = [self._transfer(txid, 0, "payment", caller, contract, None, amount_units)]
        rows += [
            self._transfer(txid, 1 + number, kind, sender, receiver, asset, units)
            for number, (kind, sender, receiver, asset, units) in enumerate(inner)
        ]
        self._book([*rows, self._transfer(txid, len(rows), "fee", caller, "", None, fee_units)])
        return tuple(rows)

    def fail(self, caller: str, fee_units: int) -> None:
        """A transaction that failed: only its fee was paid."""
        self._book([self._transfer(self._txid(), 0, "fee", caller, "", None, fee_units)])

    def _txid(self) -> str:
        return self.dice.bytes(32).hex()

    def _transfer(  # noqa: PLR0917  a row as it stands in the book
        self,
        txid: str,
        index: int,
        kind: Kind,
        sender: str,
        receiver: str,
        asset: Asset | None,
        amount_units: int,
        *,
        asked_units: int | None = None,
        tag: int | None = None,
    ) -> AccountTransfer:
        asked = amount_units if asked_units is None else asked_units
        return AccountTransfer(
            self.chain, txid, index, self.height, self.now_unix, kind, sender, receiver,
            asset or self.coin, amount_units, asked, tag,
        )  # fmt: skip

    def _book(self, rows: list[AccountTransfer]) -> None:
        """All rows of one transaction, or none.

        Raises:
            CannotPayError: an account has too little.
        """
        after = dict(self.balances)
        for row in rows:
            if row.sender:
                key = row.sender, row.asset
                after[key] = after.get(key, 0) - row.amount_units
                if after[key] < 0:
                    raise CannotPayError(f"{row.sender} has too little {row.asset}")
            if row.receiver:
                key = row.receiver, row.asset
                after[key] = after.get(key, 0) + row.amount_units
        self.balances = after
        self.transfers += rows
