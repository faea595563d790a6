"""Ledger rows read once and held in memory: fast, for ledgers that fit."""

from collections.abc import Iterable

from chainlead.ledger.rows import InputRow, OutputRow, TransactionRow, input_row, transaction_row
from chainlead.store import Store


class RowsInMemory:
    """Everything read once; answers from dictionaries."""

    def __init__(self, store: Store, chain: str) -> None:
        """Read the chain's tables."""
        self._by_id = {
            row.tx_id: row for row in map(transaction_row, store.rows("transactions", chain=chain))
        }
        self._by_txid = {row.txid: row for row in self._by_id.values()}
        outputs: dict[int, list[OutputRow]] = {tx_id: [] for tx_id in self._by_id}
        paying: dict[str, list[tuple[int, int]]] = {}
        for row in store.rows("outputs"):
            tx_id, address = row["tx_id"], row["address"]
            if tx_id in outputs:
                if address is not None:
                    paying.setdefault(address, []).append((tx_id, len(outputs[tx_id])))
                outputs[tx_id].append(OutputRow(row["amount_units"], row["script"], address))
        inputs: dict[int, list[InputRow]] = {tx_id: [] for tx_id in self._by_id}
        spenders: dict[tuple[bytes, int], list[int]] = {}
        for row in store.rows("inputs"):
            tx_id = row["tx_id"]
            if tx_id in inputs:
                spent = input_row(row)
                inputs[tx_id].append(spent)
                spenders.setdefault((spent.previous_txid, spent.previous_index), []).append(tx_id)
        placements: dict[int, list[tuple[int, int]]] = {}
        for row in store.rows("placements"):
            if row["tx_id"] in self._by_id:
                place = (row["block_id"], row["block_index"])
                placements.setdefault(row["tx_id"], []).append(place)
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
