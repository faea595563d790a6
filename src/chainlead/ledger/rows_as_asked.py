"""Ledger rows one by one at first, and from memory once enough was asked of a small ledger."""

from collections.abc import Iterable

from chainlead.ledger.rows import InputRow, LedgerRows, OutputRow, TransactionRow
from chainlead.ledger.rows_in_memory import RowsInMemory
from chainlead.ledger.rows_in_store import RowsInStore
from chainlead.store import Store

SMALL_LEDGER_OUTPUTS = 1_000_000
PATIENCE_QUESTIONS = 2_000


class RowsAsAsked:
    """Asks the store at first; after many questions reads a small ledger into memory."""

    def __init__(self, store: Store, chain: str, *, small: int, patience: int) -> None:
        """Read all after `patience` questions if the ledger has at most `small` outputs."""
        self._store = store
        self._chain = chain
        self._rows: LedgerRows = RowsInStore(store, chain)
        self._may_load = store.count("outputs") <= small
        self._questions_left = patience

    def _asked(self, questions: int = 1) -> LedgerRows:
        self._questions_left -= questions
        if self._questions_left < 0 and self._may_load:
            self._may_load = False
            self._rows = RowsInMemory(self._store, self._chain)
        return self._rows

    def by_txid(self, txid: bytes) -> TransactionRow | None:
        """The transaction with this id."""
        return self._asked().by_txid(txid)

    def by_id(self, tx_id: int) -> TransactionRow | None:
        """The transaction with this dense id."""
        return self._asked().by_id(tx_id)

    def ids(self) -> Iterable[int]:
        """All dense ids of the chain; who asks for them will ask for everything."""
        return self._asked(self._questions_left + 1).ids()

    def outputs(self, tx_id: int) -> tuple[OutputRow, ...]:
        """Outputs in their order."""
        return self._asked().outputs(tx_id)

    def inputs(self, tx_id: int) -> tuple[InputRow, ...]:
        """Inputs in their order."""
        return self._asked().inputs(tx_id)

    def placements(self, tx_id: int) -> tuple[tuple[int, int], ...]:
        """The blocks that hold it: block id and place in the block."""
        return self._asked().placements(tx_id)

    def spenders(self, txid: bytes, output_index: int) -> tuple[int, ...]:
        """All known transactions that spend this output."""
        return self._asked().spenders(txid, output_index)

    def paying(self, address: str) -> tuple[tuple[int, int], ...]:
        """All known outputs to this address: dense id and output index."""
        return self._asked().paying(address)
