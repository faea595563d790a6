"""Heights and best chain of known blocks, from their links, their work and their coinbases.

The answer depends on the set of blocks only, never on the order in which they came.

1. Blocks that are linked form a group; its root is the block whose parent is not known.
2. A root that follows no block is height 0, one that follows the network's first block is 1.
   Any other group takes its heights from a coinbase that must carry its height (BIP-34); where
   several do, they must agree. Else the heights of the group are unknown.
3. In a group, the path to the tip with the most work is its best chain.
4. Where two groups have blocks of one height, the group that starts at the first block wins, then
   the one with more work, then the one with the lower root hash.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from chainlead.ledger.parameters import NetworkParameters
from chainlead.ledger.wire_block import work_from_bits

_NO_HASH = bytes(32)
_HIGHEST = (1 << 31) - 1
BASIS_LINKS = "links"
BASIS_COINBASE = "coinbase"
BASIS_UNKNOWN = "unknown"


class LinkedBlock(NamedTuple):
    """What placing needs of a block; `coinbase_height` is None where its rule does not bind."""

    block_hash: bytes
    previous_hash: bytes
    target_bits: int
    coinbase_height: int | None


class Place(NamedTuple):
    """Where a block stands; `height` is None where nothing says it."""

    height: int | None
    basis: str
    on_best_chain: bool


@dataclass(slots=True)
class _Group:
    root: LinkedBlock
    members: list[tuple[LinkedBlock, int, int]]  # block, depth below the root, work up to it
    height: int | None = None
    basis: str = BASIS_UNKNOWN

    @property
    def rank(self) -> tuple[bool, int, bytes]:
        most = max(work for _, _, work in self.members)
        return (self.basis != BASIS_LINKS, -most, self.root.block_hash[::-1])


def binding_coinbase_height(
    claimed: int | None, version: int, mined_at_unix: int, network: NetworkParameters
) -> int | None:
    """The height in a coinbase, where the network's rules make it binding (BIP-34)."""
    binding = (
        claimed is not None
        and version >= 2
        and network.coinbase_height_from <= claimed <= _HIGHEST
        and mined_at_unix >= network.coinbase_height_since_unix
    )
    return claimed if binding else None


def derive_places(blocks: Iterable[LinkedBlock], network: NetworkParameters) -> dict[bytes, Place]:
    """The place of each block, by its hash."""
    known = {block.block_hash: block for block in blocks}
    children: dict[bytes, list[LinkedBlock]] = {}
    for block in known.values():
        children.setdefault(block.previous_hash, []).append(block)
    groups = [
        _group(block, children, network)
        for block in known.values()
        if block.previous_hash not in known
    ]
    groups.sort(key=lambda group: group.rank)
    places: dict[bytes, Place] = {}
    taken: set[int] = set()
    for group in groups:
        best = _best_path(group)
        heights = set()
        for block, depth, _ in group.members:
            height = None if group.height is None else group.height + depth
            is_best = block.block_hash in best and (height is None or height not in taken)
            if is_best and height is not None:
                heights.add(height)
            places[block.block_hash] = Place(height, group.basis, is_best)
        taken |= heights
    return places


def _group(
    root: LinkedBlock, children: dict[bytes, list[LinkedBlock]], network: NetworkParameters
) -> _Group:
    members = [(root, 0, work_from_bits(root.target_bits))]
    for block, depth, work in members:
        members.extend(
            (child, depth + 1, work + work_from_bits(child.target_bits))
            for child in children.get(block.block_hash, ())
        )
    group = _Group(root, members)
    if root.previous_hash == _NO_HASH:
        group.height, group.basis = 0, BASIS_LINKS
    elif root.previous_hash == network.genesis.wire:
        group.height, group.basis = 1, BASIS_LINKS
    else:
        said = {
            block.coinbase_height - depth
            for block, depth, _ in members
            if block.coinbase_height is not None
        }
        if len(said) == 1 and (height := said.pop()) > 0:
            group.height, group.basis = height, BASIS_COINBASE
    return group


def _best_path(group: _Group) -> set[bytes]:
    tip = min(group.members, key=lambda member: (-member[2], member[0].block_hash[::-1]))[0]
    by_hash = {block.block_hash: block for block, _, _ in group.members}
    path = set()
    at: LinkedBlock | None = tip
    while at is not None:
        path.add(at.block_hash)
        at = by_hash.get(at.previous_hash)
    return path
