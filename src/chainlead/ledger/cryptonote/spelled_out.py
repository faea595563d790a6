"""Transactions and blocks that JSON spells out field by field, written back into their bytes.

Found in: explorers' raw pages (`rawtransaction`, `rawblock`), a node's `as_json`. The bytes give the
id again, so nothing of this is believed for being said.
Spec: Electroneum's explorer, docs/explorer-rpc-documentation.md; Monero `obj_to_json_str`.
"""

from collections.abc import Iterator
from typing import Any, Final

from chainlead.errors import LedgerSourceError
from chainlead.ledger.cryptonote.open_transaction import (
    ADDRESS_TAG,
    GENERATED,
    OUT_KEY,
    OUT_PUBLIC,
    TO_KEY,
    TO_PUBLIC,
)
from chainlead.ledger.monero.curve import varint

FORMS: Final = ("varint", "none", "one", "eight")
_MOST: Final = (1 << 64) - 1


def is_transaction(thing: dict[str, Any]) -> bool:
    """Whether an object spells a transaction out."""
    return all(isinstance(thing.get(name), list) for name in ("vin", "vout", "extra")) and (
        type(thing.get("version")) is int
    )


def is_block(thing: dict[str, Any]) -> bool:
    """Whether an object spells a block out."""
    return isinstance(thing.get("miner_tx"), dict) and isinstance(thing.get("tx_hashes"), list)


def spell_transaction(thing: dict[str, Any]) -> Iterator[bytes]:
    """The bytes of a transaction, in every form that its version allows.

    Raises:
        LedgerSourceError: a field is missing or cannot be.
    """
    try:
        yield from (
            _transaction(thing, form) for form in FORMS[: 1 if thing["version"] == 1 else 4]
        )
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise LedgerSourceError(f"A field of the transaction cannot be: {error!r:.80}.") from error


def spell_block(thing: dict[str, Any]) -> Iterator[bytes]:
    """The bytes of a block, in every form that its maker's transaction allows.

    Raises:
        LedgerSourceError: a field is missing or cannot be.
    """
    try:
        header = (
            _number(thing["major_version"])
            + _number(thing["minor_version"])
            + _number(thing["timestamp"])
            + _hash(thing["prev_id"])
            + int(thing["nonce"]).to_bytes(4, "little")
        )
        listed = _number(len(thing["tx_hashes"])) + b"".join(map(_hash, thing["tx_hashes"]))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise LedgerSourceError(f"A field of the block cannot be: {error!r:.80}.") from error
    for miner in spell_transaction(thing["miner_tx"]):
        yield header + miner + listed


def _transaction(thing: dict[str, Any], form: str) -> bytes:
    parts = [_number(thing["version"]), _number(thing["unlock_time"])]
    parts.append(_number(len(thing["vin"])))
    parts.extend(_input(one) for one in thing["vin"])
    parts.append(_number(len(thing["vout"])))
    for one in thing["vout"]:
        parts += [_number(one["amount"]), _target(one["target"], form)]
    extra = bytes(thing["extra"])
    parts += [_number(len(extra)), extra]
    signatures = thing.get("signatures") or []
    for one in signatures:
        listed = one if isinstance(one, list) else [one]
        parts.extend(bytes.fromhex(text) for text in listed)
    return b"".join(parts)


def _input(one: dict[str, Any]) -> bytes:
    if "gen" in one:
        return bytes([GENERATED]) + _number(one["gen"]["height"])
    if "key" in one:
        key = one["key"]
        offsets = key["key_offsets"]
        return b"".join(
            (
                bytes([TO_KEY]),
                _number(key["amount"]),
                _number(len(offsets)),
                *map(_number, offsets),
                _hash(key["k_image"]),
            )
        )
    named = one["keypublic"]
    return b"".join(
        (
            bytes([TO_PUBLIC]),
            _hash(named["tx_hash"]),
            _number(named["amount"]),
            _number(named["relative_offset"]),
        )
    )


def _target(target: dict[str, Any], form: str) -> bytes:
    if "key" in target:
        return bytes([OUT_KEY]) + _hash(target["key"])
    paid = target["keypublic"]
    if isinstance(paid, str):
        return bytes([OUT_PUBLIC]) + bytes.fromhex(paid)
    address = paid.get("address", paid)
    keys = [
        _hash(address[name] if name in address else address[other])
        for name, other in (
            ("m_spend_public_key", "dest_spend_key"),
            ("m_view_public_key", "dest_view_key"),
        )
    ]
    tag = paid.get("m_address_prefix", ADDRESS_TAG)
    written = {
        "varint": _number(tag),
        "none": b"",
        "one": bytes([tag & 0xFF]),
        "eight": int(tag).to_bytes(8, "little"),
    }
    return bytes([OUT_PUBLIC]) + b"".join(keys) + written[form]


def _number(value: Any) -> bytes:
    if type(value) is not int or not 0 <= value <= _MOST:
        raise ValueError("not a number of 64 bits")
    return varint(value)


def _hash(text: Any) -> bytes:
    content = bytes.fromhex(text)
    if len(content) != 32:
        raise ValueError("not 32 bytes")
    return content
