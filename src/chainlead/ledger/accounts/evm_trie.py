"""Trees of a block: the root over its transactions, receipts or withdrawals; a value under a root.

Proof: equal to the root in a header means: these values, all of them, in this order. A value that a
path of nodes leads to from a root is the one under its key; a path that ends says that there is none.
Spec: the Ethereum Yellow Paper, appendix D (modified Merkle Patricia tree), sections 4.3 and 4.4.
"""

from collections.abc import Sequence

from chainlead.codecs import keccak256
from chainlead.ledger.accounts.evm_rlp import (
    Item,
    RlpError,
    decode_rlp,
    encode_rlp,
    number_to_rlp,
)

_Pair = tuple[bytes, bytes]
_EMPTY_ROOT = keccak256(encode_rlp(b""))


def derive_trie_root(values: Sequence[bytes]) -> bytes:
    """32 bytes: the root of the tree that holds each value under its number."""
    pairs = sorted(
        (_nibbles(encode_rlp(number_to_rlp(number))), value) for number, value in enumerate(values)
    )
    return keccak256(encode_rlp(_node(pairs, 0) if pairs else b""))


def find_in_trie(root: bytes, key: bytes, nodes: Sequence[bytes]) -> bytes:
    """The value under a key, by the nodes on the way to it; empty where it is proved that there is none.

    Args:
        root: the hash of the uppermost node.
        key: as in the tree, that is mostly hashed.
        nodes: in any order.

    Raises:
        RlpError: a node is damaged, or one on the way is missing.
    """
    if root == _EMPTY_ROOT:
        return b""
    known = {keccak256(node): node for node in nodes}
    path = _nibbles(key)
    at: Item = root
    for _ in range(len(path) + 2):
        node = decode_rlp(known[at]) if isinstance(at, bytes) and at in known else at
        if isinstance(node, bytes) or len(node) not in {2, 17}:
            raise RlpError("a node on the way to a value is missing or damaged")
        if len(node) == 17:
            below = node[path[0]] if path else node[16]
            if not path or below == b"":
                return _value(below)
            at, path = below, path[1:]
            continue
        first = _value(node[0])
        halves = _nibbles(first)
        if not halves or halves[0] > 3:
            raise RlpError("a node on the way to a value is damaged")
        step = halves[1:] if halves[0] & 1 else halves[2:]
        if path[: len(step)] != step:
            return b""
        path = path[len(step) :]
        if halves[0] & 2:
            return b"" if path else _value(node[1])
        at = node[1]
    raise RlpError("the way to a value does not end")


def _value(item: Item) -> bytes:
    if not isinstance(item, bytes):
        raise RlpError("a list stands where bytes belong")
    return item


def _nibbles(key: bytes) -> bytes:
    return bytes(half for byte in key for half in (byte >> 4, byte & 15))


def _node(pairs: Sequence[_Pair], depth: int) -> Item:
    if len(pairs) == 1:
        key, value = pairs[0]
        return [_path(key[depth:], is_leaf=True), value]
    shared = _shared(pairs[0][0], pairs[-1][0], depth)
    if shared > depth:
        branch = _node(pairs, shared)
        return [_path(pairs[0][0][depth:shared], is_leaf=False), _reference(branch)]
    children: list[Item] = []
    for nibble in range(16):
        below = [pair for pair in pairs if len(pair[0]) > depth and pair[0][depth] == nibble]
        children.append(_reference(_node(below, depth + 1)) if below else b"")
    own = next((value for key, value in pairs if len(key) == depth), b"")
    return [*children, own]


def _shared(first: bytes, last: bytes, depth: int) -> int:
    """Up to where the first and the last of sorted keys are alike, and so all between."""
    while depth < min(len(first), len(last)) and first[depth] == last[depth]:
        depth += 1
    return depth


def _reference(node: Item) -> Item:
    encoded = encode_rlp(node)
    return node if len(encoded) < 32 else keccak256(encoded)


def _path(nibbles: bytes, *, is_leaf: bool) -> bytes:
    flag = 2 if is_leaf else 0
    padded = bytes([flag + 1]) + nibbles if len(nibbles) % 2 else bytes([flag, 0]) + nibbles
    return bytes(padded[n] << 4 | padded[n + 1] for n in range(0, len(padded), 2))
