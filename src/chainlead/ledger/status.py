"""What a case's ledger holds, and what it does not: gaps and unknown spent outputs."""

from dataclasses import dataclass

from chainlead.ledger.rows import load_blocks, load_claimed_outputs, load_claimed_places
from chainlead.ledger.transaction import Pin
from chainlead.model import BlockHash, Chain, Network
from chainlead.store import Store


@dataclass(frozen=True, slots=True)
class HeightGap:
    """Heights, both included, of which no block is known, below the highest known block."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class ChainStatus:
    """Figures about one chain of a case.

    Attributes:
        blocks: known blocks; of them `stale_blocks` lie off the best chain and
            `unplaced_blocks` have no known height.
        transactions: known transactions; `loose_transactions` are in no known block.
        missing_parents: blocks that a known block names as its parent and that are not known.
        unknown_previous: inputs whose spent output is not known from any source; `claimed_previous`
            those that only a source of histories tells.
        contradictions: claims left unused because sources contradict each other.
    """

    chain: Chain
    network: Network
    pin: Pin
    sources: int
    refusals: int
    skipped_ranges: int
    blocks: int
    stale_blocks: int
    unplaced_blocks: int
    transactions: int
    loose_transactions: int
    heights: tuple[int, int] | None
    gaps: tuple[HeightGap, ...]
    missing_parents: tuple[BlockHash, ...]
    unknown_previous: int
    claimed_previous: int
    contradictions: int


def derive_status(store: Store, pin: Pin) -> ChainStatus:
    """Count what the tables hold of the pin's chain."""
    chain = pin.chain.value
    blocks = load_blocks(store, chain).values()
    hashes = {block.block_hash for block in blocks}
    previous = {
        row["previous_hash"]
        for row in store.rows("blocks", columns=("previous_hash",), chain=chain)
    }
    heights = sorted({b.height for b in blocks if b.height is not None and b.on_best_chain})
    sources = list(store.rows("ledger_sources", chain=chain))
    ids = {row["tx_id"]: row for row in store.rows("transactions", chain=chain)}
    placed = {
        row["tx_id"] for row in store.rows("placements", columns=("tx_id",), order_by=("tx_id",))
    }
    unknown, claimed = _previous_counts(store, chain, ids)
    places = load_claimed_places(store)
    outputs = load_claimed_outputs(store, chain)
    return ChainStatus(
        chain=pin.chain,
        network=pin.network,
        pin=pin,
        sources=len(sources),
        refusals=store.count("ledger_refusals", chain=chain),
        skipped_ranges=sum(len(row["summary"]["skipped"]) for row in sources),
        blocks=len(blocks),
        stale_blocks=sum(not block.on_best_chain for block in blocks),
        unplaced_blocks=sum(block.height is None for block in blocks),
        transactions=len(ids),
        loose_transactions=len(ids.keys() - placed),
        heights=(heights[0], heights[-1]) if heights else None,
        gaps=derive_gaps(heights),
        missing_parents=tuple(
            BlockHash(parent) for parent in sorted(previous - hashes - {bytes(32)})
        ),
        unknown_previous=unknown,
        claimed_previous=claimed,
        contradictions=sum(p is None for p in places.values())
        + sum(o is None for o in outputs.values()),
    )


def derive_gaps(heights: list[int]) -> tuple[HeightGap, ...]:
    """The runs of missing heights from 0 to the highest of these sorted heights."""
    gaps = []
    expected = 0
    for height in heights:
        if height > expected:
            gaps.append(HeightGap(expected, height - 1))
        expected = height + 1
    return tuple(gaps)


def _previous_counts(
    store: Store, chain: str, ids: dict[int, dict[str, object]]
) -> tuple[int, int]:
    txids = {row["txid"] for row in ids.values()}
    claims = load_claimed_outputs(store, chain)
    unknown = claimed = 0
    columns = ("tx_id", "previous_txid", "previous_index")
    for row in store.rows("inputs", columns=columns):
        if (
            row["tx_id"] not in ids
            or ids[row["tx_id"]]["is_coinbase"]
            or row["previous_txid"] in txids
        ):
            continue
        if claims.get((row["previous_txid"], row["previous_index"])) is not None:
            claimed += 1
        else:
            unknown += 1
    return unknown, claimed
