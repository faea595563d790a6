"""A CryptoNote block whose miner's transaction is open, with its id recomputed.

Proof: the id covers the header, the miner's transaction and the ids of all others. A miner's
transaction of version 2 or 3 is tried in every form, as in `open_transaction`.
Limits: the proof of work (CryptoNight) and the signature of the block's validator, which stands
behind the list of ids since 2019 on Electroneum, are not checked.
Spec: Electroneum `src/cryptonote_basic/cryptonote_basic.h`, `src/crypto/tree-hash.c`.
"""

from dataclasses import dataclass, replace

from chainlead.codecs import keccak256
from chainlead.errors import LedgerSourceError
from chainlead.ledger.cryptonote.open_transaction import (
    OpenTransaction,
    read_open_transaction,
    transaction_ids,
)
from chainlead.ledger.monero.block import derive_tree_hash, faulty_id
from chainlead.ledger.monero.byte_reader import ByteReader
from chainlead.ledger.monero.curve import varint
from chainlead.model import Chain

_FORMS = ("varint", "none", "one", "eight")
_MOST_TRAILERS = 2
_LARGEST = 16 << 20


@dataclass(frozen=True, slots=True)
class OpenBlock:
    """A block: its id is recomputed from the other fields.

    Attributes:
        block_id, previous_id, txids: as printed; `txids` without the miner's transaction.
        made_at_unix: the maker's word, seconds.
    """

    block_id: bytes
    major_version: int
    made_at_unix: int
    previous_id: bytes
    miner: OpenTransaction
    txids: tuple[bytes, ...]

    @property
    def height(self) -> int:
        """As the miner's transaction states it."""
        assert self.miner.height is not None
        return self.miner.height


def parse_open_block(content: bytes, chain: Chain, *, named: bytes | None = None) -> OpenBlock:
    """Read one block that fills these bytes exactly.

    Args:
        content: the block.
        chain: whose.
        named: the id that stands beside the bytes, as printed.

    Raises:
        LedgerSourceError: no block of this ledger, not the one that was named, or its id cannot be
            recomputed.
    """
    if len(content) > _LARGEST:
        raise LedgerSourceError("No block is so large.")
    reason: LedgerSourceError | None = None
    for form in _FORMS:
        try:
            found = _read(content, chain, form, named)
        except LedgerSourceError as error:
            reason = reason or error
            continue
        if found is not None:
            return found
    if reason is not None:
        raise reason
    raise LedgerSourceError(
        "The id of this block cannot be recomputed: its maker's transaction is of a newer version."
        if named is None
        else f"These bytes do not give the id of block {named.hex()}."
    )


def _read(content: bytes, chain: Chain, form: str, named: bytes | None) -> OpenBlock | None:
    reader = ByteReader(content)
    major, _minor, made_at = reader.varint(), reader.varint(), reader.varint()
    previous = reader.take(32)
    reader.take(4)
    header = content[: reader.place]
    start = reader.place
    miner = read_open_transaction(reader, chain, form)
    raw = content[start : reader.place]
    if miner.height is None:
        reader.fail("the first transaction of a block makes no coins")
    txids = tuple(reader.take(32) for _ in range(reader.count(32)))
    for _ in range(_MOST_TRAILERS):
        if reader.left and chain is Chain.ELECTRONEUM:
            reader.take(reader.count(1))
    if reader.left:
        reader.fail("more follows than a block has")
    if miner.version == 1:
        block_id = faulty_id(content) or block_id_of(header, [miner.txid, *txids])
        if named not in (None, block_id):
            return None
        return OpenBlock(block_id, major, made_at, previous, miner, txids)
    for txid in transaction_ids(raw, miner):
        if block_id_of(header, [txid, *txids]) == named:
            known = replace(miner, txid=txid, is_proved=True)
            return OpenBlock(named, major, made_at, previous, known, txids)
    return None


def block_id_of(header: bytes, txids: list[bytes]) -> bytes:
    """The id over a header and the ids of all transactions, the miner's first."""
    hashed = header + derive_tree_hash(txids) + varint(len(txids))
    return keccak256(varint(len(hashed)) + hashed)
