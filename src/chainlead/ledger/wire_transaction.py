"""The wire format of a transaction: bytes to fields and back, with its ids.

Spec: https://en.bitcoin.it/wiki/Transaction and BIP-144 (witness form). Every length is checked
against the bytes that are there before anything is allocated, so a hostile length costs nothing.
"""

from struct import Struct, error as struct_error  # isort: skip
from collections.abc import Sequence
from typing import NamedTuple

from chainlead.codecs import sha256d
from chainlead.errors import TransactionInvalidError
from chainlead.ledger.signature_marks import find_in_script, find_schnorr, mark_at
from chainlead.ledger.transaction_form import TransactionForm

NO_TXID = bytes(32)
"""The previous txid that a coinbase input names."""

NO_INDEX = 0xFFFFFFFF
"""The previous index that a coinbase input names."""

MIN_TRANSACTION_BYTES = 60
"""A transaction with one input and one output, both with empty scripts."""

_U32 = Struct("<I")
_U64 = Struct("<Q")
_OUTPOINT = Struct("<32sI")
_MIN_INPUT_BYTES = 41
_HAS_WITNESS, _HAS_MWEB = 1, 8
_SPECIAL_FROM = 3
_WITHOUT_INPUTS = frozenset({6, 7, 9})
"""Dash: quorum commitment, hard-fork signal, asset unlock (DIP-0006, -0023, -0027)."""
_MIN_OUTPUT_BYTES = 9
_NO_SIGNATURE_BYTES = 8


class WireRing(NamedTuple):
    """A ring instead of an output (CryptoNote): one of these members of one amount is spent.

    `members` are numbers among all outputs of the amount; `signatures` 64 bytes for each member.
    """

    amount_units: int
    members: tuple[int, ...]
    key_image: bytes
    prefix_hash: bytes
    signatures: bytes


class WireInput(NamedTuple):
    """A spent output, the script that claims it, and its signatures' marks (two bytes each).

    With a `ring` the previous id is the input's key image, until the spent output is known.
    """

    previous_txid: bytes
    previous_index: int
    sequence: int
    script: bytes
    signatures: bytes = b""
    ring: WireRing | None = None


class WireOutput(NamedTuple):
    """A created output, in base units."""

    amount_units: int
    script: bytes


class WireTransaction(NamedTuple):
    """A transaction as its bytes say it; `txid` and `wtxid` are recomputed from them."""

    txid: bytes
    wtxid: bytes
    version: int
    locktime: int
    inputs: tuple[WireInput, ...]
    outputs: tuple[WireOutput, ...]
    has_witness: bool
    coinbase_witness: bytes
    is_hogex: bool = False

    @property
    def is_coinbase(self) -> bool:
        """Whether it makes new coins: its one input names no output."""
        if len(self.inputs) != 1:
            return False
        first = self.inputs[0]
        return first.previous_index == NO_INDEX and first.previous_txid == NO_TXID


class MalformedError(ValueError):
    """The bytes do not follow the wire format; the place that reads them names the error."""


def parse_transaction(
    content: bytes, *, max_units: int, form: TransactionForm = TransactionForm.WITNESS
) -> WireTransaction:
    """Read one transaction that fills these bytes exactly.

    Args:
        content: wire format, with or without witnesses.
        max_units: the largest amount that an output can have.
        form: how the chain writes transactions.

    Raises:
        TransactionInvalidError: not a transaction, or bytes are left over.
    """
    try:
        transaction, at = read_transaction(content, 0, max_units, form)
    except MalformedError as error:
        raise TransactionInvalidError(f"Not a transaction: {error}.") from error
    if at != len(content):
        raise TransactionInvalidError(f"{len(content) - at} bytes follow the transaction.")
    return transaction


def read_transaction(
    content: bytes, at: int, max_units: int, form: TransactionForm = TransactionForm.WITNESS
) -> tuple[WireTransaction, int]:
    """Read the transaction that starts at this offset; also returns the offset after it.

    Raises:
        MalformedError: cut short, a length that cannot be, or an amount that cannot be.
    """
    try:
        return _read(content, at, max_units, form)
    except (struct_error, IndexError, OverflowError) as error:
        raise MalformedError(f"cut short in the transaction at offset {at}") from error


