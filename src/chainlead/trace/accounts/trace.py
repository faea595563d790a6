"""The answer to "where did it go" on an account ledger, under each named rule."""

from collections.abc import Callable
from dataclasses import dataclass

from chainlead.ledger import Pin
from chainlead.model import Asset, Strength
from chainlead.trace.accounts.view import AssetTransfer
from chainlead.trace.trace import Direction, Limits, Reason, Stop

AccountStop = Callable[[AssetTransfer], Stop | None]
"""Whether the trail ends where this transfer arrives (or, looking back, where it came from)."""


@dataclass(frozen=True, slots=True)
class AccountNode:
    """Where the trail stops under one rule.

    `amount_units` is the transfer's amount, the fee, or the balance that holds the traced units;
    None where the balance is not known. `traced_units` is None where the rule cannot say it.
    """

    account: str | None
    txid: str | None
    amount_units: int | None
    traced_units: int | None
    reason: Reason
    note: str
    height: int | None
    hop: int
    memo: str | None = None
    strength: Strength | None = None


@dataclass(frozen=True, slots=True)
class TracedAssetTransfer:
    """One transfer on the trail, with its traced part under one rule."""

    transfer: AssetTransfer
    traced_units: int
    hop: int


@dataclass(frozen=True, slots=True)
class AccountResult:
    """One rule's trail, frontier and sums, as `RuleResult`."""

    rule: str
    origin_units: int
    transfers: tuple[TracedAssetTransfer, ...]
    frontier: tuple[AccountNode, ...]
    conserves: bool = True
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountTrace:
    """One question and its answer under each rule, pinned to a ledger state."""

    origin: tuple[AssetTransfer, ...]
    direction: Direction
    asset: Asset
    pin: Pin
    limits: Limits
    transfers: tuple[AssetTransfer, ...]
    rules: tuple[AccountResult, ...]
