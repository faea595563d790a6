"""The ledger of a case: answers `LedgerView`'s questions from the case's tables.

Which of several places counts: a block on the best chain before what a source claims before no
place at all; of two blocks on the best chain that hold one id the later (BIP-30). A transaction
that only blocks off the best chain hold can be looked up, but spends and pays nothing.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property, lru_cache

from chainlead.codecs import address_from_script, script_from_address
from chainlead.errors import CodecError
from chainlead.ledger.anchors import load_anchors
from chainlead.ledger.block_levels import BlockLevel, derive_block_levels
from chainlead.ledger.rings import KnownRing, count_hidden, load_rings
from chainlead.ledger.rows import (
    BlockRow,
    OutputRow,
    TransactionRow,
    load_blocks,
    load_claimed_outputs,
    load_claimed_places,
)
from chainlead.ledger.rows_as_asked import PATIENCE_QUESTIONS, SMALL_LEDGER_OUTPUTS, RowsAsAsked
from chainlead.ledger.signature_marks import marks_from_bytes
from chainlead.ledger.transaction import Input, Output, Pin, Transaction, Transfer
from chainlead.ledger.verified import Verified
from chainlead.ledger.wire_transaction import NO_INDEX
from chainlead.model import (
    BlockHash,
    Chain,
    Network,
    Outpoint,
    Strength,
    Txid,
    moment_from_unix,
)
from chainlead.store import Store

_REMEMBERED = 1 << 16
_LAST = 1 << 62


class CaseLedger:
    """One chain of one case."""

    def __init__(
        self,
        store: Store,
        chain: Chain,
        *,
        small_ledger_outputs: int = SMALL_LEDGER_OUTPUTS,
        patience_questions: int = PATIENCE_QUESTIONS,
    ) -> None:
        """Answer from these tables; they must not change while this object is in use.

        Args:
            store: the case's store.
            chain: which of its ledgers.
            small_ledger_outputs: a ledger of at most so many outputs is read into memory …
            patience_questions: … once so many questions were asked.
        """
        self.chain = chain
        self._store = store
        self._rows = RowsAsAsked(
            store, chain.value, small=small_ledger_outputs, patience=patience_questions
        )
        self._blocks = load_blocks(store, chain.value)
        self._claimed_outputs = load_claimed_outputs(store, chain.value)
        source = store.lookup("ledger_sources", chain=chain.value)
        self._network = Network(source["network"]) if source else Network.MAIN
        anchors = load_anchors(store, self.chain, self._network, self._blocks.values())
        self._claimed_places = load_claimed_places(store, anchors.holds)
        best = (block for block in self._blocks.values() if block.on_best_chain)
        self._heights = {block.height for block in best if block.height is not None}
        self._ends = sorted(height for height in self._heights if height + 1 not in self._heights)
        self._transaction = lru_cache(_REMEMBERED)(self._build)

    @cached_property
    def _levels(self) -> dict[bytes, BlockLevel]:
        return derive_block_levels(self._store, self.chain, self._network)

    @cached_property
    def _rings(self) -> dict[bytes, KnownRing]:
        return load_rings(self._store, self.chain.value)

    @cached_property
    def _hidden(self) -> Counter[int]:
        return count_hidden(self._rings.values())

    @cached_property
    def _unproved(self) -> frozenset[int]:
        rows = self._store.rows("unproved_transactions", chain=self.chain.value)
        return frozenset(row["tx_id"] for row in rows)

    @property
    def pin(self) -> Pin:
        """The highest block of the best chain; without any height, the youngest block."""
        best = [block for block in self._blocks.values() if block.on_best_chain]
        if not best:
            return Pin(self.chain, self._network, None, None)
        tip = max(best, key=_tip_rank)
        unbroken_from = tip.height
        while unbroken_from is not None and unbroken_from - 1 in self._heights:
            unbroken_from -= 1
        return Pin(self.chain, self._network, tip.height, BlockHash(tip.block_hash), unbroken_from)

    def known_until(self, height: int) -> int | None:
        """The last height up to which every block from this one on is known; None if it is not.

        An output created at `height` and not spent is known to be unspent up to there, and no
        further.
        """
        if height not in self._heights:
            return None
        return self._ends[bisect_left(self._ends, height)]

    def lookup_transaction(self, txid: Txid) -> Transaction | None:
        """The transaction with this id, with both sides as far as they are known."""
        row = self._rows.by_txid(txid.wire)
        return None if row is None else self._transaction(row.tx_id)

    def lookup_output(self, outpoint: Outpoint) -> Output | None:
        """One created output; one that only a source claims is marked as asserted."""
        return self._output(outpoint.txid.wire, outpoint.output_index)

    def lookup_spender(self, outpoint: Outpoint) -> Transaction | None:
        """The transaction that spends this output, if one is known."""
        found = self._live(self._rows.spenders(outpoint.txid.wire, outpoint.output_index))
        return min(found, key=_place_rank, default=None)

    def outputs_to(self, address: str) -> Iterable[Output]:
        """All known outputs that pay this address, in chain order; any way to write it will do."""
        pairs = self._rows.paying(address)
        if not pairs:
            pairs = self._rows.paying(self._as_written_here(address))
        indexes: dict[int, list[int]] = {}
        for tx_id, output_index in pairs:
            indexes.setdefault(tx_id, []).append(output_index)
        outputs: list[Output] = []
        for transaction in sorted(self._live(indexes), key=_chain_rank):
            row = self._rows.by_txid(transaction.txid.wire)
            assert row is not None
            outputs.extend(transaction.outputs[index] for index in sorted(indexes[row.tx_id]))
        return outputs

    def _as_written_here(self, address: str) -> str:
        """The ledger's own text for an address that has several, such as those of Bitcoin Cash."""
        try:
            script = script_from_address(address, self.chain, self._network)
            return address_from_script(script, self.chain, self._network) or address
        except CodecError:
            return address

    def transactions(self) -> Iterator[Transaction]:
        """Every known transaction that is not off the best chain, in chain order."""
        yield from sorted(self._live(self._rows.ids()), key=_chain_rank)

    def transfers(self) -> Iterator[Transfer]:
        """One transfer for each output, with all senders of its transaction, in chain order."""
        for transaction in self.transactions():
            yield from derive_transfers(transaction)

    def _live(self, tx_ids: Iterable[int]) -> list[Transaction]:
        return [
            self._transaction(tx_id) for tx_id in sorted(set(tx_ids)) if not self._is_stale(tx_id)
        ]

    def _is_stale(self, tx_id: int) -> bool:
        places = self._rows.placements(tx_id)
        return bool(places) and not any(
            self._blocks[block_id].on_best_chain for block_id, _ in places
        )

    def _output(self, txid: bytes, output_index: int) -> Output | None:
        row = self._rows.by_txid(txid)
        if row is not None:
            outputs = self._rows.outputs(row.tx_id)
            if output_index >= len(outputs):
                return None
            return self._output_of(row.tx_id, outputs[output_index], txid, output_index)
        if output_index == NO_INDEX and txid in self._rings:
            ring = self._rings[txid]
            outpoint = Outpoint(Txid(txid), output_index)
            return Output(outpoint, ring.amount_units, b"", None, ring=ring.members)
        claimed = self._claimed_outputs.get((txid, output_index))
        if claimed is None:
            return None
        return _output_from(claimed, txid, output_index, Strength.ASSERTED)

    def _output_of(self, tx_id: int, row: OutputRow, txid: bytes, output_index: int) -> Output:
        """An output of a known transaction."""
        strength = Strength.ASSERTED if tx_id in self._unproved else Strength.OBSERVED
        output = _output_from(row, txid, output_index, strength)
        if self._rings and row.address is None and (hidden := self._hidden[row.amount_units]):
            return replace(output, hidden_spends=hidden)
        return output

    def _build(self, tx_id: int) -> Transaction:
        row = self._rows.by_id(tx_id)
        assert row is not None
        place = self._place(row)
        txid = Txid(row.txid)
        return Transaction(
            chain=self.chain,
            txid=txid,
            height=place[0],
            block_index=place[1],
            block_hash=None if place[2] is None else BlockHash(place[2]),
            mined_at=None if place[3] is None else moment_from_unix(place[3]),
            is_coinbase=row.is_coinbase,
            version=row.version,
            locktime=row.locktime,
            inputs=tuple(
                Input(None, spent.sequence, None)
                if row.is_coinbase
                else Input(
                    Outpoint(Txid(spent.previous_txid), spent.previous_index),
                    spent.sequence,
                    self._output(spent.previous_txid, spent.previous_index),
                    marks_from_bytes(spent.signatures),
                )
                for spent in self._rows.inputs(tx_id)
            ),
            outputs=tuple(
                self._output_of(tx_id, output, row.txid, index)
                for index, output in enumerate(self._rows.outputs(tx_id))
            ),
            place_strength=place[4],
            verified=place[5],
        )

    def _place(
        self, row: TransactionRow
    ) -> tuple[int | None, int | None, bytes | None, int | None, Strength, Verified]:
        best = [
            (self._blocks[block_id], index)
            for block_id, index in self._rows.placements(row.tx_id)
            if self._blocks[block_id].on_best_chain
        ]
        if best:
            block, index = max(best, key=lambda pair: (*_tip_rank(pair[0]), pair[1]))
            loose = self._levels[block.block_hash] is BlockLevel.LOOSE
            level = Verified.IN_BLOCK if loose else Verified.ON_BEST_CHAIN
            return (
                block.height, index, block.block_hash, block.mined_at_unix, Strength.OBSERVED, level,
            )  # fmt: skip
        claimed = self._claimed_places.get(row.tx_id)
        if claimed is not None:
            return (
                claimed.height,
                None,
                claimed.block_hash,
                claimed.mined_at_unix,
                Strength.OBSERVED
                if claimed.verified is Verified.ON_BEST_CHAIN
                else Strength.ASSERTED,
                claimed.verified,
            )
        level = Verified.SINGLE_SOURCE if row.tx_id in self._unproved else Verified.REHASHED
        return None, None, None, None, Strength.ASSERTED, level


