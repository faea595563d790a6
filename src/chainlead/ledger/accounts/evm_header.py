"""A block's header: from JSON or bytes to its hash, for every fork up to Prague.

Proof: the hash of the header's own fields. Chains with the Istanbul consensus leave the last seals
out of the extra data before they hash.
Limits: a header that is genuine for its own bytes need not be on the best chain: since the Merge
only the consensus layer says that, and no proof of it is read here. The Istanbul rule has not been
tried on real blocks.
Spec: the Ethereum Yellow Paper, section 4.3; EIP-1559, 4399, 4895, 4844, 4788, 7685; EIP-650.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from chainlead.codecs import keccak256
from chainlead.ledger.accounts.evm_fields import (
    EvmFieldError,
    Told,
    bytes_of,
    moment_of,
    number_of,
    place_of,
)
from chainlead.ledger.accounts.evm_rlp import (
    Item,
    RlpError,
    decode_rlp,
    encode_rlp,
    number_from_rlp,
    number_to_rlp,
)

_NUMBERS = frozenset({
    "difficulty", "number", "gasLimit", "gasUsed", "timestamp", "baseFeePerGas", "blobGasUsed",
    "excessBlobGas",
})  # fmt: skip
_FIRST = (
    "parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot",
    "logsBloom", "difficulty", "number", "gasLimit", "gasUsed", "timestamp", "extraData", "mixHash",
    "nonce",
)  # fmt: skip
_LATER = (
    "baseFeePerGas", "withdrawalsRoot", "blobGasUsed", "excessBlobGas", "parentBeaconBlockRoot",
    "requestsHash",
)  # fmt: skip
_SIZES = {"miner": 20, "logsBloom": 256, "nonce": 8, "extraData": None}
ISTANBUL = bytes.fromhex("63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365")
"""The mix hash by which a block of the Istanbul consensus is known (EIP-650)."""
_VANITY = 32


@dataclass(frozen=True, slots=True)
class EvmHeader:
    """What a header says; hashes without `0x`.

    Attributes:
        base_fee: wei per gas that are burnt; None before London.
        is_proved: its hash was recomputed.
        state_root: of the tree over all accounts after the block.
    """

    block_hash: str
    parent_hash: str
    height: int
    timestamp_unix: int
    transactions_root: bytes
    receipts_root: bytes
    withdrawals_root: bytes | None
    base_fee: int | None
    is_proved: bool
    state_root: bytes = b""


def read_evm_header(told: Told) -> EvmHeader:
    """A header as a node's JSON tells it.

    Raises:
        EvmFieldError: fields are missing, or do not give the hash that is told.
    """
    items = [_item(name, told) for name in _FIRST]
    items += [_item(name, told) for name in _LATER if told.get(name) is not None]
    named = bytes_of(told.get("hash"), "the block's hash", 32)
    is_proved = named in _hashes(items)
    if not is_proved and items[_FIRST.index("mixHash")] != ISTANBUL:
        raise EvmFieldError(f"block {named.hex()}: its fields do not give its hash")
    base = told.get("baseFeePerGas")
    root = told.get("withdrawalsRoot")
    return EvmHeader(
        block_hash=named.hex(),
        parent_hash=_bytes(items[0]).hex(),
        height=place_of(told.get("number"), "the height"),
        timestamp_unix=moment_of(told.get("timestamp"), "the time"),
        transactions_root=_bytes(items[_FIRST.index("transactionsRoot")]),
        receipts_root=_bytes(items[_FIRST.index("receiptsRoot")]),
        withdrawals_root=None if root is None else bytes_of(root, "withdrawalsRoot", 32),
        base_fee=None if base is None else number_of(base, "the base fee"),
        is_proved=is_proved,
        state_root=_bytes(items[_FIRST.index("stateRoot")]),
    )


def parse_evm_header(items: Item) -> EvmHeader:
    """A header from its items.

    Raises:
        RlpError: not a header.
    """
    least, most = len(_FIRST), len(_FIRST) + len(_LATER)
    if isinstance(items, bytes) or not least <= len(items) <= most:
        raise RlpError("not a header")
    fields = dict(zip((*_FIRST, *_LATER), items, strict=False))
    for name in _FIRST:
        size = None if name in _NUMBERS else _SIZES.get(name, 32)
        if size is not None and len(_bytes(fields[name])) != size:
            raise RlpError(f"not a header: {name}")
    base, root = fields.get("baseFeePerGas"), fields.get("withdrawalsRoot")
    return EvmHeader(
        block_hash=_hashes(items)[-1].hex(),
        parent_hash=_bytes(fields["parentHash"]).hex(),
        height=place_of(number_from_rlp(fields["number"]), "the height"),
        timestamp_unix=moment_of(number_from_rlp(fields["timestamp"]), "the time"),
        transactions_root=_bytes(fields["transactionsRoot"]),
        receipts_root=_bytes(fields["receiptsRoot"]),
        withdrawals_root=None if root is None else _bytes(root),
        base_fee=None if base is None else number_from_rlp(base),
        is_proved=True,
        state_root=_bytes(fields["stateRoot"]),
    )


def _item(name: str, told: Told) -> bytes:
    value = told.get(name)
    if name in _NUMBERS:
        return number_to_rlp(number_of(value, name))
    return bytes_of(value, name, _SIZES.get(name, 32))


def _bytes(item: Item) -> bytes:
    if not isinstance(item, bytes):
        raise RlpError("a list stands where bytes belong")
    return item


def _hashes(items: Sequence[Item]) -> list[bytes]:
    """The hash of the header; for the Istanbul consensus the hashes by its rules, last the likeliest."""
    plain = keccak256(encode_rlp(items))
    extra = _bytes(items[_FIRST.index("extraData")])
    if items[_FIRST.index("mixHash")] != ISTANBUL:
        return [plain]
    found = [plain]
    for unsealed in _without_seals(extra):
        changed = list(items)
        changed[_FIRST.index("extraData")] = unsealed
        found.append(keccak256(encode_rlp(changed)))
    return found


def _without_seals(extra: bytes) -> list[bytes]:
    """The extra data without what the validators added after the hash was made.

    First form: 32 bytes, then validators, the proposer's seal, the others' seals. Second form (QBFT):
    vanity, validators, vote, round, seals; the round counts as zero.
    """
    found: list[bytes] = []
    try:
        later = decode_rlp(extra)
        if not isinstance(later, bytes) and len(later) == 5:
            found.append(encode_rlp([*later[:3], b"", []]))
    except RlpError:
        pass
    try:
        first = decode_rlp(extra[_VANITY:])
        if not isinstance(first, bytes) and len(first) == 3:
            found.append(extra[:_VANITY] + encode_rlp([first[0], first[1], []]))
    except RlpError:
        pass
    return found
