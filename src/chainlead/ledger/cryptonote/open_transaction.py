"""A CryptoNote transaction whose amounts are open, with its id recomputed.

Version 1 is the first form of all ledgers of this family: amounts are open, an input is a ring of
outputs of one amount, an output a key for one use. Electroneum's versions 2 and 3 pay to addresses:
version 2 carries outputs over from the first form, version 3 spends them by name.

Proof: the id is Keccak-256 over every byte of version 1. How versions 2 and 3 are written and hashed
was read from the program's sources of 2020 and 2021, which differ from each other, and real ones were
not at hand: so every form they allow is tried, and a form counts only if it gives the id that stands
beside the bytes. None can do so by chance. Without an id beside them they stay unproved.
Limits: signatures are not part of this check; see `ring_signature` for what they prove.
Spec: Electroneum `src/cryptonote_basic/cryptonote_basic.h`, `cryptonote_format_utils.cpp`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Final

from chainlead.codecs import keccak256
from chainlead.errors import LedgerSourceError
from chainlead.ledger.monero.byte_reader import ByteReader
from chainlead.ledger.monero.curve import varint
from chainlead.model import Chain

GENERATED, TO_KEY, TO_PUBLIC, OUT_KEY, OUT_PUBLIC = 0xFF, 2, 3, 2, 3
ADDRESS_TAG: Final = 18018
SIGNATURE_BYTES: Final = 64
_LARGEST: Final = 1 << 20
_VERSIONS: Final = {Chain.MONERO: (1,), Chain.ELECTRONEUM: (1, 2, 3)}
_TAG_BYTES: Final = {"varint": None, "none": 0, "one": 1, "eight": 8}


NamedRing = tuple[int, int]
"""An amount in base units, and the number of an output among all of this amount."""


@dataclass(frozen=True, slots=True)
class RingInput:
    """Spends one of the outputs of this amount with these numbers.

    Attributes:
        members: numbers in the list of all outputs of the amount, as the ledger made them.
        signatures: 64 bytes for each member; empty where they were not given.
    """

    amount_units: int
    members: tuple[int, ...]
    key_image: bytes
    signatures: bytes = b""


@dataclass(frozen=True, slots=True)
class NamedInput:
    """Spends the output with this number of this transaction (id as printed)."""

    amount_units: int
    txid: bytes
    index: int


@dataclass(frozen=True, slots=True)
class OpenOutput:
    """An output: `target` is 2 and a one-time key, or 3, spend key, view key and address tag."""

    amount_units: int
    target: bytes


@dataclass(frozen=True, slots=True)
class OpenTransaction:
    """A transaction as its bytes say it.

    Attributes:
        txid: as printed.
        is_proved: whether the id follows from the bytes; else it is the source's word.
        height: of the block, if it is a miner's transaction; else None.
        prefix_hash: what its signatures sign.
    """

    txid: bytes
    is_proved: bool
    version: int
    unlock_time: int
    height: int | None
    inputs: tuple[RingInput | NamedInput, ...]
    outputs: tuple[OpenOutput, ...]
    extra: bytes
    prefix_hash: bytes

    @property
    def rings_of_one(self) -> tuple[NamedRing, ...]:
        """Amount and number of each output that a ring of one spends."""
        return tuple(
            (spent.amount_units, spent.members[0])
            for spent in self.inputs
            if isinstance(spent, RingInput) and len(spent.members) == 1
        )


def parse_open_transaction(
    content: bytes, chain: Chain, *, named: bytes | None = None
) -> OpenTransaction:
    """Read one transaction that fills these bytes exactly.

    Args:
        content: the whole transaction.
        chain: whose.
        named: the id that stands beside the bytes, as printed.

    Raises:
        LedgerSourceError: no transaction of this ledger, or not the one that was named.
    """
    if len(content) > _LARGEST:
        raise LedgerSourceError("No transaction is so large.")
    found: list[OpenTransaction] = []
    reason: LedgerSourceError | None = None
    for form in _forms(content):
        reader = ByteReader(content)
        try:
            one = read_open_transaction(reader, chain, form)
            if reader.left:
                reader.fail("more follows than its signatures")
        except LedgerSourceError as error:
            reason = reason or error
            continue
        if one.version == 1 or (named is not None and named in transaction_ids(content, one)):
            proved = one.txid if one.version == 1 else named
            assert proved is not None
            if named is not None and proved != named:
                raise LedgerSourceError(f"These bytes are not transaction {named.hex()}.")
            return replace(one, txid=proved, is_proved=True)
        found.append(one)
    if not found:
        raise reason or LedgerSourceError("These bytes are no transaction.")
    if named is None:
        raise LedgerSourceError(
            "The id of a transaction of version 2 or 3 is not beside its bytes.",
            next_step="Add the answer of the node or explorer that names the id.",
        )
    return replace(found[0], txid=named, is_proved=False)


def read_open_transaction(reader: ByteReader, chain: Chain, form: str) -> OpenTransaction:
    """Read one transaction from where the reader stands; its id is that of version 1's rule.

    Args:
        reader: stands before it.
        chain: whose.
        form: how an address's tag is written in outputs of versions 2 and 3.

    Raises:
        LedgerSourceError: the bytes are none.
    """
    start = reader.place
    version = reader.varint()
    if version not in _VERSIONS.get(chain, ()):
        reader.fail(f"amounts of version {version} are not open on {chain.value}")
    unlock_time = reader.varint()
    height, inputs = _read_inputs(reader, version)
    outputs = tuple(_read_output(reader, version, form) for _ in range(reader.count(34)))
    extra = reader.take(reader.count(1))
    prefix_hash = keccak256(reader.content[start : reader.place])
    signed = tuple(
        RingInput(i.amount_units, i.members, i.key_image, reader.take(64 * len(i.members)))
        if isinstance(i, RingInput)
        else _skip_signature(reader, i)
        for i in inputs
    )
    txid = keccak256(reader.content[start : reader.place])
    return OpenTransaction(
        txid, version == 1, version, unlock_time, height, signed, outputs, extra, prefix_hash
    )


def _skip_signature(reader: ByteReader, one: NamedInput) -> NamedInput:
    reader.take(SIGNATURE_BYTES)
    return one


def _read_inputs(
    reader: ByteReader, version: int
) -> tuple[int | None, list[RingInput | NamedInput]]:
    count = reader.count(2)
    if count == 0:
        reader.fail("a transaction has inputs")
    inputs: list[RingInput | NamedInput] = []
    for _ in range(count):
        kind = reader.take(1)[0]
        if kind == GENERATED and count == 1:
            return reader.varint(), []
        if kind == TO_KEY:
            amount = reader.varint()
            offsets = [reader.varint() for _ in range(reader.count(1))]
            if not offsets or not amount:
                reader.fail("a ring has members of an open amount")
            inputs.append(RingInput(amount, tuple(accumulate(offsets)), reader.take(32)))
        elif kind == TO_PUBLIC and version > 1:
            txid, amount, index = reader.take(32), reader.varint(), reader.varint()
            inputs.append(NamedInput(amount, txid, index))
        else:
            reader.fail(f"inputs of kind {kind} are not known here")
    return None, inputs


def _read_output(reader: ByteReader, version: int, form: str) -> OpenOutput:
    amount = reader.varint()
    kind = reader.take(1)[0]
    if kind == OUT_KEY:
        return OpenOutput(amount, bytes([OUT_KEY]) + reader.take(32))
    if kind != OUT_PUBLIC or version == 1:
        reader.fail(f"outputs of kind {kind} are not known here")
    return OpenOutput(amount, public_target(reader.take(64), _read_tag(reader, form)))


def _read_tag(reader: ByteReader, form: str) -> int:
    size = _TAG_BYTES[form]
    if size is None:
        return reader.varint()
    tag = int.from_bytes(reader.take(size), "little")
    return tag if size == 8 else ADDRESS_TAG


def public_target(keys: bytes, tag: int) -> bytes:
    """How an output to an address is kept here: 3, spend key, view key, the address's tag."""
    return bytes([OUT_PUBLIC]) + keys + varint(tag)


def _forms(content: bytes) -> Iterator[str]:
    """Version 1 has one form only."""
    yield "varint"
    if content[:1] != b"\x01":
        yield from ("none", "one", "eight")


def transaction_ids(content: bytes, one: OpenTransaction) -> Iterator[bytes]:
    """Every id that the sources of versions 2 and 3 allow for these bytes, which hold it alone."""
    signatures = content[len(content) - _signature_bytes(one) :]
    empty = keccak256(b"")
    yield keccak256(content)
    yield one.prefix_hash
    for last in (bytes(32), keccak256(signatures), empty):
        for middle in (empty, keccak256(b"\0"), keccak256(signatures), bytes(32)):
            yield keccak256(one.prefix_hash + middle + last)
    yield keccak256(one.prefix_hash + keccak256(signatures))


def _signature_bytes(one: OpenTransaction) -> int:
    return sum(
        SIGNATURE_BYTES * (len(i.members) if isinstance(i, RingInput) else 1) for i in one.inputs
    )
