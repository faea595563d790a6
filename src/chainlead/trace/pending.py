"""The transactions that wait to be followed, given out so that no cause comes after its effect.

Where every waiting transaction has its height and its place in the block, chain order is enough.
Else (histories without a place in the block, blocks of unknown height, unconfirmed transactions, and
Bitcoin Cash, whose blocks are sorted by txid since November 2018) block times order them, which may
be wrong by hours, so each choice is checked against who spends whom.
"""

import heapq

from chainlead.ledger import LedgerView, Transaction
from chainlead.model import Chain, Outpoint, Txid

_Key = tuple[int, int, int, bytes]

_NEVER = 1 << 62
_SLACK_SECONDS = 86_400
"""A block may carry a time before its parent's; by hours at most, so a day is safe."""


class Pending:
    """A queue of transactions, each with the traced outputs that lead to it."""

    def __init__(self, ledger: LedgerView, *, forward: bool) -> None:
        """Give out the earliest first (forward) or the latest first (backward)."""
        self._ledger = ledger
        self._forward = forward
        self._heap: list[tuple[tuple[int, int, int], Txid]] = []
        self._waiting: dict[Txid, tuple[Transaction, list[Outpoint]]] = {}
        self._unplaced: set[Txid] = set()
        self._before: dict[Txid, frozenset[Txid]] = {}

    def add(self, transaction: Transaction, outpoint: Outpoint) -> None:
        """Let one traced output wait at the transaction that it leads to."""
        txid = transaction.txid
        if txid not in self._waiting:
            self._waiting[txid] = (transaction, [])
            heapq.heappush(self._heap, (self._heap_key(transaction), txid))
            if not _is_placed(transaction):
                self._unplaced.add(txid)
        self._waiting[txid][1].append(outpoint)

    def pop(self) -> tuple[Transaction, list[Outpoint]] | None:
        """The next transaction and its traced outputs, or None."""
        while self._heap and self._heap[0][1] not in self._waiting:
            heapq.heappop(self._heap)
        if not self._heap:
            return None
        txid = self._heap[0][1]
        if self._unplaced and len(self._waiting) > 1:
            txid = self._first_by_cause() if self._forward else self._last_by_cause()
        self._unplaced.discard(txid)
        transaction, outpoints = self._waiting.pop(txid)
        return transaction, outpoints

    def drain(self) -> list[Outpoint]:
        """Every output that still waits; the queue is empty afterwards."""
        left = [outpoint for _, outpoints in self._waiting.values() for outpoint in outpoints]
        self._waiting.clear()
        self._unplaced.clear()
        return sorted(left)

    def _heap_key(self, transaction: Transaction) -> tuple[int, int, int]:
        height, place, wire = transaction.order
        number = int.from_bytes(wire, "big")
        return (height, place, number) if self._forward else (-height, -place, -number)

    def _time_key(self, txid: Txid) -> _Key:
        transaction = self._waiting[txid][0]
        return (_seconds(transaction), *transaction.order)

    def _first_by_cause(self) -> Txid:
        choice = min(self._waiting, key=self._time_key)
        tried: set[Txid] = set()
        while True:
            tried.add(choice)
            causes = (self._ancestors(choice) & self._waiting.keys()) - tried
            if not causes:
                return choice
            choice = min(causes, key=self._time_key)

    def _last_by_cause(self) -> Txid:
        choice = max(self._waiting, key=self._time_key)
        tried: set[Txid] = set()
        while True:
            tried.add(choice)
            effects = {
                txid
                for txid in self._waiting.keys() - tried
                if self._is_near(txid, choice) and choice in self._ancestors(txid)
            }
            if not effects:
                return choice
            choice = max(effects, key=self._time_key)

    def _is_near(self, a: Txid, b: Txid) -> bool:
        times = _seconds(self._waiting[a][0]), _seconds(self._waiting[b][0])
        return abs(times[0] - times[1]) <= _SLACK_SECONDS

    def _ancestors(self, txid: Txid) -> frozenset[Txid]:
        """What this one spends from, at any remove, as far as block times leave its order open."""
        if txid not in self._before:
            first = self._waiting[txid][0]
            oldest = _seconds(first) - _SLACK_SECONDS
            found: set[Txid] = set()
            edge = [first]
            while edge:
                for spent in edge.pop().inputs:
                    if spent.outpoint is None or spent.outpoint.txid in found:
                        continue
                    maker = self._ledger.lookup_transaction(spent.outpoint.txid)
                    if maker is not None and _seconds(maker) >= oldest:
                        found.add(maker.txid)
                        edge.append(maker)
            self._before[txid] = frozenset(found)
        return self._before[txid]


def _seconds(transaction: Transaction) -> int:
    return int(transaction.mined_at.timestamp()) if transaction.mined_at else _NEVER


def _is_placed(transaction: Transaction) -> bool:
    return (
        transaction.height is not None
        and transaction.block_index is not None
        and transaction.chain is not Chain.BITCOIN_CASH
    )
