"""The answer to "where did it go" or "where did it come from", under each named rule."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any

import msgspec

from chainlead.ledger import Output, Pin, Transaction
from chainlead.model import Outpoint, Strength, Txid


class Direction(StrEnum):
    """Which way the question looks."""

    FORWARD = "forward"
    BACKWARD = "backward"


class Reason(Enum):
    """Why the trail stops at a frontier node."""

    SERVICE = "service"
    UNSPENT = "unspent"
    LIMIT = "limit"
    MIXING = "mixing"
    LEFT_KNOWN_BLOCKS = "left the known blocks"
    UNKNOWN_BALANCE = "balance not known"
    NOT_FETCHED = "not fetched"
    ONE_OF_SEVERAL = "one of several"
    COINBASE = "coinbase"
    FEE = "fee"


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop that workflow's stop rule orders at an output: the service, in words.

    `strength` says how strongly it is known: asserted by somebody, or inferred from a cluster.
    """

    reason: Reason
    note: str
    strength: Strength = Strength.ASSERTED


StopRule = Callable[[Output], Stop | None]


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a trace goes. `until_unix`/`since_unix` bound the block time."""

    hops: int = 50
    transactions: int = 10_000
    since_unix: int | None = None
    until_unix: int | None = None


@dataclass(frozen=True, slots=True)
class FrontierNode:
    """Where the trail stops under one rule, with the traced part of the amount.

    `strength` is set where a stop rule ordered the stop.
    """

    outpoint: Outpoint | None
    address: str | None
    amount_units: int
    traced_units: int
    reason: Reason
    note: str
    height: int | None
    txid: Txid
    hop: int
    strength: Strength | None = None


@dataclass(frozen=True, slots=True)
class TracedTransfer:
    """One output on the trail, with its traced part under one rule."""

    outpoint: Outpoint
    address: str | None
    amount_units: int
    traced_units: int
    height: int | None
    mined_at_unix: int | None
    hop: int


@dataclass(frozen=True, slots=True)
class RuleResult:
    """One rule's trail, frontier and sums.

    For a rule that conserves value `origin_units == sum(frontier.traced_units)`; fees are frontier
    nodes with reason FEE.
    """

    rule: str
    origin_units: int
    transfers: tuple[TracedTransfer, ...]
    frontier: tuple[FrontierNode, ...]
    conserves: bool = True
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """One question and its answer under each rule, pinned to a ledger state."""

    origin: str
    direction: str
    pin: Pin
    limits: Limits
    transactions: tuple[Transaction, ...]
    rules: tuple[RuleResult, ...]


def encode_canonical(document: dict[str, Any]) -> bytes:
    """Canonical JSON bytes: keys sorted, no spaces."""
    return msgspec.json.encode(document, order="sorted")
