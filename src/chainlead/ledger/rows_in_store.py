"""Ledger rows asked one by one: slow, for ledgers of any size. The last answers are remembered."""

from collections.abc import Iterable
from functools import lru_cache

from chainlead.ledger.rows import InputRow, OutputRow, TransactionRow, input_row, transaction_row
from chainlead.store import Store

_REMEMBERED = 1 << 17


class RowsInStore:
    """Asks the store each time and remembers the last answers."""

    def __init__(self, store: Store, chain: str) -> None:
        """Answer for this chain."""
        self._store = store
        self._chain = chain
        self.by_txid = lru_cache(_REMEMBERED)(self._load_by_txid)
        self.by_id = lru_cache(_REMEMBERED)(self._load_by_id)
        self.outputs = lru_cache(_REMEMBERED)(self._load_outputs)
        self.inputs = lru_cache(_REMEMBERED)(self._load_inputs)
        self.placements = lru_cache(_REMEMBERED)(self._load_placements)

    def _load_by_txid(self, txid: bytes) -> TransactionRow | None:
        row = self._store.lookup("transactions", chain=self._chain, txid=txid)
        return None if row is None else transaction_row(row)

    def _load_by_id(self, tx_id: int) -> TransactionRow | None:
        row = self._store.lookup("transactions", chain=self._chain, tx_id=tx_id)
        return None if row is None else transaction_row(row)

    def ids(self) -> Iterable[int]:
        """All dense ids of the chain."""
        rows = self._store.rows("transactions", columns=("tx_id",), chain=self._chain)
        return [row["tx_id"] for row in rows]

    def _load_outputs(self, tx_id: int) -> tuple[OutputRow, ...]:
        return tuple(
            OutputRow(row["amount_units"], row["script"], row["address"])
            for row in self._store.rows("outputs", tx_id=tx_id)
        )

    def _load_inputs(self, tx_id: int) -> tuple[InputRow, ...]:
        return tuple(input_row(row) for row in self._store.rows("inputs", tx_id=tx_id))

    def _load_placements(self, tx_id: int) -> tuple[tuple[int, int], ...]:
        rows = self._store.rows("placements", tx_id=tx_id)
        return tuple((row["block_id"], row["block_index"]) for row in rows)

    def spenders(self, txid: bytes, output_index: int) -> tuple[int, ...]:
        """All known transactions that spend this output."""
        rows = self._store.rows("inputs", previous_txid=txid, previous_index=output_index)
        found = tuple(row["tx_id"] for row in rows)
        return tuple(tx_id for tx_id in found if self.by_id(tx_id) is not None)

    def paying(self, address: str) -> tuple[tuple[int, int], ...]:
        """All known outputs to this address: dense id and output index."""
        rows = self._store.rows("outputs", address=address)
        found = tuple((row["tx_id"], row["output_index"]) for row in rows)
        return tuple(pair for pair in found if self.by_id(pair[0]) is not None)
