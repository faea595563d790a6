"""Follows money from account to account, forward or backward, under several rules at once.

Transfers are taken in ledger order, one after the other, from the moment at which traced money
reaches an account; what the account held before is untraced. Looking back, the same runs in reverse
time: the trail goes from the receiver to the sender, a fee comes back in untraced, and the balance
after the transfer takes the place of the balance before it. Limits: the order inside a block must be
known; an account that pools other people's money (a service, most contracts) must be stopped at by
`stop`. docs/design/taint.md, "Account chains".
"""

import heapq
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from chainlead.errors import OriginNotFoundError, TransactionInvalidError, UnknownRuleError
from chainlead.trace.accounts.holder import Holder, balance_at
from chainlead.trace.accounts.rule import AccountRule
from chainlead.trace.accounts.trace import AccountStop, AccountTrace
from chainlead.trace.accounts.trail import AccountTrail
from chainlead.trace.accounts.view import AccountView, AssetTransfer, Order
from chainlead.trace.trace import Direction, Limits, Reason, Stop


def walk_accounts(
    view: AccountView,
    origin: Sequence[AssetTransfer],
    *,
    direction: Direction = Direction.FORWARD,
    rules: Iterable[AccountRule[Any, Any]],
    limits: Limits | None = None,
    stop: AccountStop | None = None,
    unsought: Callable[[str], Stop | None] | None = None,
) -> AccountTrace:
    """Follow transfers until the trail honestly stops.

    Args:
        view: what is known of one asset; the result is pinned to its last block.
        origin: transfers of the view that are traced whole.
        direction: where the money went, or where it came from.
        rules: the account rules; see `find_account_rules`.
        limits: hops, transfers followed, block time.
        stop: says which transfer ends the trail, for example because a service holds the account.
            It is not asked about the account where the question starts.
        unsought: says of an account that nobody has looked for all of its transfers; without it what
            it holds at the end is held.

    Raises:
        OriginNotFoundError: no transfer was named that moves anything.
        UnknownRuleError: a rule cannot look back.
        TransactionInvalidError: a negative amount or fee, or two transfers in one place.
    """
    moving = [t for t in origin if t.amount_units and t.sender != t.receiver]
    if not moving:
        raise OriginNotFoundError("The ledger of this case holds no transfer of this origin.")
    run = _Walk(
        view, direction, tuple(rules), limits=limits or Limits(), stop=stop, unsought=unsought
    )
    run.start(moving)
    while run.step():
        pass
    return run.finish()


