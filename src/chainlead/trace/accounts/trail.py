"""One rule's part of a walk over accounts: the pools, what was traced, and where it ended."""

from typing import Any

from chainlead.trace.accounts.holder import Holder
from chainlead.trace.accounts.rule import AccountRule
from chainlead.trace.accounts.trace import AccountNode, AccountResult, TracedAssetTransfer
from chainlead.trace.accounts.view import AssetTransfer
from chainlead.trace.trace import Reason, Stop

_NO_BALANCE = "what the account held when the money arrived is not known, and this rule needs it"


class AccountTrail:
    """Pools and stops under one rule, while the walk goes on."""

    def __init__(self, rule: AccountRule[Any, Any]) -> None:
        """Nothing is traced yet."""
        self.rule = rule
        self.pools: dict[str, Any] = {}
        self._marked_units = 0
        self._returned_units = 0
        self._transfers: list[TracedAssetTransfer] = []
        self._stops: list[AccountNode] = []

    def open(self, holder: Holder) -> None:
        """Begin to keep a pool for an account, if this rule can."""
        if holder.balance_units is not None or not self.rule.needs_balance:
            self.pools[holder.account] = self.rule.open(holder.balance_units)

    def mark(self, transfer: AssetTransfer, returned: Any) -> Any:
        """The state of a transfer of the origin; what it carried anyway is counted once."""
        self._marked_units += transfer.amount_units
        if returned is not None:
            self._returned_units += self.rule.traced_units(returned)
        return self.rule.mark_whole(transfer.amount_units)

    def take(self, account: str, amount_units: int) -> Any:
        """What a payment out of this account carries; None for nothing."""
        if account not in self.pools:
            return None
        state, self.pools[account] = self.rule.take(self.pools[account], amount_units)
        return state

    def put(self, holder: Holder, transfer: AssetTransfer, amount_units: int, state: Any) -> None:
        """Let an amount arrive at an account that has pools."""
        if holder.account in self.pools:
            pool = self.pools[holder.account]
            self.pools[holder.account] = self.rule.put(pool, amount_units, state)
        elif state is not None:
            stop = Stop(Reason.UNKNOWN_BALANCE, holder.doubt or _NO_BALANCE)
            if holder.is_cut_off:
                stop = Stop(Reason.LIMIT, "the account's later transfers are not followed")
            self.end(transfer, holder.account, state, stop, holder.hop)

    def give_up(self, holder: Holder) -> None:
        """The account's balance turned out to be unknown: what was traced in it stays there."""
        if self.rule.needs_balance and holder.account in self.pools:
            self._end_held(holder, Stop(Reason.UNKNOWN_BALANCE, holder.doubt))
            del self.pools[holder.account]

    def record(self, transfer: AssetTransfer, state: Any, hop: int) -> None:
        """A transfer that carries traced units."""
        units = self.rule.traced_units(state)
        self._transfers.append(TracedAssetTransfer(transfer, units, hop))

    def end(
        self,
        transfer: AssetTransfer,
        account: str | None,
        state: Any,
        stop: Stop,
        hop: int,
        *,
        ordered: bool = False,
    ) -> None:
        """The trail stops where this transfer arrives."""
        self._stops.append(
            AccountNode(
                account=account,
                txid=transfer.txid,
                amount_units=transfer.amount_units,
                traced_units=self.rule.traced_units(state),
                reason=stop.reason,
                note=stop.note,
                height=transfer.height,
                hop=hop,
                memo=transfer.memo if account == transfer.receiver else None,
                strength=stop.strength if ordered else None,
            )
        )

    def end_fee(self, transfer: AssetTransfer, state: Any, hop: int) -> None:
        """The trail stops in the fee of this transfer."""
        self._stops.append(
            AccountNode(
                account=None,
                txid=transfer.txid,
                amount_units=transfer.fee_units,
                traced_units=self.rule.traced_units(state),
                reason=Reason.FEE,
                note="paid to the ledger's validators or destroyed; not followed",
                height=transfer.height,
                hop=hop,
            )
        )

    def end_held(self, holder: Holder, stop: Stop) -> None:
        """What an account still holds when the walk is over."""
        if holder.account in self.pools:
            self._end_held(holder, stop)

    def _end_held(self, holder: Holder, stop: Stop) -> None:
        units = self.rule.held_units(self.pools[holder.account])
        if units == 0:
            return
        self._stops.append(
            AccountNode(
                account=holder.account,
                txid=holder.last.txid if holder.last else None,
                amount_units=holder.balance_units,
                traced_units=units,
                reason=stop.reason,
                note=stop.note,
                height=holder.last.height if holder.last else None,
                hop=holder.hop,
            )
        )

    def result(self) -> AccountResult:
        """The rule's answer, in the order of the walk."""
        origin_units = self._marked_units
        notes = []
        if self._returned_units and self.rule.is_upper_bound:
            notes.append(
                f"up to {self._returned_units} base units of the origin came back to it; as an "
                "upper bound this rule counts them again"
            )
        elif self._returned_units:
            origin_units -= self._returned_units
            notes.append(
                f"{self._returned_units} base units came back to the origin; they are counted once"
            )
        return AccountResult(
            rule=self.rule.name,
            origin_units=origin_units,
            transfers=tuple(self._transfers),
            frontier=tuple(self._stops),
            conserves=self.rule.conserves,
            notes=tuple(notes),
        )
