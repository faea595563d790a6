"""Ledger rows read once and held in memory: fast, for ledgers that fit."""

from collections.abc import Iterable

from chainlead.ledger.rows import InputRow, OutputRow, TransactionRow
from chainlead.store import Store, long_pass


class RowsInMemory:
    """Everything read once; answers from dictionaries."""

    def __init__(self, store: Store, chain: str) -> None:
        """Read the chain's tables."""
        with long_pass():
            self._load(store, chain)

    def _load(self, store: Store, chain: str) -> None:
        columns = TransactionRow._fields
        self._by_id = {
            made[0]: TransactionRow(*made)
            for made in store.tuples("transactions", columns, chain=chain)
        }
        self._by_txid = {row.txid: row for row in self._by_id.values()}
        outputs: dict[int, list[OutputRow]] = {tx_id: [] for tx_id in self._by_id}
        paying: dict[str, list[tuple[int, int]]] = {}
        for tx_id, *made in store.tuples("outputs", ("tx_id", *OutputRow._fields)):
            known = outputs.get(tx_id)
            if known is not None:
                output = OutputRow(*made)
                if output.address is not None:
                    paying.setdefault(output.address, []).append((tx_id, len(known)))
                known.append(output)
        inputs: dict[int, list[InputRow]] = {tx_id: [] for tx_id in self._by_id}
        spenders: dict[tuple[bytes, int], list[int]] = {}
        for tx_id, *made in store.tuples("inputs", ("tx_id", *InputRow._fields)):
            before = inputs.get(tx_id)
            if before is not None:
                spent = InputRow(*made)
                before.append(spent)
                spenders.setdefault((spent.previous_txid, spent.previous_index), []).append(tx_id)
        placements: dict[int, list[tuple[int, int]]] = {}
        places = store.tuples("placements", ("tx_id", "block_id", "block_index"))
        for tx_id, block_id, block_index in places:
            if tx_id in self._by_id:
                placements.setdefault(tx_id, []).append((block_id, block_index))
        self._outputs, self._inputs = outputs, inputs
        self._spenders, self._paying, self._placements = spenders, paying, placements

    def by_txid(self, txid: bytes) -> TransactionRow | None:
        """The transaction with this id."""
        return self._by_txid.get(txid)

    def by_id(self, tx_id: int) -> TransactionRow | None:
        """The transaction with this dense id."""
        return self._by_id.get(tx_id)

    def ids(self) -> Iterable[int]:
        """All dense ids of the chain."""
        return self._by_id

    def outputs(self, tx_id: int) -> tuple[OutputRow, ...]:
        """Outputs in their order."""
        return tuple(self._outputs.get(tx_id, ()))

    def inputs(self, tx_id: int) -> tuple[InputRow, ...]:
        """Inputs in their order."""
        return tuple(self._inputs.get(tx_id, ()))

    def placements(self, tx_id: int) -> tuple[tuple[int, int], ...]:
        """The blocks that hold it: block id and place in the block."""
        return tuple(self._placements.get(tx_id, ()))

    def spenders(self, txid: bytes, output_index: int) -> tuple[int, ...]:
        """All known transactions that spend this output."""
        return tuple(self._spenders.get((txid, output_index), ()))

    def paying(self, address: str) -> tuple[tuple[int, int], ...]:
        """All known outputs to this address: dense id and output index."""
        return tuple(self._paying.get(address, ()))
