"""Hold what a history service says of an address against blocks that the unit's own node proved.

Proof: the blocks' own transactions, receipts and logs; payments inside contracts only as far as the
node showed calls. Limits: what the service left out is missed in blocks that the case holds, and
where the node's count of signed transactions or its balance does not fit; elsewhere silence is no
proof that a history is whole. Fees and gas of the service's rows are not compared.
Spec: https://docs.etherscan.io, Accounts.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from chainlead.ledger.accounts.account_source import (
    AccountRequest,
    AccountTransactionRead,
    TransferRead,
    Verified,
)
from chainlead.ledger.accounts.evm_calls import CREATION, DESTRUCTION, INTERNAL
from chainlead.ledger.accounts.evm_index_log import IndexHistory
from chainlead.ledger.accounts.evm_token_logs import BURN, MINT, THING, TOKEN
from chainlead.ledger.accounts.sources.evm_history import read_history_rows
from chainlead.ledger.source import Skipped
from chainlead.store import Row, Store

_PROVED = frozenset({Verified.IN_BLOCK.value, Verified.ON_BEST_CHAIN.value})
_INSIDE = frozenset({INTERNAL, CREATION, DESTRUCTION})
_TOKENS = frozenset({TOKEN, MINT, BURN})
_WRAPPED = ("wrapped coin", "unwrapped coin")
_Substance = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class IndexDoubt:
    """One thing in which a service and the node's blocks differ; `txid` is empty where it is none."""

    txid: str
    words: str


@dataclass(frozen=True, slots=True)
class IndexCheck:
    """What came of comparing one address.

    Attributes:
        named: transactions that the service names; `proved` of them are in blocks of the case.
        signed: of those named, the ones that the address signed.
        doubts: in order of height.
        unchecked: transactions whose payments inside contracts the node does not show.
    """

    address: str
    named: int
    proved: int
    signed: int
    doubts: tuple[IndexDoubt, ...]
    unchecked: int


def read_index_history(
    history: IndexHistory, request: AccountRequest
) -> tuple[list[AccountTransactionRead], list[str]]:
    """What the rows say, each transaction once; and the reasons why some rows were not taken."""
    events = list(read_history_rows(history.rows, request))
    reads = [event for event in events if isinstance(event, AccountTransactionRead)]
    return reads, [event.reason for event in events if isinstance(event, Skipped)]


def check_index(
    store: Store,
    host: str,
    history: IndexHistory,
    reads: Iterable[AccountTransactionRead],
    *,
    request: AccountRequest,
    heights: tuple[int, int],
) -> IndexCheck:
    """Compare one address's rows with the blocks of the case between two heights."""
    run = _Check(store, host, history, request.chain.chain.value)
    named = {read.txid: read for read in reads if not read.txid.startswith("genesis-")}
    for txid, read in named.items():
        run.compare(txid, read)
    for txid in sorted(run.own_txids(heights) - named.keys()):
        run.doubt(txid, f"leaves out transaction {txid}, which concerns {history.address}")
    return IndexCheck(
        history.address, len(named), run.proved, run.signed,
        tuple(sorted(run.doubts, key=lambda doubt: (run.heights.get(doubt.txid, 0), doubt.txid))),
        run.unchecked,
    )  # fmt: skip


