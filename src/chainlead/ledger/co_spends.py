"""Which transactions spend from several addresses, read in one pass over columns.

For questions about clusters: no transaction is built, and from a hundred thousand only those that
lie near an address are asked for later. An input whose previous output is not known, or has no
address, is left out, as in `CaseLedger`; so are transactions that only blocks off the best chain hold.
"""

from array import array
from collections.abc import Collection, Iterator

from chainlead.ledger.rows import load_blocks, load_claimed_outputs
from chainlead.model import Chain, Txid
from chainlead.store import Store, long_pass


class CoSpends:
    """Addresses and the transactions that spend from at least two of them."""

    def __init__(self, store: Store, chain: Chain) -> None:
        """Read the tables of one chain; they must not change while this object is in use."""
        self._names: list[str] = []
        self._number: dict[str, int] = {}
        self._parent = array("L")
        self._txids: list[bytes] = []
        self._one_member = array("L")
        self._places: dict[int, list[int]] = {}
        self._numbers: dict[int, list[int]] = {}
        with long_pass():
            for txid, addresses in _spending_together(store, chain.value):
                self._add(txid, addresses)
        for place, member in enumerate(self._one_member):
            self._places.setdefault(self._find(member), []).append(place)
        for number in range(len(self._names)):
            self._numbers.setdefault(self._find(number), []).append(number)

    def __len__(self) -> int:
        """How many transactions spend from several addresses."""
        return len(self._txids)

    def __contains__(self, address: str) -> bool:
        """Whether this address was ever spent from together with another one."""
        return address in self._number

    @property
    def addresses(self) -> Collection[str]:
        """Every address that was spent from together with another one."""
        return self._number.keys()

    def group_of(self, address: str) -> int | None:
        """A number for everything that chains of such transactions reach from the address.

        No rule and no gate is applied: whatever clusters there are, they lie inside one group.
        """
        number = self._number.get(address)
        return None if number is None else self._find(number)

    def transactions_of(self, group: int) -> tuple[Txid, ...]:
        """The transactions inside one group."""
        return tuple(Txid(self._txids[place]) for place in self._places.get(group, ()))

    def addresses_of(self, group: int) -> tuple[str, ...]:
        """The addresses inside one group."""
        return tuple(self._names[number] for number in self._numbers.get(group, ()))

    def transactions(self) -> Iterator[Txid]:
        """All transactions that spend from several addresses."""
        return map(Txid, self._txids)

    def _add(self, txid: bytes, addresses: set[str]) -> None:
        roots = {self._find(self._numbered(address)) for address in sorted(addresses)}
        first = min(roots)
        for root in roots:
            self._parent[root] = first
        self._one_member.append(first)
        self._txids.append(txid)

    def _numbered(self, address: str) -> int:
        number = self._number.get(address)
        if number is None:
            number = self._number[address] = len(self._names)
            self._names.append(address)
            self._parent.append(number)
        return number

    def _find(self, number: int) -> int:
        parent = self._parent
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number


def _spending_together(store: Store, chain: str) -> Iterator[tuple[bytes, set[str]]]:
    """Each transaction with the addresses that it spends from, where they are several."""
    ids: dict[bytes, int] = {}
    txids: dict[int, bytes] = {}
    columns = ("tx_id", "txid", "is_coinbase")
    for tx_id, txid, is_coinbase in store.tuples("transactions", columns, chain=chain):
        ids[txid] = tx_id
        if not is_coinbase:
            txids[tx_id] = txid
    for tx_id in _stale(store, chain):
        txids.pop(tx_id, None)
    addresses, starts = _addresses(store)
    claimed = {
        outpoint: output.address
        for outpoint, output in load_claimed_outputs(store, chain).items()
        if output is not None and outpoint[0] not in ids
    }
    spender, together = -1, set[str]()
    for tx_id, previous, index in store.tuples(
        "inputs", ("tx_id", "previous_txid", "previous_index")
    ):
        if tx_id != spender:
            if len(together) > 1:
                yield txids[spender], together
            spender, together = tx_id, set()
        if tx_id not in txids:
            continue
        maker = ids.get(previous)
        if maker is None:
            address = claimed.get((previous, index))
        else:
            start, end = starts.get(maker, (0, 0))
            address = addresses[start + index] if start + index < end else None
        if address is not None:
            together.add(address)
    if len(together) > 1:
        yield txids[spender], together


def _addresses(store: Store) -> tuple[list[str | None], dict[int, tuple[int, int]]]:
    """The address of each output in order, and where each transaction's outputs begin and end."""
    addresses: list[str | None] = []
    starts: dict[int, tuple[int, int]] = {}
    maker, start = -1, 0
    for tx_id, address in store.tuples("outputs", ("tx_id", "address")):
        if tx_id != maker:
            starts[maker] = (start, len(addresses))
            maker, start = tx_id, len(addresses)
        addresses.append(address)
    starts[maker] = (start, len(addresses))
    return addresses, starts


def _stale(store: Store, chain: str) -> set[int]:
    """Transactions that blocks hold, but none on the best chain."""
    blocks = load_blocks(store, chain)
    if all(block.on_best_chain for block in blocks.values()):
        return set()
    stale: set[int] = set()
    live: set[int] = set()
    for block_id, tx_id in store.tuples("placements", ("block_id", "tx_id")):
        if block_id in blocks:
            (live if blocks[block_id].on_best_chain else stale).add(tx_id)
    return stale - live
