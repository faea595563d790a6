"""The transactions that wait to be followed, given out in an order in which no cause is missed.

Chain order is (height, place in the block). Where the place is unknown (histories, unconfirmed
transactions), or where the chain does not sort its blocks by cause (Bitcoin Cash since November
2018), transactions of one height are ordered by who spends whom.
"""

import heapq

from chainlead.ledger import LedgerView, Transaction
from chainlead.model import Chain, Outpoint, Txid

_Key = tuple[int, int, int]


class Pending:
    """A queue of transactions, each with the traced outputs that lead to it."""

    def __init__(self, ledger: LedgerView, *, forward: bool) -> None:
        """Give out the earliest first (forward) or the latest first (backward)."""
        self._ledger = ledger
        self._forward = forward
        self._heap: list[tuple[_Key, Txid]] = []
        self._waiting: dict[Txid, tuple[Transaction, list[Outpoint]]] = {}
        self._by_height: dict[int, set[Txid]] = {}
        self._before: dict[Txid, frozenset[Txid]] = {}

    def add(self, transaction: Transaction, outpoint: Outpoint) -> None:
        """Let one traced output wait at the transaction that it leads to."""
        txid = transaction.txid
        if txid not in self._waiting:
            self._waiting[txid] = (transaction, [])
            self._by_height.setdefault(transaction.order[0], set()).add(txid)
            heapq.heappush(self._heap, (self._key(transaction), txid))
        self._waiting[txid][1].append(outpoint)

    def pop(self) -> tuple[Transaction, list[Outpoint]] | None:
        """The next transaction and its traced outputs, or None."""
        while self._heap and self._heap[0][1] not in self._waiting:
            heapq.heappop(self._heap)
        if not self._heap:
            return None
        txid = self._heap[0][1]
        first = self._waiting[txid][0]
        peers = self._by_height[first.order[0]]
        if len(peers) > 1 and any(not _is_placed(self._waiting[peer][0]) for peer in peers):
            txid = self._causal_first(peers)
        peers.discard(txid)
        return self._waiting.pop(txid)

    def drain(self) -> list[tuple[Transaction, list[Outpoint]]]:
        """All that still waits, in order; the queue is empty afterwards."""
        left = sorted(self._waiting.values(), key=lambda waiting: self._key(waiting[0]))
        self._waiting.clear()
        self._by_height.clear()
        return left

    def _key(self, transaction: Transaction) -> _Key:
        height, place, wire = transaction.order
        key = (height, place, int.from_bytes(wire, "little"))
        return key if self._forward else (-key[0], -key[1], -key[2])

    def _causal_first(self, peers: set[Txid]) -> Txid:
        """The first of one height that no other of them must precede."""
        ordered = sorted(peers, key=lambda txid: self._key(self._waiting[txid][0]))
        for txid in ordered:
            others = peers - {txid}
            if self._forward and self._ancestors(txid).isdisjoint(others):
                return txid
            if not self._forward and all(txid not in self._ancestors(other) for other in others):
                return txid
        return ordered[0]  # a circle: impossible on a ledger whose ids were recomputed

    def _ancestors(self, txid: Txid) -> frozenset[Txid]:
        """Transactions of the same height that this one spends from, at any remove."""
        if txid not in self._before:
            height = self._waiting[txid][0].order[0]
            found: set[Txid] = set()
            edge = [self._waiting[txid][0]]
            while edge:
                for spent in edge.pop().inputs:
                    if spent.outpoint is None or spent.outpoint.txid in found:
                        continue
                    maker = self._ledger.lookup_transaction(spent.outpoint.txid)
                    if maker is not None and maker.order[0] == height:
                        found.add(maker.txid)
                        edge.append(maker)
            self._before[txid] = frozenset(found)
        return self._before[txid]


def _is_placed(transaction: Transaction) -> bool:
    return transaction.block_index is not None and transaction.chain is not Chain.BITCOIN_CASH
