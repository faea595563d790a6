"""A Monero block from its bytes, with its id recomputed.

Proof: the id covers the header, the miner's transaction and the ids of all others.
Limits: the proof of work (RandomX and its predecessors) is not recomputed: an id and a parent do
not by themselves show that a block is on the ledger; that is the node's word.
Spec: Monero `src/cryptonote_basic/cryptonote_basic.h`, `src/crypto/tree-hash.c`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from chainlead.codecs import keccak256
from chainlead.ledger.monero.byte_reader import ByteReader
from chainlead.ledger.monero.curve import varint
from chainlead.ledger.monero.transaction import MoneroTransaction, read_transaction

_BLOCK_202612: Final = bytes.fromhex(
    "3a8a2b3a29b50fc86ff73dd087ea43c6f0d6b8f936c849194d5c84c737903966"
)
_ID_202612: Final = bytes.fromhex(
    "bbd604d2ba11ba27935e006ed39c9bfdd99b76bf4a50654bc1e1e61217962698"
)
"""The one block whose id was computed by a faulty tree, and was kept (September 2014)."""


@dataclass(frozen=True, slots=True)
class MoneroBlock:
    """A block: its id is recomputed from the other fields.

    Attributes:
        made_at_unix: the miner's word, seconds.
        txids: of the other transactions, as the miner's transaction is not among them.
    """

    block_id: bytes
    major_version: int
    made_at_unix: int
    previous_id: bytes
    miner: MoneroTransaction
    txids: tuple[bytes, ...]

    @property
    def height(self) -> int:
        """As the miner's transaction states it."""
        assert self.miner.height is not None
        return self.miner.height


def parse_block(content: bytes) -> MoneroBlock:
    """Read one block that fills these bytes exactly.

    Raises:
        LedgerSourceError: the bytes are no block.
    """
    reader = ByteReader(content)
    major, _minor, made_at = reader.varint(), reader.varint(), reader.varint()
    previous = reader.take(32)
    reader.take(4)
    header = content[: reader.place]
    miner = read_transaction(reader, is_alone=False)
    txids = tuple(reader.take(32) for _ in range(reader.count(32)))
    if reader.left:
        reader.fail("more follows than a block has")
    assert miner.txid is not None
    hashed = header + derive_tree_hash([miner.txid, *txids]) + varint(len(txids) + 1)
    block_id = faulty_id(content) or keccak256(varint(len(hashed)) + hashed)
    return MoneroBlock(block_id, major, made_at, previous, miner, txids)


def faulty_id(content: bytes) -> bytes | None:
    """The id of the one block whose id is not what its bytes give; None for every other."""
    return _ID_202612 if keccak256(content) == _BLOCK_202612 else None


def derive_tree_hash(hashes: Sequence[bytes]) -> bytes:
    """The root over the ids of a block's transactions; at least one."""
    if len(hashes) == 1:
        return hashes[0]
    width = 1
    while width * 2 < len(hashes):
        width *= 2
    whole = 2 * width - len(hashes)
    row = [*hashes[:whole], *_paired(hashes[whole:])]
    while len(row) > 1:
        row = _paired(row)
    return row[0]


def _paired(hashes: Sequence[bytes]) -> list[bytes]:
    return [keccak256(hashes[n] + hashes[n + 1]) for n in range(0, len(hashes), 2)]
