"""A transaction of Ethereum and its kin, types 0 to 4, from its bytes or its JSON.

Proof: the id is the hash of the bytes, the sender is recovered from the signature: every field of
what was asked for is proved by the id. What happened then (success, fee, logs) stands in the receipt.
Limits: types beyond 4 (of other chains) cannot be re-hashed; their fields are the source's word.
Spec: EIP-155, EIP-2718, EIP-2930, EIP-1559, EIP-4844, EIP-7702; SEC 1, section 4.1.6.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from chainlead.codecs import keccak256, recover_public_key, uncompressed_public_key
from chainlead.errors import CodecError
from chainlead.ledger.accounts.evm_fields import (
    EvmFieldError,
    Told,
    address_of,
    address_text,
    bytes_of,
    find_address,
    find_number,
    hash_of,
    number_of,
)
from chainlead.ledger.accounts.evm_rlp import (
    Item,
    RlpError,
    decode_rlp,
    encode_rlp,
    number_from_rlp,
    number_to_rlp,
)

_FIELDS: Mapping[int, tuple[str, ...]] = {
    0: ("nonce", "gasPrice", "gas", "to", "value", "input", "v", "r", "s"),
    1: ("chainId", "nonce", "gasPrice", "gas", "to", "value", "input", "accessList",
        "v", "r", "s"),
    2: ("chainId", "nonce", "maxPriorityFeePerGas", "maxFeePerGas", "gas", "to", "value",
        "input", "accessList", "v", "r", "s"),
    3: ("chainId", "nonce", "maxPriorityFeePerGas", "maxFeePerGas", "gas", "to", "value",
        "input", "accessList", "maxFeePerBlobGas", "blobVersionedHashes", "v", "r", "s"),
    4: ("chainId", "nonce", "maxPriorityFeePerGas", "maxFeePerGas", "gas", "to", "value",
        "input", "accessList", "authorizationList", "v", "r", "s"),
}  # fmt: skip
"""The fields of each type in the order in which its bytes hold them (EIPs as above)."""
_AUTHORISATION = ("chainId", "address", "nonce", "yParity", "r", "s")
_NO_REPLAY = 35
_OLD_V = 27


@dataclass(frozen=True, slots=True)
class EvmTransaction:
    """What was asked for.

    Attributes:
        txid: hash, without `0x`.
        sender: recovered from the signature where `is_proved`, else the source's word.
        receiver: None for the creation of a contract.
        nonce: None where the source does not say.
        gas_limit: the most gas it may use; None where the source does not say.
        gas_price, fee_cap, tip_cap: wei per gas; the price is None where only caps are known.
        chain_id: None where neither the type nor the signature says.
        raw: its bytes; empty where they are not at hand.
        is_proved: the id was recomputed from the bytes.
    """

    txid: str
    kind: int
    sender: str | None
    receiver: str | None
    value: int
    nonce: int | None
    gas_limit: int | None
    gas_price: int | None
    fee_cap: int | None
    tip_cap: int | None
    chain_id: int | None
    data: bytes
    raw: bytes
    is_proved: bool

    @property
    def created(self) -> str | None:
        """The address of the contract that it makes, if it makes one."""
        if self.receiver is not None or self.sender is None or self.nonce is None:
            return None
        origin = [bytes.fromhex(self.sender[2:]), number_to_rlp(self.nonce)]
        return address_text(keccak256(encode_rlp(origin))[12:])


def parse_evm_transaction(raw: bytes) -> EvmTransaction:
    """A signed transaction from its bytes.

    Raises:
        RlpError: damaged, or of an unknown type.
        EvmFieldError: a field that no transaction has.
    """
    kind = raw[0] if raw and raw[0] < 0x80 else 0
    items = decode_rlp(raw[1:] if kind else raw)
    names = _FIELDS.get(kind)
    if names is None or isinstance(items, bytes) or len(items) != len(names):
        raise RlpError(f"no transaction of type {kind}")
    fields = dict(zip(names, items, strict=True))
    caps = "maxFeePerGas" in fields
    return EvmTransaction(
        txid=keccak256(raw).hex(),
        kind=kind,
        sender=_recovered(kind, items, fields),
        receiver=_receiver(fields["to"]),
        value=number_from_rlp(fields["value"]),
        nonce=number_from_rlp(fields["nonce"]),
        gas_limit=number_from_rlp(fields["gas"]),
        gas_price=None if caps else number_from_rlp(fields["gasPrice"]),
        fee_cap=number_from_rlp(fields["maxFeePerGas"]) if caps else None,
        tip_cap=number_from_rlp(fields["maxPriorityFeePerGas"]) if caps else None,
        chain_id=_chain_id(kind, fields),
        data=_plain(fields["input"]),
        raw=raw,
        is_proved=True,
    )


def read_evm_transaction(told: Told) -> EvmTransaction:
    """A transaction as a node's JSON tells it; proved where the fields of its signature are there.

    Raises:
        EvmFieldError: fields are missing, or do not give the id or the sender that is told.
    """
    txid = hash_of(told.get("hash"), "the hash")
    kind = find_number(told.get("type")) or 0
    if kind not in _FIELDS or told.get("r") is None or told.get("s") is None:
        return _told_only(told, txid, kind)
    raw = encode_rlp([_item(name, told, kind) for name in _FIELDS[kind]])
    raw = bytes([kind]) + raw if kind else raw
    try:
        read = parse_evm_transaction(raw)
    except RlpError as error:
        raise EvmFieldError(str(error)) from error
    if read.txid != txid:
        raise EvmFieldError(f"transaction {txid}: its fields do not give its id")
    sender = find_address(told.get("from"))
    if sender is not None and sender != read.sender:
        raise EvmFieldError(f"transaction {txid}: its signature is not of the sender told")
    effective = find_number(told.get("gasPrice")) if read.gas_price is None else read.gas_price
    return replace(read, gas_price=effective)


def _told_only(told: Told, txid: str, kind: int) -> EvmTransaction:
    return EvmTransaction(
        txid=txid,
        kind=kind,
        sender=address_of(told.get("from"), "the sender"),
        receiver=find_address(told.get("to")),
        value=number_of(told.get("value"), "the value"),
        nonce=find_number(told.get("nonce")),
        gas_limit=find_number(told.get("gas")),
        gas_price=find_number(told.get("gasPrice")),
        fee_cap=find_number(told.get("maxFeePerGas")),
        tip_cap=find_number(told.get("maxPriorityFeePerGas")),
        chain_id=find_number(told.get("chainId")),
        data=bytes_of(told.get("input") or "0x", "the input"),
        raw=b"",
        is_proved=False,
    )


def _item(name: str, told: Told, kind: int) -> Item:
    if name == "to":
        return b"" if told.get("to") is None else bytes_of(told["to"], "to", 20)
    if name == "input":
        return bytes_of(told.get("input", told.get("data")), "the input")
    if name == "v" and kind:
        name = "v" if told.get("v") is not None else "yParity"
    if name == "accessList":
        return [_access(entry) for entry in _list(told.get(name) or [], name)]
    if name == "blobVersionedHashes":
        return [bytes_of(entry, name, 32) for entry in _list(told.get(name), name)]
    if name == "authorizationList":
        return [_authorisation(entry) for entry in _list(told.get(name), name)]
    return number_to_rlp(number_of(told.get(name), name))


def _access(entry: Any) -> Item:
    if not isinstance(entry, Mapping):
        raise EvmFieldError("the access list is no list of entries")
    keys = [bytes_of(key, "a key", 32) for key in _list(entry.get("storageKeys"), "storageKeys")]
    return [bytes_of(entry.get("address"), "an address", 20), keys]


def _authorisation(entry: Any) -> Item:
    if not isinstance(entry, Mapping):
        raise EvmFieldError("the authorisation list is no list of entries")
    told = {"yParity": entry.get("v"), **entry}
    return [
        bytes_of(told.get(name), name, 20)
        if name == "address"
        else number_to_rlp(number_of(told.get(name), name))
        for name in _AUTHORISATION
    ]


def _list(told: Any, name: str) -> Sequence[Any]:
    if not isinstance(told, list):
        raise EvmFieldError(f"{name} is no list")
    return told


def _plain(item: Item) -> bytes:
    if not isinstance(item, bytes):
        raise EvmFieldError("a list stands where bytes belong")
    return item


def _receiver(item: Item) -> str | None:
    content = _plain(item)
    if len(content) not in {0, 20}:
        raise EvmFieldError("the receiver is no address")
    return address_text(content) if content else None


def _chain_id(kind: int, fields: Mapping[str, Item]) -> int | None:
    if kind:
        return number_from_rlp(fields["chainId"])
    v = number_from_rlp(fields["v"])
    return (v - _NO_REPLAY) // 2 if v >= _NO_REPLAY else None


def _recovered(kind: int, items: Sequence[Item], fields: Mapping[str, Item]) -> str:
    v, r, s = (number_from_rlp(fields[name]) for name in ("v", "r", "s"))
    unsigned = list(items[:-3])
    parity = v
    if not kind and v >= _NO_REPLAY:
        chain_id, parity = divmod(v - _NO_REPLAY, 2)
        unsigned += [number_to_rlp(chain_id), b"", b""]
    elif not kind:
        parity = v - _OLD_V
    signed = encode_rlp(unsigned)
    digest = keccak256(bytes([kind]) + signed if kind else signed)
    if parity not in {0, 1}:
        raise EvmFieldError("the signature's sign is neither 0 nor 1")
    return _signer(digest, r, s, parity)


@lru_cache(maxsize=1 << 16)
def _signer(digest: bytes, r: int, s: int, parity: int) -> str:
    """Whose signature it is; remembered, because a file is read twice: to count, and to fill."""
    try:
        key = recover_public_key(digest, r.to_bytes(32, "big") + s.to_bytes(32, "big"), parity)
    except CodecError as error:
        raise EvmFieldError("its signature is none") from error
    return address_text(keccak256(uncompressed_public_key(key)[1:])[12:])