def _read(
    content: bytes, start: int, max_units: int, form: TransactionForm
) -> tuple[WireTransaction, int]:
    end = len(content)
    (version,) = _U32.unpack_from(content, start)
    at = start + 4
    flags = _flags(content, at, form)
    if flags:
        at += 2
    body = at
    may_be_empty = form is TransactionForm.SPECIAL and version >> 16 in _WITHOUT_INPUTS
    count, at = read_count(content, at)
    if count == 0 and flags & _HAS_MWEB:
        raise MalformedError("it moves money inside the extension block only: nothing to be seen")
    if (count == 0 and not may_be_empty) or count * _MIN_INPUT_BYTES > end - at:
        raise MalformedError(f"{count} inputs in {end - at} bytes at offset {at}")
    inputs: list[WireInput] = []
    for _ in range(count):
        previous_txid, previous_index = _OUTPOINT.unpack_from(content, at)
        at += 36
        size = content[at]
        at += 1
        if size >= 0xFD:
            size, at = read_count(content, at - 1)
        script = content[at : at + size]
        at += size
        (sequence,) = _U32.unpack_from(content, at)
        at += 4
        marks = find_in_script(script) if size > _NO_SIGNATURE_BYTES else b""
        inputs.append(WireInput(previous_txid, previous_index, sequence, script, marks))
    count, at = read_count(content, at)
    if (count == 0 and not may_be_empty) or count * _MIN_OUTPUT_BYTES > end - at:
        raise MalformedError(f"{count} outputs in {end - at} bytes at offset {at}")
    outputs = []
    for _ in range(count):
        (amount_units,) = _U64.unpack_from(content, at)
        if amount_units > max_units:
            raise MalformedError(f"an output of {amount_units} units at offset {at}")
        at += 8
        size = content[at]
        at += 1
        if size >= 0xFD:
            size, at = read_count(content, at - 1)
        outputs.append(WireOutput(amount_units, content[at : at + size]))
        at += size
    body_end = at
    coinbase_witness = b""
    if flags & _HAS_WITNESS:
        at, coinbase_witness = _read_witnesses(content, at, inputs)
    witness_end = at
    is_hogex = False
    if flags & _HAS_MWEB:
        is_hogex = content[at] == 0
        at = at + 1 if is_hogex else _after_extension(content, start)
    (locktime,) = _U32.unpack_from(content, at)
    locktime_bytes = content[at : at + 4]
    at += 4
    if form is TransactionForm.SPECIAL and version & 0xFFFF >= _SPECIAL_FROM and version >> 16:
        size, at = read_count(content, at)
        at += size
        if at > end:
            raise MalformedError(f"cut short in a payload, at offset {end}")
    whole = content[start:at]
    txid = wtxid = sha256d(whole)
    if flags:
        head = whole[:4]
        txid = wtxid = sha256d(head + content[body:body_end] + locktime_bytes)
        if flags & _HAS_WITNESS:
            wtxid = sha256d(head + b"\x00\x01" + content[body:witness_end] + locktime_bytes)
    read = WireTransaction(
        txid,
        wtxid,
        version,
        locktime,
        tuple(inputs),
        tuple(outputs),
        bool(flags & _HAS_WITNESS),
        coinbase_witness,
        is_hogex,
    )
    return read, at


def _flags(content: bytes, at: int, form: TransactionForm) -> int:
    """The flags behind the marker, 0 where there is none."""
    if content[at] != 0:
        return 0
    flags = content[at + 1]
    if form in {TransactionForm.WITNESS, TransactionForm.MWEB} and flags == _HAS_WITNESS:
        return flags
    if form is TransactionForm.MWEB and flags in {_HAS_MWEB, _HAS_MWEB | _HAS_WITNESS}:
        return flags
    return 0


