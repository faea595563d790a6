"""Write what a source holds into the tables. Same sources in the same order, same rows.

A block or transaction that is already there is not written again. Ids are dense and follow the
order of arrival; nothing outside the tables depends on them.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from chainlead.codecs import address_from_script
from chainlead.ledger.placing import LinkedBlock, binding_coinbase_height, derive_places
from chainlead.ledger.rings import resolve_rings, ring_rows, write_ring_keys
from chainlead.ledger.server_words import write_server_word
from chainlead.ledger.signature_marks import as_claimed, stronger
from chainlead.ledger.source import (
    BlockRead,
    Claims,
    Event,
    HeadersRead,
    HistoryRead,
    Request,
    RingKeysRead,
    TransactionRead,
)
from chainlead.ledger.transaction_form import TransactionForm
from chainlead.ledger.wire_block import WireBlock, parse_coinbase_height
from chainlead.ledger.wire_transaction import WireTransaction
from chainlead.model import Chain, Network
from chainlead.store import Row, Store

_BATCH_TRANSACTIONS = 4_000
_QUERY_KEYS = 5_000


class LedgerWriter:
    """Fills the tables of one chain from one source."""

    def __init__(self, store: Store, request: Request, source_sha256: str) -> None:
        """Write to this store; `source_sha256` names the file that the events come from."""
        self._store = store
        self._request = request
        self._chain = request.parameters.chain.value
        self._source = source_sha256
        self._next_block = _next_id(store, "blocks", "block_id")
        self._next_tx = _next_id(store, "transactions", "tx_id")

    def write(self, events: Iterable[Event]) -> None:
        """Write all blocks and transactions among these events, then place all blocks anew."""
        blocks: list[BlockRead] = []
        loose: list[TransactionRead] = []
        waiting = 0
        for event in events:
            if isinstance(event, BlockRead):
                blocks.append(event)
                waiting += len(event.block.transactions)
            elif isinstance(event, TransactionRead):
                loose.append(event)
                waiting += 1
            elif isinstance(event, HistoryRead | HeadersRead):
                write_server_word(self._store, self._chain, self._source, event)
            elif isinstance(event, RingKeysRead):
                write_ring_keys(self._store, self._chain, self._source, event)
            if waiting >= _BATCH_TRANSACTIONS:
                self._write_batch(blocks, loose)
                blocks, loose, waiting = [], [], 0
        self._write_batch(blocks, loose)
        place_blocks(self._store, self._request, self._source)
        if self._request.parameters.form is TransactionForm.CRYPTONOTE:
            resolve_rings(self._store, self._chain)

    def _write_batch(self, blocks: list[BlockRead], loose: list[TransactionRead]) -> None:
        new_blocks = self._new_blocks(blocks)
        transactions = [t for read in new_blocks for t in read.block.transactions]
        transactions.extend(read.transaction for read in loose)
        unproved = {read.transaction.txid for read in loose if not read.claims.is_id_proved}
        self._forget_unproved(t.txid for t in transactions if t.txid not in unproved)
        known = self._known("transactions", ("txid", "tx_id"), sorted(unproved))
        ids = self._write_transactions(transactions, len(transactions) - len(loose))
        self._store.insert(
            "unproved_transactions",
            [
                {"tx_id": ids[txid], "chain": self._chain, "source_sha256": self._source}
                for txid in sorted(unproved - known.keys())
            ],
        )
        block_rows: list[Row] = []
        placement_rows: list[Row] = []
        for read in new_blocks:
            block_id = self._next_block
            self._next_block += 1
            block_rows.append(self._block_row(block_id, read))
            placement_rows.extend(
                {"block_id": block_id, "block_index": index, "tx_id": ids[transaction.txid]}
                for index, transaction in enumerate(read.block.transactions)
            )
        self._store.insert("blocks", block_rows)
        self._store.insert("placements", placement_rows)
        for given in loose:
            self._write_claims(ids[given.transaction.txid], given.transaction, given.claims)

    def _forget_unproved(self, proved: Iterable[bytes]) -> None:
        """Make room for the proved content of transactions that were a source's word so far."""
        rows = list(self._store.rows("unproved_transactions", chain=self._chain))
        if not rows:
            return
        ids = self._known("transactions", ("txid", "tx_id"), sorted(set(proved)))
        for tx_id in sorted({row["tx_id"] for row in rows} & set(ids.values())):
            for table in ("outputs", "inputs", "ring_inputs", "claimed_places"):
                self._store.delete(table, tx_id=tx_id)
            self._store.delete("unproved_transactions", tx_id=tx_id)
            self._store.delete("transactions", tx_id=tx_id)

    def _new_blocks(self, reads: list[BlockRead]) -> list[BlockRead]:
        hashes = [read.block.header.block_hash for read in reads]
        known = self._known("blocks", ("block_hash", "block_id"), hashes)
        new: dict[bytes, BlockRead] = {}
        for read in reads:
            block_hash = read.block.header.block_hash
            if block_hash not in known:
                new.setdefault(block_hash, read)
        return list(new.values())

    def _write_transactions(
        self, transactions: list[WireTransaction], in_blocks: int
    ) -> dict[bytes, int]:
        """Write those that are new; the first `in_blocks` of them come from blocks."""
        txids = [transaction.txid for transaction in transactions]
        ids = self._known("transactions", ("txid", "tx_id"), txids)
        rows: list[Row] = []
        output_rows: list[Row] = []
        input_rows: list[Row] = []
        rings: list[Row] = []
        again: list[tuple[int, int]] = []
        chain, network = self._request.parameters.chain, self._request.network
        for number, transaction in enumerate(transactions):
            if transaction.txid in ids:
                again.append((number, ids[transaction.txid]))
                continue
            tx_id = ids[transaction.txid] = self._next_tx
            self._next_tx += 1
            rows.append(
                {
                    "tx_id": tx_id,
                    "chain": self._chain,
                    "txid": transaction.txid,
                    "is_coinbase": transaction.is_coinbase,
                    "version": transaction.version,
                    "locktime": transaction.locktime,
                }
            )
            output_rows.extend(
                {
                    "tx_id": tx_id,
                    "output_index": index,
                    "amount_units": output.amount_units,
                    "script": output.script,
                    "address": derive_address(output.script, chain, network),
                }
                for index, output in enumerate(transaction.outputs)
            )
            input_rows.extend(
                {
                    "tx_id": tx_id,
                    "input_index": index,
                    "previous_txid": spent.previous_txid,
                    "previous_index": spent.previous_index,
                    "sequence": spent.sequence,
                    "signatures": marks,
                }
                for index, (spent, marks) in enumerate(
                    zip(
                        transaction.inputs,
                        _marks(transaction, proven=number < in_blocks),
                        strict=True,
                    )
                )
            )
            if any(spent.ring for spent in transaction.inputs):
                rings += ring_rows(self._chain, tx_id, transaction)
        self._store.insert("transactions", rows)
        self._store.insert("outputs", output_rows)
        self._store.insert("inputs", input_rows)
        self._store.insert("ring_inputs", rings)
        self._strengthen(
            (tx_id, _marks(transactions[number], proven=number < in_blocks))
            for number, tx_id in again
        )
        return ids

    def _strengthen(self, offered: Iterable[tuple[int, Sequence[bytes]]]) -> None:
        """Keep the stronger marks of inputs that are already there; any order of sources will do."""
        best: dict[tuple[int, int], bytes] = {}
        for tx_id, marks in offered:
            for index, packed in enumerate(marks):
                key = (tx_id, index)
                best[key] = stronger(best.get(key, b""), packed)
        known = sorted({tx_id for tx_id, _ in best})
        changed: list[Row] = []
        for start in range(0, len(known), _QUERY_KEYS):
            where: dict[str, Any] = {"tx_id": ("in", known[start : start + _QUERY_KEYS])}
            for row in self._store.rows("inputs", **where):
                now = row["signatures"]
                kept = stronger(now, best.get((row["tx_id"], row["input_index"]), b""))
                if kept != now:
                    changed.append({**row, "signatures": kept})
        self._store.insert("inputs", changed, replace=True)

    def _known(self, table: str, columns: tuple[str, str], keys: list[bytes]) -> dict[bytes, int]:
        key, value = columns
        found: dict[bytes, int] = {}
        for start in range(0, len(keys), _QUERY_KEYS):
            where: dict[str, Any] = {key: ("in", keys[start : start + _QUERY_KEYS])}
            rows = self._store.rows(
                table, columns=columns, order_by=(value,), chain=self._chain, **where
            )
            found.update((row[key], row[value]) for row in rows)
        return found

    def _block_row(self, block_id: int, read: BlockRead) -> Row:
        header = read.block.header
        return {
            "block_id": block_id,
            "chain": self._chain,
            "network": self._request.network.value,
            "block_hash": header.block_hash,
            "previous_hash": header.previous_hash,
            "height": None,
            "height_basis": "",
            "coinbase_height": _coinbase_height(read.block, self._request),
            "target_bits": header.target_bits,
            "mined_at_unix": header.mined_at_unix,
            "transaction_count": len(read.block.transactions),
            "on_best_chain": False,
            "source_sha256": self._source,
            "offset_bytes": read.offset_bytes,
        }

    def _write_claims(self, tx_id: int, transaction: WireTransaction, claims: Claims) -> None:
        if claims.height is not None:
            place = {
                "tx_id": tx_id,
                "source_sha256": self._source,
                "height": claims.height,
                "block_hash": claims.block_hash,
                "mined_at_unix": claims.mined_at_unix,
                "verified": claims.verified.value,
            }
            self._store.insert("claimed_places", [place], replace=True)
        chain, network = self._request.parameters.chain, self._request.network
        rows = [
            {
                "chain": self._chain,
                "txid": spent.previous_txid,
                "output_index": spent.previous_index,
                "source_sha256": self._source,
                "amount_units": previous[0],
                "script": previous[1],
                "address": derive_address(previous[1], chain, network),
            }
            for spent, previous in zip(transaction.inputs, claims.previous, strict=False)
            if previous is not None
        ]
        self._store.insert("claimed_outputs", rows, replace=True)


