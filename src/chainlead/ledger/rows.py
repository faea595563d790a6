"""The rows behind the case ledger: all in memory while the ledger is small, else one by one."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from chainlead.store import Store

SMALL_LEDGER_OUTPUTS = 1_000_000
_REMEMBERED = 1 << 17


class TransactionRow(NamedTuple):
    """A transaction without its sides."""

    tx_id: int
    txid: bytes
    is_coinbase: bool
    version: int
    locktime: int


class OutputRow(NamedTuple):
    """An output of a known transaction, or one that a source claims."""

    amount_units: int
    script: bytes
    address: str | None


class InputRow(NamedTuple):
    """What an input spends."""

    previous_txid: bytes
    previous_index: int
    sequence: int


class BlockRow(NamedTuple):
    """A block's place in the chain."""

    block_id: int
    block_hash: bytes
    height: int | None
    mined_at_unix: int
    on_best_chain: bool


class ClaimedPlace(NamedTuple):
    """The block that a source says a transaction is in."""

    height: int
    block_hash: bytes | None
    mined_at_unix: int | None


class LedgerRows(Protocol):
    """Questions about the rows of one chain."""

    def by_txid(self, txid: bytes) -> TransactionRow | None: ...
    def by_id(self, tx_id: int) -> TransactionRow | None: ...
    def ids(self) -> Iterable[int]: ...
    def outputs(self, tx_id: int) -> tuple[OutputRow, ...]: ...
    def inputs(self, tx_id: int) -> tuple[InputRow, ...]: ...
    def placements(self, tx_id: int) -> tuple[tuple[int, int], ...]: ...
    def spenders(self, txid: bytes, output_index: int) -> tuple[int, ...]: ...
    def paying(self, address: str) -> tuple[tuple[int, int], ...]: ...


class RowsInMemory:
    """Everything read once; answers from dictionaries."""

    def __init__(self, store: Store, chain: str) -> None:
        """Read the chain's tables."""
        self._by_id = {
            row.tx_id: row for row in map(_transaction, store.rows("transactions", chain=chain))
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
                spent = _input(row)
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

    def _load_by_txid(self, txid: bytes) -> TransactionRow | None:
        row = self._store.lookup("transactions", chain=self._chain, txid=txid)
        return None if row is None else _transaction(row)

    def _load_by_id(self, tx_id: int) -> TransactionRow | None:
        row = self._store.lookup("transactions", chain=self._chain, tx_id=tx_id)
        return None if row is None else _transaction(row)

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
        return tuple(_input(row) for row in self._store.rows("inputs", tx_id=tx_id))

    def placements(self, tx_id: int) -> tuple[tuple[int, int], ...]:
        """The blocks that hold it: block id and place in the block."""
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


def load_rows(store: Store, chain: str, *, small: int = SMALL_LEDGER_OUTPUTS) -> LedgerRows:
    """The rows of a chain: in memory if the ledger has at most `small` outputs."""
    if store.count("outputs") <= small:
        return RowsInMemory(store, chain)
    return RowsInStore(store, chain)


def load_blocks(store: Store, chain: str) -> dict[int, BlockRow]:
    """All blocks of the chain by their dense id."""
    columns = ("block_id", "block_hash", "height", "mined_at_unix", "on_best_chain")
    rows = store.rows("blocks", columns=columns, chain=chain)
    return {row["block_id"]: BlockRow(*(row[name] for name in columns)) for row in rows}


def load_claimed_places(store: Store) -> dict[int, ClaimedPlace | None]:
    """The claimed place of each transaction, by dense id; None where sources contradict each other."""
    found: dict[int, ClaimedPlace | None] = {}
    for row in store.rows("claimed_places"):
        place = ClaimedPlace(row["height"], row["block_hash"], row["mined_at_unix"])
        tx_id = row["tx_id"]
        found[tx_id] = place if found.get(tx_id, place) == place else None
    return found


def load_claimed_outputs(store: Store, chain: str) -> dict[tuple[bytes, int], OutputRow | None]:
    """The claimed outputs by outpoint; None where sources contradict each other."""
    found: dict[tuple[bytes, int], OutputRow | None] = {}
    for row in store.rows("claimed_outputs", chain=chain):
        output = OutputRow(row["amount_units"], row["script"], row["address"])
        outpoint = (row["txid"], row["output_index"])
        found[outpoint] = output if found.get(outpoint, output) == output else None
    return found


def _transaction(row: dict[str, Any]) -> TransactionRow:
    return TransactionRow(
        row["tx_id"], row["txid"], row["is_coinbase"], row["version"], row["locktime"]
    )


def _input(row: dict[str, Any]) -> InputRow:
    return InputRow(row["previous_txid"], row["previous_index"], row["sequence"])
