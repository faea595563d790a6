"""A server that knows what an address did, whichever protocol it speaks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol, runtime_checkable

import msgspec

from chainlead.errors import NodeUnfitError

HISTORY_FORMS = ("blockbook-rest", "electrum-rpc", "esplora-rest")
"""The kinds of record that histories come from; their names begin with the host."""
ABOUT_CHAIN, ABOUT_HISTORY = "chain state", "address history"
ABOUT_TRANSACTION = "transaction"
_A_DAY_S = 24 * 3600
_CLOCK_SLACK_S = 7200


class RefusedByServerError(Exception):
    """The server answered a question with an error."""


class HistoryEntry(msgspec.Struct, frozen=True):
    """One transaction of a history: its height, or 0 and less while no block holds it."""

    tx_hash: str
    height: int


@dataclass(frozen=True, slots=True)
class ServerTip:
    """A server's best block, as far as it was asked."""

    height: int


class HasHeight(Protocol):
    """What a server says of its best block."""

    @property
    def height(self) -> int: ...


class HistoryServer(Protocol):
    """Questions to one server; what its answers prove is judged by the source that reads them.

    Attributes:
        headers_at_once: the most headers that one question brings; 0 where there are none.
    """

    headers_at_once: ClassVar[int]

    def require_fit(self, *, now_unix: int, may_be_behind: bool = False) -> HasHeight: ...
    def fetch_tip(self, *, now_unix: int, may_be_behind: bool = False) -> HasHeight: ...
    def count_history(self, named: str) -> int: ...
    def fetch_history(self, named: str, *, most: int) -> Sequence[HistoryEntry]: ...
    def fetch_transaction(self, txid: str) -> bytes | None: ...
    def fetch_proof(self, txid: str, height: int) -> None: ...
    def fetch_header(self, height: int) -> bytes | None: ...
    def fetch_headers(self, first: int, count: int) -> int: ...
    def fetch_block_hash(self, height: int) -> bytes | None: ...


@runtime_checkable
class PreparingServer(Protocol):
    """A server that can be asked many things at once, before they are fetched one by one."""

    def prepare_histories(self, names: Sequence[str]) -> None: ...
    def prepare_entries(self, histories: Sequence[Sequence[HistoryEntry]]) -> list[bytes]: ...
    def prepare_headers(self, heights: Sequence[int]) -> None: ...
    def prepare_transactions(self, txids: Sequence[str]) -> None: ...


def printable(text: str, most: int = 300) -> str:
    """A server's words without what would steer a terminal."""
    return "".join(c for c in text if c.isprintable())[:most]


def require_few(count: int, most: int) -> None:
    """Stop before a history that is too large to be one person's.

    Raises:
        NodeUnfitError: it has more than `most` transactions.
    """
    if count > most:
        raise NodeUnfitError(
            f"This address has {count} transactions: more than the {most} that may be fetched.",
            next_step="So many point to a service. Ask whose it is first, or give --most.",
        )


def require_in_step(
    height: int, tip_unix: int, now_unix: int, *, is_practice: bool, may_be_behind: bool
) -> None:
    """Check the time of a server's last block beside this machine's.

    Raises:
        NodeUnfitError: it lies in the future, or a day and more in the past.
    """
    if tip_unix > now_unix + _CLOCK_SLACK_S:
        raise NodeUnfitError(
            "The server's last block lies in the future: its clock or this machine's is wrong.",
            next_step="Set the clock of this machine; times in the case depend on it.",
        )
    if tip_unix < now_unix - _A_DAY_S and not is_practice and not may_be_behind:
        raise NodeUnfitError(
            f"The server's last block ({height}) is more than a day old: it is not in step.",
            next_step="Wait until it is, or go on with --behind: later payments are missing.",
        )