class _Walk:
    def __init__(
        self,
        view: AccountView,
        direction: Direction,
        rules: tuple[AccountRule[Any, Any], ...],
        *,
        limits: Limits,
        stop: AccountStop | None,
        unsought: Callable[[str], Stop | None] | None = None,
    ) -> None:
        self.view = view
        self.direction = direction
        self.forward = direction is Direction.FORWARD
        for rule in rules:
            if not self.forward and not rule.looks_back:
                raise UnknownRuleError(
                    f"The taint rule {rule.name!r} says where money went, not where it came from."
                )
        self.limits = limits
        self.stop = stop
        self.unsought = unsought
        self.trails = tuple(AccountTrail(rule) for rule in rules)
        self.holders: dict[str, Holder] = {}
        self.origin: dict[Order, AssetTransfer] = {}
        self.waiting: list[tuple[Order, Order]] = []
        self.known: dict[Order, AssetTransfer] = {}
        self.followed: list[AssetTransfer] = []
        self.is_over = False

    def start(self, origin: Sequence[AssetTransfer]) -> None:
        self.origin = {transfer.order: transfer for transfer in origin}
        for transfer in origin:
            self._wait_for(transfer)

    def _wait_for(self, transfer: AssetTransfer) -> None:
        order = transfer.order
        known = self.known.get(order)
        if transfer.amount_units < 0 or transfer.fee_units < 0 or known not in {None, transfer}:
            raise TransactionInvalidError(
                f"Transaction {transfer.txid} moves less than nothing, or another transfer has the same "
                "place in the ledger; no amount after it can be right.",
                safe="Nothing was stored.",
                next_step="Check the source that the transfer came from against another one.",
            )
        if known is None:
            self.known[order] = transfer
            key = order if self.forward else tuple(-part for part in order)
            heapq.heappush(self.waiting, (key, order))

    def step(self) -> bool:
        """Take the next transfer; False when none is left or a limit is reached."""
        if not self.waiting:
            return False
        _, order = heapq.heappop(self.waiting)
        transfer = self.known[order]
        if order not in self.origin:
            note = self._reason_to_end(transfer)
            if note:
                self._cut_off(transfer, note)
                return True
        self._follow(transfer)
        return True

    def _reason_to_end(self, transfer: AssetTransfer) -> str:
        """Why this transfer and those after it are not followed, or nothing."""
        if len(self.followed) >= self.limits.transactions:
            return f"limit of {self.limits.transactions} transfers reached"
        since, until = self.limits.since_unix, self.limits.until_unix
        if since is None and until is None:
            return ""
        seconds = transfer.mined_at.timestamp() if transfer.mined_at else None
        if seconds is None:
            outside = until is not None
        else:
            outside = (since is not None and seconds < since) or (
                until is not None and seconds > until
            )
        return f"transaction {transfer.txid} is outside the time window" if outside else ""

    def _cut_off(self, transfer: AssetTransfer, note: str) -> None:
        """The accounts of a transfer that is not followed: what they hold stays there."""
        for account in {transfer.sender, transfer.receiver, transfer.fee_payer} - {None}:
            holder = self.holders.get(str(account))
            if holder is not None and not holder.is_cut_off:
                holder.is_cut_off = True
                for trail in self.trails:
                    trail.end_held(holder, Stop(Reason.LIMIT, note))
                    trail.pools.pop(holder.account, None)

    def _follow(self, transfer: AssetTransfer) -> None:
        source = transfer.sender if self.forward else transfer.receiver
        target = transfer.receiver if self.forward else transfer.sender
        if transfer.sender == transfer.receiver:
            source = target = None  # moves nothing; only its fee counts
        else:
            self._leave(source, transfer, transfer.amount_units)
        states = [
            trail.take(source, transfer.amount_units) if source else None for trail in self.trails
        ]
        hop = self.holders[source].hop + 1 if source in self.holders else 1
        if transfer.order in self.origin:
            hop = 0
            states = [t.mark(transfer, s) for t, s in zip(self.trails, states, strict=True)]
        has_traced_fee = self._fee(transfer)
        if has_traced_fee or any(state is not None for state in states):
            self.followed.append(transfer)
        if transfer.sender != transfer.receiver:
            self._arrive(target, transfer, states, hop)

    def _leave(self, account: str | None, transfer: AssetTransfer, units: int) -> None:
        """Note that an account pays; where its balance cannot be right, its rules give up first."""
        holder = self.holders.get(account or "")
        if holder is not None and not holder.change(-units, transfer):
            for trail in self.trails:
                trail.give_up(holder)

    def _fee(self, transfer: AssetTransfer) -> bool:
        """Let the payer pay the fee; says whether any rule traces something in it."""
        holder = self.holders.get(transfer.fee_payer or "")
        if holder is None or not transfer.fee_units:
            return False
        if not self.forward:
            holder.change(transfer.fee_units, transfer)
            for trail in self.trails:
                trail.put(holder, transfer, transfer.fee_units, None)
            return False
        self._leave(holder.account, transfer, transfer.fee_units)
        is_traced = False
        for trail in self.trails:
            state = trail.take(holder.account, transfer.fee_units)
            if state is not None:
                trail.end_fee(transfer, state, holder.hop + 1)
                is_traced = True
        return is_traced

    def _arrive(
        self, account: str | None, transfer: AssetTransfer, states: list[Any], hop: int
    ) -> None:
        is_traced = any(state is not None for state in states)
        for trail, state in zip(self.trails, states, strict=True):
            if state is not None:
                trail.record(transfer, state, hop)
        holder = self.holders.get(account or "")
        if is_traced and not (holder and transfer.order in self.origin):
            stop, ordered = self._reason_to_stop(account, transfer, hop)
            if stop is not None:
                for trail, state in zip(self.trails, states, strict=True):
                    if state is not None:
                        trail.end(transfer, account, state, stop, hop, ordered=ordered)
                states = [None] * len(states)
                is_traced = False
        if account is None or (holder is None and not is_traced):
            return
        if holder is None:
            holder = self._begin(account, transfer, hop)
        holder.change(transfer.amount_units, transfer)
        for trail, state in zip(self.trails, states, strict=True):
            trail.put(holder, transfer, transfer.amount_units, state)

    def _reason_to_stop(
        self, account: str | None, transfer: AssetTransfer, hop: int
    ) -> tuple[Stop | None, bool]:
        if account is None:
            note = "destroyed: nobody received it" if self.forward else "newly made: nobody paid it"
            return Stop(Reason.UNSPENT if self.forward else Reason.COINBASE, note), False
        if self.forward and transfer.order in self.origin:
            return None, False
        ordered = self.stop(transfer) if self.stop else None
        if ordered is not None:
            return ordered, True
        holder = self.holders.get(account)
        if holder is not None and holder.is_cut_off:
            return Stop(Reason.LIMIT, "the account's later transfers are not followed"), False
        if holder is None and hop >= self.limits.hops:
            return Stop(Reason.LIMIT, f"limit of {self.limits.hops} hops reached"), False
        return None, False

    def _begin(self, account: str, transfer: AssetTransfer, hop: int) -> Holder:
        """Traced money reaches an account: open its pools, and wait for its later transfers."""
        balance = balance_at(self.view, account, transfer.order, forward=self.forward)
        if balance is not None:  # the balance between the fee and the arrival
            fee = transfer.fee_units if transfer.fee_payer == account else 0
            balance += -fee if self.forward else fee
            balance = balance if balance >= 0 else None
        holder = self.holders[account] = Holder(account, hop, balance, last=transfer)
        for trail in self.trails:
            trail.open(holder)
        for other in self.view.transfers_of(account):
            if other.order == transfer.order or (other.order > transfer.order) is self.forward:
                self._wait_for(other)
        return holder

    def finish(self) -> AccountTrace:
        """The answer."""
        height = self.view.pin.height
        known = "the last known transfer" if height is None else f"height {height}"
        note = f"held at {known}" if self.forward else "held before the first known transfer"
        for account in sorted(self.holders):
            holder = self.holders[account]
            missing = self.unsought(account) if self.unsought else None
            for trail in self.trails:
                trail.end_held(holder, missing or Stop(Reason.UNSPENT, note))
        return AccountTrace(
            origin=tuple(self.origin[order] for order in sorted(self.origin)),
            direction=self.direction,
            asset=self.view.asset,
            pin=self.view.pin,
            limits=self.limits,
            transfers=tuple(sorted(self.followed, key=lambda transfer: transfer.order)),
            rules=tuple(trail.result() for trail in self.trails),
        )
