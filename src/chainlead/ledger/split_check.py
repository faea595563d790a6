"""Whether a node or server is of this chain, and not of one that began with the same blocks."""

from collections.abc import Callable

from chainlead.errors import NodeUnfitError
from chainlead.ledger.source import Request


def require_own_side(
    request: Request, tip_height: int, block_hash_at: Callable[[int], bytes | None]
) -> None:
    """Compare its blocks at the heights where chains parted with the pinned ones.

    Args:
        request: whose chain and network it should serve.
        tip_height: of its best block; before a split there is nothing to tell.
        block_hash_at: asks for its block at a height, in internal byte order; None if it gives none.

    Raises:
        NodeUnfitError: it serves another chain, or does not say.
    """
    for height, own in sorted(request.parameters.networks[request.network].apart_at.items()):
        if height > tip_height:
            return
        found = block_hash_at(height)
        if found != own.wire:
            named = "none" if found is None else found[::-1].hex()
            raise NodeUnfitError(
                f"Its block at height {height} is {named}, where {request.parameters.chain.value} "
                f"has {own.display}: it serves a chain that split off.",
                next_step="Name the chain that it serves with --chain, or use another server.",
            )
