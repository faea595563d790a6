"""A merkle proof: that a transaction is among those that a block header commits to.

Proof: hashing the id up the branch must give the header's merkle root.
Limits: nothing about the header itself (see `header_chain`). An inner node of the tree has 64 bytes
and could be passed off as a transaction (CVE-2017-12842), so a proof for a transaction of that size is
refused. The last of an odd row is paired with itself, so its position can be told in two ways.
Spec: https://en.bitcoin.it/wiki/Protocol_documentation#Merkle_Trees; BIP-37 for the branch.
"""

from collections.abc import Sequence

from chainlead.codecs import sha256d
from chainlead.errors import BlockInvalidError

HASH_BYTES = 32
DEEPEST = 24
"""Levels of a tree over more transactions than any block can hold."""
_INNER_NODE_BYTES = 64


def derive_proved_root(txid: bytes, branch: Sequence[bytes], position: int) -> bytes:
    """The merkle root that this branch gives for this id.

    Args:
        txid: in internal byte order.
        branch: the neighbour at each level, from the leaves up, in internal byte order.
        position: of the transaction in its block, from 0.

    Raises:
        BlockInvalidError: the branch cannot be one.
    """
    if len(branch) > DEEPEST or any(len(node) != HASH_BYTES for node in branch):
        raise BlockInvalidError("A merkle proof has at most 24 hashes of 32 bytes.")
    if not 0 <= position < 1 << len(branch):
        raise BlockInvalidError(
            f"A merkle proof of {len(branch)} hashes has no place for position {position}."
        )
    node = txid
    for neighbour in branch:
        node = sha256d(neighbour + node) if position & 1 else sha256d(node + neighbour)
        position >>= 1
    return node


def require_in_block(
    txid: bytes, plain_bytes: int, branch: Sequence[bytes], position: int, merkle_root: bytes
) -> None:
    """Check that a header with this merkle root commits to the transaction.

    Args:
        txid: in internal byte order.
        plain_bytes: size of the transaction without witnesses, which is what the id is made of.
        branch: as for `derive_proved_root`.
        position: as for `derive_proved_root`.
        merkle_root: from the header.

    Raises:
        BlockInvalidError: the proof fails, or cannot prove anything.
    """
    if plain_bytes == _INNER_NODE_BYTES:
        raise BlockInvalidError(
            "A transaction of 64 bytes cannot be told from an inner node of the merkle tree."
        )
    if derive_proved_root(txid, branch, position) != merkle_root:
        raise BlockInvalidError("The merkle proof does not lead to the header's merkle root.")
