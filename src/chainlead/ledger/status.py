"""What a case's ledger holds, and what it does not: gaps and unknown spent outputs."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from chainlead.ledger.anchors import load_anchors
from chainlead.ledger.block_levels import BlockLevel, derive_block_levels
from chainlead.ledger.doubts import derive_doubts
from chainlead.ledger.rows import load_blocks, load_claimed_outputs, load_claimed_places
from chainlead.ledger.transaction import Pin
from chainlead.ledger.verified import Verified
from chainlead.model import BlockHash, Chain, Network, Outpoint, Txid
from chainlead.store import Row, Store


@dataclass(frozen=True, slots=True)
class HeightGap:
    """Heights, both included, of which no block is known, below the highest known block."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class LostBlock:
    """A block that was on the best chain of the case and is not any more.

    Attributes:
        since_act: number of the journal entry whose blocks took its place.
        txids: its transactions that no block of the best chain holds now.
    """

    block_hash: BlockHash
    height: int | None
    since_act: int
    txids: tuple[Txid, ...]


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
        contradictions: claims left unused because sources contradict each other; they are
            `contradicted_places` (of transactions) and `contradicted_outputs`.
        levels: how many blocks reach each level of `BlockLevel`.
        whole_transactions: transactions in a whole block of the best chain; `claimed_transactions`
            are outside known blocks, and a source names a place.
        lost: blocks that left the best chain, with the transactions that lost their place by it.
        place_levels: how far the places of `claimed_transactions` are proved, how many of each.
        doubts: what speaks against the servers that facts came from, each a sentence.
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
    levels: tuple[tuple[BlockLevel, int], ...] = ()
    whole_transactions: int = 0
    claimed_transactions: int = 0
    contradicted_places: tuple[Txid, ...] = ()
    contradicted_outputs: tuple[Outpoint, ...] = ()
    lost: tuple[LostBlock, ...] = ()
    place_levels: tuple[tuple[Verified, int], ...] = ()
    doubts: tuple[str, ...] = ()


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
    best = {block.block_id for block in blocks if block.on_best_chain}
    placed: set[int] = set()
    whole: set[int] = set()
    for block_id, tx_id in store.tuples("placements", ("block_id", "tx_id")):
        placed.add(tx_id)
        if block_id in best:
            whole.add(tx_id)
    unknown, claimed = _previous_counts(store, chain, ids)
    anchors = load_anchors(store, pin.chain, pin.network, blocks)
    found = load_claimed_places(store, anchors.holds)
    places = {key: place for key, place in found.items() if key in ids}
    proved = Counter(place.verified for key, place in places.items() if place and key not in placed)
    outputs = load_claimed_outputs(store, chain)
    levels = Counter(derive_block_levels(store, pin.chain, pin.network).values())
    return ChainStatus(
        chain=pin.chain,
        network=pin.network,
        pin=pin,
        sources=len(sources),
        refusals=store.count("ledger_refusals", chain=chain),
        skipped_ranges=sum(len(row["summary"].get("skipped", ())) for row in sources),
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
        levels=tuple((level, levels[level]) for level in BlockLevel if levels[level]),
        whole_transactions=len(whole & ids.keys()),
        claimed_transactions=sum(
            place is not None and key not in placed for key, place in places.items()
        ),
        contradicted_places=tuple(
            sorted(
                (Txid(ids[key]["txid"]) for key, place in places.items() if place is None),
                key=lambda txid: txid.display,
            )
        ),
        contradicted_outputs=tuple(
            Outpoint(Txid(txid), index)
            for (txid, index), output in sorted(outputs.items())
            if output is None
        ),
        lost=tuple(_lost_blocks(store, chain, ids, whole)),
        place_levels=tuple((level, proved[level]) for level in Verified if proved[level]),
        doubts=derive_doubts(store, chain, anchors),
    )


def _lost_blocks(
    store: Store, chain: str, ids: dict[int, Row], whole: set[int]
) -> Iterator[LostBlock]:
    """In order of height; asks only about the blocks that were displaced."""
    displaced = {
        row["block_hash"]: row["source_sha256"]
        for row in store.rows("displaced_blocks", chain=chain)
    }
    acts = {row["sha256"]: row["journal_seq"] for row in store.rows("ledger_sources", chain=chain)}
    found = [store.lookup("blocks", chain=chain, block_hash=name) for name in displaced]
    for block in sorted(
        (row for row in found if row is not None),
        key=lambda row: (row["height"] is None, row["height"] or 0, row["block_hash"]),
    ):
        held = store.rows("placements", order_by=("block_index",), block_id=block["block_id"])
        yield LostBlock(
            BlockHash(block["block_hash"]),
            block["height"],
            acts[displaced[block["block_hash"]]],
            tuple(Txid(ids[row["tx_id"]]["txid"]) for row in held if row["tx_id"] not in whole),
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


def _previous_counts(store: Store, chain: str, ids: dict[int, Row]) -> tuple[int, int]:
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
