"""The rows behind the case ledger, and the questions that can be asked of them."""

from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol

from chainlead.ledger.history_server import HISTORY_FORMS
from chainlead.ledger.verified import Verified
from chainlead.store import Row, Store


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
    signatures: bytes


class BlockRow(NamedTuple):
    """A block's place in the chain."""

    block_id: int
    block_hash: bytes
    height: int | None
    mined_at_unix: int
    on_best_chain: bool


class ClaimedPlace(NamedTuple):
    """The block that a source says a transaction is in; `witness` is who says so."""

    height: int
    block_hash: bytes | None
    mined_at_unix: int | None
    verified: Verified = Verified.SINGLE_SOURCE
    witness: str = ""

    def agrees_with(self, other: "ClaimedPlace") -> bool:
        """Whether both can be true; what one of them leaves open contradicts nothing."""
        return all(
            a is None or b is None or a == b for a, b in zip(self[:3], other[:3], strict=True)
        )


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


def load_blocks(store: Store, chain: str) -> dict[int, BlockRow]:
    """All blocks of the chain by their dense id."""
    columns = ("block_id", "block_hash", "height", "mined_at_unix", "on_best_chain")
    rows = store.rows("blocks", columns=columns, chain=chain)
    return {row["block_id"]: BlockRow(*(row[name] for name in columns)) for row in rows}


def load_claimed_places(
    store: Store, on_best_chain: Callable[[int, bytes], bool] = lambda _height, _hash: False
) -> dict[int, ClaimedPlace | None]:
    """The claimed place of each transaction, by dense id; None where sources contradict each other.

    A place that is proved up to the best chain stands against claims that are not.

    Args:
        store: the case's.
        on_best_chain: whether a block of this hash is known to be the chain's at this height.
    """
    found: dict[int, ClaimedPlace | None] = {}
    for tx_id, places in load_all_claimed_places(store, on_best_chain).items():
        best = [place for place in places if place.verified is Verified.ON_BEST_CHAIN] or places
        agreed = all(place.agrees_with(other) for place in best for other in best)
        found[tx_id] = _together(best) if agreed else None
    return found


def load_all_claimed_places(
    store: Store, on_best_chain: Callable[[int, bytes], bool]
) -> dict[int, list[ClaimedPlace]]:
    """Every source's place of each transaction, with how far each is proved."""
    found: dict[int, list[ClaimedPlace]] = {}
    witnesses = _witnesses(store)
    for row in store.rows("claimed_places"):
        level, height, block_hash = Verified(row["verified"]), row["height"], row["block_hash"]
        if level is Verified.IN_BLOCK and block_hash and on_best_chain(height, block_hash):
            level = Verified.ON_BEST_CHAIN
        witness = witnesses.get(row["source_sha256"], "")
        place = ClaimedPlace(height, block_hash, row["mined_at_unix"], level, witness)
        found.setdefault(row["tx_id"], []).append(place)
    return found


def _witnesses(store: Store) -> dict[str, str]:
    """Who speaks in each source: its host for a server's answers, else the file itself."""
    rows = store.rows("ledger_sources", columns=("sha256", "form", "name"))
    return {
        row["sha256"]: row["name"].partition(" ")[0]
        if row["form"] in HISTORY_FORMS
        else row["sha256"]
        for row in rows
    }


def _together(places: list[ClaimedPlace]) -> ClaimedPlace:
    """What places that agree say together."""
    levels = [place.verified for place in places]
    several = len({place.witness for place in places}) > 1  # one server asked twice is one
    if several and set(levels) == {Verified.SINGLE_SOURCE}:
        levels = [Verified.TWO_SOURCES]
    order = list(Verified)
    fullest = max(places, key=lambda place: sum(part is not None for part in place[:3]))
    return fullest._replace(verified=max(levels, key=order.index))


def load_claimed_outputs(store: Store, chain: str) -> dict[tuple[bytes, int], OutputRow | None]:
    """The claimed outputs by outpoint; None where sources contradict each other."""
    found: dict[tuple[bytes, int], OutputRow | None] = {}
    for row in store.rows("claimed_outputs", chain=chain):
        output = OutputRow(row["amount_units"], row["script"], row["address"])
        outpoint = (row["txid"], row["output_index"])
        found[outpoint] = output if found.get(outpoint, output) == output else None
    return found


def transaction_row(row: Row) -> TransactionRow:
    """The record of a row of `transactions`."""
    return TransactionRow(
        row["tx_id"], row["txid"], row["is_coinbase"], row["version"], row["locktime"]
    )


def input_row(row: Row) -> InputRow:
    """The record of a row of `inputs`."""
    return InputRow(row["previous_txid"], row["previous_index"], row["sequence"], row["signatures"])
