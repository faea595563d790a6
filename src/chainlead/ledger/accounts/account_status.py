"""What a case holds of an account ledger, and how far each part of it was checked."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from chainlead.ledger.accounts.account_source import Verified
from chainlead.ledger.accounts.case_accounts import CaseAccounts
from chainlead.ledger.status import HeightGap, derive_gaps
from chainlead.ledger.transaction import Pin
from chainlead.model import Chain, Network
from chainlead.store import Row, Store

DISAGREES = "another source tells it differently"
"""How the note of a transaction begins or ends of which two sources tell different things."""


@dataclass(frozen=True, slots=True)
class AccountStatus:
    """Figures about one account ledger of a case.

    Attributes:
        blocks: known blocks or ledgers; of them `whole_blocks` came with all their transactions.
        gaps: missing heights between the lowest and the highest known block.
        rivals: heights of which more than one block is known.
        transactions: how many reach each word of `Verified`, from most to least; `block_levels` the
            same of blocks.
        failed: transactions that moved nothing; `unsure` where no source says whether they did.
        unknown_inner: transactions whose transfers inside contracts nobody told: unknown, not zero.
        disagreements: transactions of which two sources tell different things.
        doubts: blocks that do not follow the known ones before them, and what a history service said
            that the node's blocks do not bear out.
    """

    chain: Chain
    network: Network
    pin: Pin
    sources: int
    refusals: int
    skipped_ranges: int
    blocks: int
    whole_blocks: int
    heights: tuple[int, int] | None
    gaps: tuple[HeightGap, ...]
    rivals: tuple[int, ...]
    block_levels: Mapping[Verified, int]
    transactions: Mapping[Verified, int]
    failed: int
    unsure: int
    unknown_inner: int
    disagreements: tuple[str, ...]
    doubts: tuple[str, ...] = ()


def derive_account_status(store: Store, chain: Chain) -> AccountStatus:
    """Count what the tables hold of this chain."""
    pin = CaseAccounts(store, chain).pin
    blocks = list(store.rows("account_blocks", chain=chain.value))
    at = Counter(row["height"] for row in blocks)
    heights = sorted(at)
    levels: Counter[str] = Counter()
    unknown_inner = failed = unsure = 0
    disagreements = []
    for row in store.rows("account_transactions", chain=chain.value):
        levels[row["verified"]] += 1
        unknown_inner += not row["sees_internal"]
        failed += row["is_successful"] is False
        unsure += row["is_successful"] is None
        if DISAGREES in row["note"]:
            disagreements.append(row["txid"])
    sources = list(store.rows("ledger_sources", chain=chain.value))
    return AccountStatus(
        chain=chain,
        network=pin.network,
        pin=pin,
        sources=len(sources),
        refusals=store.count("ledger_refusals", chain=chain.value),
        skipped_ranges=sum(len(row["summary"].get("skipped", ())) for row in sources),
        blocks=len(blocks),
        whole_blocks=sum(row["is_whole"] for row in blocks),
        heights=(heights[0], heights[-1]) if heights else None,
        gaps=tuple(gap for gap in derive_gaps(heights) if gap.last > heights[0]),
        rivals=tuple(height for height in heights if at[height] > 1),
        block_levels=_by_level(Counter(row["verified"] for row in blocks)),
        transactions=_by_level(levels),
        failed=failed,
        unsure=unsure,
        unknown_inner=unknown_inner,
        disagreements=tuple(sorted(disagreements)),
        doubts=tuple(
            dict.fromkeys(
                (
                    *_broken_links(blocks),
                    *(row["words"] for row in _doubts(store, chain)),
                )
            )
        ),
    )


def _broken_links(blocks: Sequence[Row]) -> Iterator[str]:
    """Blocks whose parent is none of those that are known one height below."""
    known: dict[int, set[str]] = {}
    for row in blocks:
        known.setdefault(row["height"], set()).add(row["block_hash"])
    for row in sorted(blocks, key=lambda row: (row["height"], row["block_hash"])):
        below = known.get(row["height"] - 1)
        if below and row["parent_hash"] not in below:
            yield (
                f"Block {row['block_hash']} at height {row['height']} does not follow the known block "
                f"at height {row['height'] - 1}: one of them is not of this chain."
            )


def _doubts(store: Store, chain: Chain) -> list[Row]:
    rows = store.rows("account_doubts", chain=chain.value)
    return sorted(rows, key=lambda row: (row["journal_seq"], row["number"]))


def _by_level(counted: Mapping[str, int]) -> dict[Verified, int]:
    return {level: counted[level.value] for level in reversed(Verified) if counted.get(level.value)}
