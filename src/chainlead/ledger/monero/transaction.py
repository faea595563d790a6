"""A Monero transaction from its bytes, with its id recomputed.

Proof: the id is a hash over every byte, for version 2 by way of three hashes, so that a node may
leave out the part that only proves (then its hash must be given).
Limits: signatures and range proofs are not checked; a full node does that before it takes a block.
Spec: Monero `src/cryptonote_basic/cryptonote_basic.h`, `cryptonote_format_utils.cpp`.
"""

from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from chainlead.codecs import keccak256
from chainlead.ledger.monero.byte_reader import ByteReader
from chainlead.ledger.monero.extra import Extra, parse_extra
from chainlead.ledger.monero.ringct import NONE, RingCt, parse_ringct

_GENERATED, _TO_KEY, _OUT_KEY, _OUT_TAGGED_KEY = 0xFF, 2, 2, 3
LARGEST_TRANSACTION: Final = 1 << 20
"""Bytes; the ledger's own limit is 149,400 since 2019 and was about as much before."""


@dataclass(frozen=True, slots=True)
class Ring:
    """An input: it spends exactly one of these outputs, and shows no more than that.

    Attributes:
        amount_units: which list the numbers belong to: that of all outputs of this open amount,
            or 0 for outputs with hidden amounts.
        members: numbers of outputs in that list, in the order in which the ledger made them.
        key_image: the same for every attempt to spend the same output.
    """

    amount_units: int
    members: tuple[int, ...]
    key_image: bytes

    @property
    def is_exact(self) -> bool:
        """Whether it has one member: then this output was spent, without doubt."""
        return len(self.members) == 1


@dataclass(frozen=True, slots=True)
class MoneroOutput:
    """An output: a key for one use, and the amount where it is open.

    Attributes:
        amount_units: 0 where the amount is hidden.
        key: the one-time public key.
        view_tag: one byte, since August 2022.
    """

    amount_units: int
    key: bytes
    view_tag: int | None


@dataclass(frozen=True, slots=True)
class MoneroTransaction:
    """A transaction as its bytes say it.

    Attributes:
        txid: recomputed; None where bytes that it covers were not given.
        height: of the block, if it is a miner's transaction; else None.
        rings: empty for a miner's transaction.
    """

    txid: bytes | None
    version: int
    unlock_time: int
    height: int | None
    rings: tuple[Ring, ...]
    outputs: tuple[MoneroOutput, ...]
    extra: Extra
    ringct: RingCt

    @property
    def is_coinbase(self) -> bool:
        """Whether it makes new coins."""
        return self.height is not None

    @property
    def fee_units(self) -> int:
        """The fee, exact in both versions; 0 for a miner's transaction."""
        if self.version == 1 and not self.is_coinbase:
            spent = sum(ring.amount_units for ring in self.rings)
            return spent - sum(output.amount_units for output in self.outputs)
        return self.ringct.fee_units


def parse_transaction(content: bytes, *, prunable_hash: bytes | None = None) -> MoneroTransaction:
    """Read one transaction that fills these bytes exactly.

    Args:
        content: the whole transaction; or, with `prunable_hash`, all but its prunable part.
        prunable_hash: hash of the part that was left out.

    Raises:
        LedgerSourceError: the bytes are no transaction.
    """
    reader = ByteReader(content)
    if len(content) > LARGEST_TRANSACTION:
        reader.fail("no transaction is so large")
    return read_transaction(reader, prunable_hash=prunable_hash, is_alone=True)


def read_transaction(
    reader: ByteReader, *, prunable_hash: bytes | None = None, is_alone: bool
) -> MoneroTransaction:
    """Read a transaction from where the reader stands; unless alone, it must be a miner's.

    Raises:
        LedgerSourceError: the bytes are no transaction.
    """
    start = reader.place
    version = reader.varint()
    if version not in (1, 2):
        reader.fail(f"there is no transaction of version {version}")
    unlock_time = reader.varint()
    height, rings = _read_inputs(reader)
    if not is_alone and height is None:
        reader.fail("the first transaction of a block makes no coins")
    outputs = tuple(_read_output(reader) for _ in range(reader.count(34)))
    extra = parse_extra(reader.take(reader.count(1)))
    prefix = reader.content[start : reader.place]
    if version == 1:
        signatures = 64 * sum(len(ring.members) for ring in rings)
        is_cut = prunable_hash is not None and reader.left == 0 and signatures > 0
        if not is_cut:
            reader.take(signatures)
        if is_alone and reader.left:
            reader.fail("more follows than its signatures")
        txid = None if is_cut else keccak256(reader.content[start : reader.place])
        return MoneroTransaction(txid, 1, unlock_time, height, rings, outputs, extra, RingCt())
    base_start = reader.place
    ringct = parse_ringct(reader, len(rings), len(outputs))
    if not is_alone and ringct.kind != NONE:
        reader.fail("a miner's transaction hides nothing")
    base = reader.content[base_start : reader.place]
    rest = reader.take(reader.left) if is_alone else b""
    if ringct.kind == NONE:
        if rest:
            reader.fail("more follows than a transaction without signatures has")
        last = bytes(32)
    elif prunable_hash is not None and not rest:
        last = prunable_hash
    else:
        last = keccak256(rest)
    txid = keccak256(keccak256(prefix) + keccak256(base) + last)
    return MoneroTransaction(txid, 2, unlock_time, height, rings, outputs, extra, ringct)


def _read_inputs(reader: ByteReader) -> tuple[int | None, tuple[Ring, ...]]:
    rings: list[Ring] = []
    count = reader.count(2)
    if count == 0:
        reader.fail("a transaction has inputs")
    for _ in range(count):
        kind = reader.take(1)[0]
        if kind == _GENERATED and count == 1:
            return reader.varint(), ()
        if kind != _TO_KEY:
            reader.fail(f"inputs of kind {kind} are not known here")
        amount = reader.varint()
        offsets = [reader.varint() for _ in range(reader.count(1))]
        if not offsets:
            reader.fail("a ring has members")
        rings.append(Ring(amount, tuple(accumulate(offsets)), reader.take(32)))
    return None, tuple(rings)


def _read_output(reader: ByteReader) -> MoneroOutput:
    amount = reader.varint()
    kind = reader.take(1)[0]
    if kind not in (_OUT_KEY, _OUT_TAGGED_KEY):
        reader.fail(f"outputs of kind {kind} are not known here")
    key = reader.take(32)
    return MoneroOutput(amount, key, reader.take(1)[0] if kind == _OUT_TAGGED_KEY else None)
