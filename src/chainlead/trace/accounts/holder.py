"""An account on the trail: its balance while the walk goes on, and its balances in the view."""

from dataclasses import dataclass, field

from chainlead.trace.accounts.view import AccountView, AssetTransfer, Order, change_units


@dataclass(slots=True)
class Holder:
    """`balance_units` is None from the moment at which it cannot be known any more."""

    account: str
    hop: int
    balance_units: int | None
    doubt: str = ""
    last: AssetTransfer | None = None
    is_cut_off: bool = field(default=False)

    def change(self, units: int, transfer: AssetTransfer) -> bool:
        """Note a change of the balance; False if that shows that transfers are missing."""
        self.last = transfer
        if self.balance_units is None:
            return True
        if self.balance_units + units < 0:
            self.balance_units = None
            self.doubt = (
                f"the known transfers of {self.account} pay out more than came in "
                f"(transaction {transfer.txid}): some are missing, or the opening balance is not right"
            )
            return False
        self.balance_units += units
        return True


def balance_at(view: AccountView, account: str, order: Order, *, forward: bool) -> int | None:
    """The balance just before a place in the ledger (looking back: just after it), or None.

    None too where the known transfers would have brought it below zero on the way there.
    """
    balance = view.lookup_opening(account)
    if balance is None:
        return None
    for transfer in view.transfers_of(account):
        if transfer.order > order or (forward and transfer.order == order):
            break
        balance += change_units(transfer, account)
        if balance < 0:
            return None
    return balance