class _Check:
    def __init__(self, store: Store, host: str, history: IndexHistory, chain: str) -> None:
        self._store = store
        self._host = host
        self._address = history.address
        self._missing = history.missing
        self._chain = chain
        self.proved = self.signed = self.unchecked = 0
        self.doubts: list[IndexDoubt] = []
        self.heights: dict[str, int] = {}

    def doubt(self, txid: str, words: str) -> None:
        self.doubts.append(IndexDoubt(txid, f"{self._host} {words}."))

    def compare(self, txid: str, read: AccountTransactionRead) -> None:
        row = self._store.lookup("account_transactions", chain=self._chain, txid=txid)
        if row is None or row["verified"] not in _PROVED:
            self.heights[txid] = read.height or 0
            self.doubt(txid, f"names transaction {txid}, which no block of the node holds")
            return
        self.proved += 1
        self.heights[txid] = row["height"] or 0
        self.signed += row["fee_payer"] == self._address
        if (read.height, read.block_hash or row["block_hash"]) != (
            row["height"], row["block_hash"],
        ):  # fmt: skip
            self.doubt(
                txid,
                f"puts transaction {txid} into block {read.height} ({read.block_hash or 'no hash'}); "
                f"it is in block {row['height']} ({row['block_hash']})",
            )
        if read.mined_at_unix != row["mined_at_unix"]:
            self.doubt(txid, f"dates transaction {txid} differently from its block")
        if None not in {read.is_successful, row["is_successful"]} and (
            read.is_successful != row["is_successful"]
        ):
            word = "succeeded" if read.is_successful else "failed"
            self.doubt(txid, f"says that transaction {txid} {word}; its receipt says otherwise")
            return
        self._compare_transfers(txid, read, row)

    def _compare_transfers(self, txid: str, read: AccountTransactionRead, row: Row) -> None:
        own = list(self._store.rows("account_transfers", chain=self._chain, txid=txid))
        mine = Counter(_of_row(one) for one in own if self._concerns(one))
        said = Counter(_of_read(one) for one in read.transfers)
        kinds = {_of_read(one): one.kind for one in read.transfers}
        sees_inside = row["sees_internal"]
        self.unchecked += not sees_inside
        for substance in sorted((said - mine).keys()):
            if kinds[substance] in _INSIDE and not sees_inside:
                continue
            self.doubt(txid, f"says that in {txid} {_told(substance)}; the block does not say so")
        silent = {_of_row(one) for one in own if self._may_be_silent(one)}
        for substance in sorted((mine - said).keys()):
            if substance not in silent:
                self.doubt(txid, f"leaves out that in {txid} {_told(substance)}")

    def _concerns(self, one: Row) -> bool:
        return self._address in {one["sender"], one["receiver"]}

    def _may_be_silent(self, one: Row) -> bool:
        """What such a service does not list, or does not offer here."""
        if one["note"] in _WRAPPED or one["amount_units"] == "0":
            return True
        kind = one["kind"]
        action = (
            "txlistinternal" if kind in _INSIDE else "tokennfttx" if kind == THING
            else "tokentx" if kind in _TOKENS else "txlist"
        )  # fmt: skip
        return action in self._missing

    def own_txids(self, heights: tuple[int, int]) -> set[str]:
        """Proved transactions of the case between the heights that the service must name."""
        found: set[str] = set()
        for side in ("sender", "receiver"):
            where: dict[str, Any] = {"chain": self._chain, side: self._address}
            for one in self._store.rows("account_transfers", **where):
                if not self._may_be_silent(one) and one["kind"] not in {
                    "withdrawal",
                    "block reward",
                }:
                    found.add(one["txid"])
        paid = self._store.rows(
            "account_transactions", columns=("txid",), chain=self._chain, fee_payer=self._address
        )
        found |= {row["txid"] for row in paid if "txlist" not in self._missing}
        kept: set[str] = set()
        for txid in found:
            row = self._store.lookup("account_transactions", chain=self._chain, txid=txid)
            if row is None or row["verified"] not in _PROVED or row["height"] is None:
                continue
            if heights[0] <= row["height"] <= heights[1]:
                kept.add(txid)
                self.heights[txid] = row["height"]
        return kept


def _of_row(one: Mapping[str, str | None]) -> _Substance:
    number = one["note"] if one["kind"] == THING else ""
    return (
        str(one["sender"]), str(one["receiver"]), str(one["contract"]),
        f"{one['amount_units']} {number}".strip(),
    )  # fmt: skip


def _of_read(one: TransferRead) -> _Substance:
    number = one.note if one.kind == THING else ""
    return str(one.sender), str(one.receiver), one.contract, f"{one.amount_units} {number}".strip()


def _told(substance: _Substance) -> str:
    sender, receiver, contract, amount = substance
    of = f" of token {contract}" if contract else " of the coin"
    return f"{amount} units{of} went from {sender} to {receiver}"
