"""The wire format of a block, and the checks that a block carries within itself.

Proof: header hash below its own target (proof of work), merkle root over the recomputed txids,
witness commitment (BIP-141) where witnesses are there, one coinbase at the start.
Limits: scripts and signatures are not run; the spent amounts lie in other blocks.
Spec: https://en.bitcoin.it/wiki/Block; CVE-2012-2459 for repeated transactions in the merkle tree.
"""

from collections.abc import Callable, Sequence
from struct import Struct
from struct import error as struct_error
from typing import NamedTuple

from chainlead.codecs import sha256d
from chainlead.errors import BlockInvalidError
from chainlead.ledger.transaction_form import TransactionForm
from chainlead.ledger.wire_transaction import (
    MIN_TRANSACTION_BYTES,
    MalformedError,
    WireTransaction,
    read_count,
    read_transaction,
)

HEADER_BYTES = 80
_HEADER = Struct("<i32s32sIII")
_COMMITMENT = bytes.fromhex("6a24aa21a9ed")


class WireHeader(NamedTuple):
    """The 80 bytes that proof of work is about. Hashes are in internal byte order."""

    block_hash: bytes
    version: int
    previous_hash: bytes
    merkle_root: bytes
    mined_at_unix: int
    target_bits: int
    nonce: int


class WireBlock(NamedTuple):
    """A block that passed all checks that it carries within itself."""

    header: WireHeader
    transactions: tuple[WireTransaction, ...]
    size_bytes: int


def target_from_bits(bits: int) -> int:
    """The number that a header's hash may not exceed, from its compact form; 0 if it is not one."""
    size, mantissa = bits >> 24, bits & 0x007FFFFF
    if bits & 0x00800000:
        return 0
    target = mantissa >> (8 * (3 - size)) if size <= 3 else mantissa << (8 * (size - 3))
    return target if target < 1 << 256 else 0


def work_from_bits(bits: int) -> int:
    """The expected number of hashes behind a header with this target."""
    return (1 << 256) // (target_from_bits(bits) + 1)


def parse_header(
    content: bytes,
    *,
    pow_hash: Callable[[bytes], bytes] = sha256d,
    header_hash: Callable[[bytes], bytes] = sha256d,
) -> WireHeader:
    """Read the header at the start of these bytes and check its proof of work.

    Args:
        content: at least the 80 bytes.
        pow_hash: the hash that must lie below the target.
        header_hash: the hash that names the block.

    Raises:
        BlockInvalidError: cut short, or the hash does not meet the target that the header names.
    """
    if len(content) < HEADER_BYTES:
        raise BlockInvalidError(f"A block header has 80 bytes; here are {len(content)}.")
    raw = bytes(content[:HEADER_BYTES])
    header = WireHeader(header_hash(raw), *_HEADER.unpack(raw))
    target = target_from_bits(header.target_bits)
    work = header.block_hash if pow_hash is header_hash else pow_hash(raw)
    if int.from_bytes(work, "little") > target:
        raise BlockInvalidError(
            f"The header's hash {header.block_hash[::-1].hex()} does not meet its own target: "
            "no proof of work."
        )
    return header


def serialize_header(header: WireHeader) -> bytes:
    """The 80 bytes of a header; its `block_hash` is not looked at.

    Raises:
        ValueError: a number does not fit its field.
    """
    try:
        return _HEADER.pack(*header[1:])
    except struct_error as error:
        raise ValueError(f"not a header: {error}") from error


def parse_block(
    content: bytes,
    *,
    max_units: int,
    pow_hash: Callable[[bytes], bytes] = sha256d,
    header_hash: Callable[[bytes], bytes] = sha256d,
    form: TransactionForm = TransactionForm.WITNESS,
) -> WireBlock:
    """Read one block that fills these bytes exactly, and check all that it carries within itself.

    Args:
        content: header and transactions, without magic and length.
        max_units: the largest amount that an output can have.
        pow_hash: the hash of the chain's proof of work.
        header_hash: the hash that names a block.
        form: how the chain writes transactions.

    Raises:
        BlockInvalidError: structure, proof of work, merkle root or witness commitment fails.
    """
    header = parse_header(content, pow_hash=pow_hash, header_hash=header_hash)
    name = header.block_hash[::-1].hex()
    try:
        transactions, at = _read_transactions(content, max_units, form)
    except (MalformedError, IndexError) as error:
        detail = str(error) if isinstance(error, MalformedError) else "cut short after the header"
        raise BlockInvalidError(f"Block {name}: {detail}.") from error
    if at != len(content) and not transactions[-1].is_hogex:  # behind it: the extension block
        raise BlockInvalidError(f"Block {name}: {len(content) - at} bytes follow its end.")
    if [t.is_coinbase for t in transactions] != [True] + [False] * (len(transactions) - 1):
        raise BlockInvalidError(f"Block {name}: not exactly one coinbase, at the start.")
    if derive_merkle_root([t.txid for t in transactions]) != header.merkle_root:
        raise BlockInvalidError(f"Block {name}: its transactions do not give its merkle root.")
    if not _witnesses_are_committed(transactions):
        raise BlockInvalidError(f"Block {name}: its witnesses are not those it commits to.")
    return WireBlock(header, tuple(transactions), len(content))


def _read_transactions(
    content: bytes, max_units: int, form: TransactionForm
) -> tuple[list[WireTransaction], int]:
    count, at = read_count(content, HEADER_BYTES)
    if count == 0 or count * MIN_TRANSACTION_BYTES > len(content) - at:
        raise MalformedError(f"{count} transactions in {len(content) - at} bytes")
    transactions = []
    for _ in range(count):
        transaction, at = read_transaction(content, at, max_units, form)
        transactions.append(transaction)
    return transactions, at


def derive_merkle_root(leaves: Sequence[bytes]) -> bytes:
    """The merkle root of these ids.

    Raises:
        BlockInvalidError: two neighbours are equal, so another list has the same root
            (CVE-2012-2459), or there is no leaf.
    """
    if not leaves:
        raise BlockInvalidError("A block has at least one transaction.")
    level = list(leaves)
    while len(level) > 1:
        for left in range(0, len(level) - 1, 2):
            if level[left] == level[left + 1]:
                raise BlockInvalidError(
                    "Transactions are repeated in a way that leaves the merkle root as it was "
                    "(CVE-2012-2459)."
                )
        if len(level) % 2:
            level.append(level[-1])
        level = [sha256d(level[i] + level[i + 1]) for i in range(0, len(level), 2)]
    return level[0]


def parse_coinbase_height(script: bytes) -> int | None:
    """The height that a coinbase script starts with (BIP-34); None if it starts otherwise."""
    if not script:
        return None
    size = script[0]
    if size == 0:
        return 0
    if 0x51 <= size <= 0x60:
        return size - 0x50
    if not 1 <= size <= 5 or len(script) <= size:
        return None
    pushed = script[1 : 1 + size]
    return None if pushed[-1] & 0x80 else int.from_bytes(pushed, "little")


def _witnesses_are_committed(transactions: Sequence[WireTransaction]) -> bool:
    """Whether the witnesses are those of the commitment; a block stripped of them passes too."""
    if not any(t.has_witness for t in transactions):
        return True
    coinbase = transactions[0]
    commitment = next(
        (
            output.script[6:38]
            for output in reversed(coinbase.outputs)
            if len(output.script) >= 38 and output.script.startswith(_COMMITMENT)
        ),
        None,
    )
    if commitment is None:
        return False
    root = derive_merkle_root([bytes(32), *(t.wtxid for t in transactions[1:])])
    return sha256d(root + coinbase.coinbase_witness) == commitment