def place_blocks(store: Store, request: Request, source_sha256: str) -> None:
    """Give every block of the chain its height and its mark, as the whole set of blocks says.

    A block that was on the best chain and is not any more is noted with the source that came last.
    """
    rows = list(store.rows("blocks", chain=request.parameters.chain.value))
    linked = [
        LinkedBlock(
            row["block_hash"], row["previous_hash"], row["target_bits"], row["coinbase_height"]
        )
        for row in rows
    ]
    places = derive_places(linked, request.parameters.networks[request.network])
    changed = []
    displaced = []
    chain = request.parameters.chain.value
    once = {row["block_hash"] for row in store.rows("displaced_blocks", chain=chain)}
    for row in rows:
        place = places[row["block_hash"]]
        now = {
            "height": place.height,
            "height_basis": place.basis,
            "on_best_chain": place.on_best_chain,
        }
        if any(row[name] != value for name, value in now.items()):
            changed.append({**row, **now})
        name = {"chain": chain, "block_hash": row["block_hash"]}
        if row["on_best_chain"] and not place.on_best_chain:
            displaced.append({**name, "source_sha256": source_sha256})
        elif place.on_best_chain and row["block_hash"] in once:
            store.delete("displaced_blocks", **name)
    store.insert("blocks", changed, replace=True)
    store.insert("displaced_blocks", displaced, replace=True)


@lru_cache(maxsize=1 << 16)
def derive_address(script: bytes, chain: Chain, network: Network) -> str | None:
    """The address that a script pays, where it has one; remembers the last ones."""
    return address_from_script(script, chain, network)


def _marks(transaction: WireTransaction, *, proven: bool) -> list[bytes]:
    """The marks of each input, as they are kept; a coinbase signs nothing."""
    if transaction.is_coinbase:
        return [b""]
    if proven:
        return [spent.signatures for spent in transaction.inputs]
    return [as_claimed(spent.signatures) for spent in transaction.inputs]


def _coinbase_height(block: WireBlock, request: Request) -> int | None:
    return binding_coinbase_height(
        parse_coinbase_height(block.transactions[0].inputs[0].script),
        block.header.version,
        block.header.mined_at_unix,
        request.parameters.networks[request.network],
    )


def _next_id(store: Store, table: str, column: str) -> int:
    largest = store.largest(table, column)
    return 0 if largest is None else largest + 1