def _after_extension(content: bytes, start: int) -> int:
    """Where the lock time of a single transaction is, behind an extension that is not read.

    Only a transaction outside a block carries one, so it fills the bytes.
    """
    if start:
        raise MalformedError(f"a transaction of the extension block in a block, at offset {start}")
    return len(content) - 4


def _read_witnesses(content: bytes, at: int, inputs: list[WireInput]) -> tuple[int, bytes]:
    """Add the marks of each witness to its input; also returns a coinbase's reserved value."""
    end = len(content)
    first = b""
    some = False
    for number, spent in enumerate(inputs):
        count, at = read_count(content, at)
        if count > end - at:
            raise MalformedError(f"{count} witness items in {end - at} bytes at offset {at}")
        some = some or count > 0
        marks = b""
        items: list[tuple[int, int]] = []
        for item in range(count):
            size = content[at]
            at += 1
            if size >= 0xFD:
                size, at = read_count(content, at - 1)
            if number == 0 and item == 0 and size == 32:
                first = content[at : at + size]
            if size == 64 or size == 65 or item >= count - 3:  # noqa: PLR1714  (a set is slower)
                items.append((at, size))
            if size > _NO_SIGNATURE_BYTES and content[at] == 0x30 and content[at + 1] == size - 3:
                marks += mark_at(content, at, size)
            at += size
            if at > end:
                raise MalformedError(f"cut short in a witness, at offset {end}")
        marks = marks or find_schnorr(content, items)
        if marks:
            inputs[number] = WireInput(*spent[:4], spent.signatures + marks)
    if not some:
        raise MalformedError(f"the witness form without a witness, before offset {at}")
    return at, first


def read_count(content: bytes, at: int) -> tuple[int, int]:
    """Read a compact size; also returns the offset after it.

    Raises:
        MalformedError: longer than its value needs (Bitcoin Core refuses it too).
        IndexError, struct.error: cut short.
    """
    first = content[at]
    at += 1
    if first < 0xFD:
        return first, at
    width = 2 << (first - 0xFD)
    part = content[at : at + width]
    if len(part) < width:
        raise MalformedError(f"cut short in a length, at offset {at}")
    value = int.from_bytes(part, "little")
    if value < (0xFD, 0x10000, 0x100000000)[first - 0xFD]:
        raise MalformedError(f"a length in a longer form than needed, at offset {at - 1}")
    return value, at + width


def serialize_count(value: int) -> bytes:
    """A compact size, in its shortest form."""
    if value < 0xFD:
        return bytes((value,))
    for first, width in ((0xFD, 2), (0xFE, 4), (0xFF, 8)):
        if value < 1 << (8 * width):
            return bytes((first,)) + value.to_bytes(width, "little")
    raise ValueError(f"no compact size holds {value}")


def serialize_transaction(
    *,
    version: int,
    inputs: Sequence[WireInput],
    outputs: Sequence[WireOutput],
    locktime: int,
    witnesses: Sequence[Sequence[bytes]] = (),
) -> bytes:
    """The wire form; with witnesses (one list for each input) the form of BIP-144.

    Raises:
        struct.error: a number does not fit its field.
    """
    parts = [_U32.pack(version)]
    if any(witnesses):
        parts.append(b"\x00\x01")
    parts.append(serialize_count(len(inputs)))
    for spent in inputs:
        parts.append(_OUTPOINT.pack(spent.previous_txid, spent.previous_index))
        parts.append(serialize_count(len(spent.script)) + spent.script)
        parts.append(_U32.pack(spent.sequence))
    parts.append(serialize_count(len(outputs)))
    for output in outputs:
        parts.append(_U64.pack(output.amount_units))
        parts.append(serialize_count(len(output.script)) + output.script)
    if any(witnesses):
        for items in witnesses:
            parts.append(serialize_count(len(items)))
            parts.extend(serialize_count(len(item)) + item for item in items)
    parts.append(_U32.pack(locktime))
    return b"".join(parts)