def derive_transfers(transaction: Transaction) -> tuple[Transfer, ...]:
    """One transfer for each output; the senders are all inputs, because no output names its input."""
    senders = tuple(
        spent.previous.address if spent.previous else None for spent in transaction.inputs
    )
    return tuple(
        Transfer(
            chain=transaction.chain,
            txid=transaction.txid,
            output_index=output.outpoint.output_index,
            senders=senders,
            receiver=output.address,
            amount_units=output.amount_units,
            height=transaction.height,
            mined_at=transaction.mined_at,
        )
        for output in transaction.outputs
    )


def _output_from(row: OutputRow, txid: bytes, output_index: int, strength: Strength) -> Output:
    outpoint = Outpoint(Txid(txid), output_index)
    return Output(outpoint, row.amount_units, row.script, row.address, strength)


def _tip_rank(block: BlockRow) -> tuple[int, int, bytes]:
    height = -1 if block.height is None else block.height
    return height, block.mined_at_unix, block.block_hash


def _chain_rank(transaction: Transaction) -> tuple[int, int, int, bytes]:
    height, index, txid = transaction.order
    mined = int(transaction.mined_at.timestamp()) if transaction.mined_at else _LAST
    return height, mined if height == _LAST else 0, index, txid


def _place_rank(transaction: Transaction) -> tuple[bool, bool, int, int, int, bytes]:
    observed = transaction.place_strength is Strength.OBSERVED
    placed = transaction.mined_at is not None or transaction.height is not None
    return (not observed, not placed, *_chain_rank(transaction))
