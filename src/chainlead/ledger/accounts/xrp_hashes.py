"""The hashes of the XRP Ledger: transactions, the tree of a ledger's transactions, ledger headers.

Proof: a transaction's id is the hash of its own canonical bytes, with its signature; the tree over
all transactions with their metadata gives the header's `transaction_hash`; the header gives the
ledger's hash. So a whole ledger proves what it holds and what was delivered, short of who validated it.
Limits: a transaction of a type that the codec does not know cannot be re-hashed: it stays the word
of its source.
Spec: https://xrpl.org, "Serialization Format", "Ledger Header", hash prefixes; xrpl-py's codec.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

_TRANSACTION, _LEAF, _INNER, _HEADER = b"TXN\0", b"SND\0", b"MIN\0", b"LWR\0"
_NOT_SERIALIZED = frozenset(
    {"hash", "date", "inLedger", "ledger_index", "metaData", "meta", "validated", "warnings",
     "ledger_hash", "close_time_iso", "ctid", "LedgerIndex", "raw", "status"}
)  # fmt: skip


def half_sha512(content: bytes) -> bytes:
    """The first 32 bytes of SHA-512."""
    return hashlib.sha512(content).digest()[:32]


def serialize(fields: Mapping[str, Any]) -> bytes | None:
    """The canonical bytes of a transaction or of metadata; None where the codec cannot."""
    from xrpl.core.binarycodec import encode  # noqa: PLC0415  (loads only where XRP is read)
    from xrpl.core.binarycodec.exceptions import XRPLBinaryCodecException  # noqa: PLC0415

    try:
        return bytes.fromhex(encode(dict(fields)))
    except (XRPLBinaryCodecException, ValueError, TypeError, KeyError, AttributeError):
        return None


def parse_serialized(content: bytes) -> dict[str, Any] | None:
    """The fields of canonical bytes; None where the codec cannot read them."""
    from xrpl.core.binarycodec import decode  # noqa: PLC0415  (as above)
    from xrpl.core.binarycodec.exceptions import XRPLBinaryCodecException  # noqa: PLC0415

    try:
        fields: dict[str, Any] = decode(content.hex())
    except (XRPLBinaryCodecException, ValueError, TypeError, KeyError, IndexError):
        return None
    return fields


def transaction_fields(told: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that are part of a transaction, without what a server adds.

    API version 2 calls a payment's `Amount` `DeliverMax`.
    """
    fields = {name: value for name, value in told.items() if name not in _NOT_SERIALIZED}
    if "DeliverMax" in fields:
        fields.setdefault("Amount", fields["DeliverMax"])
        del fields["DeliverMax"]
    return fields


def transaction_id(content: bytes) -> str:
    """The id, in upper case as the ledger prints it."""
    return half_sha512(_TRANSACTION + content).hex().upper()


def transaction_tree_root(leaves: Iterable[tuple[bytes, bytes]]) -> str:
    """The root of the tree over a ledger's transactions.

    Args:
        leaves: canonical bytes of each transaction and of its metadata.
    """
    hashed = {}
    for content, metadata in leaves:
        key = half_sha512(_TRANSACTION + content)
        body = _with_length(content) + _with_length(metadata)
        hashed[key] = half_sha512(_LEAF + body + key)
    return (_inner(hashed, 0) if hashed else bytes(32)).hex().upper()


def _inner(hashed: Mapping[bytes, bytes], depth: int) -> bytes:
    """The hash of an inner node at this depth, over the leaves below it."""
    branches: list[dict[bytes, bytes]] = [{} for _ in range(16)]
    for key, leaf in hashed.items():
        byte = key[depth // 2]
        branches[byte >> 4 if depth % 2 == 0 else byte & 15][key] = leaf
    parts = []
    for branch in branches:
        if not branch:
            parts.append(bytes(32))
        elif len(branch) == 1:
            parts.append(next(iter(branch.values())))
        else:
            parts.append(_inner(branch, depth + 1))
    return half_sha512(_INNER + b"".join(parts))


def _with_length(content: bytes) -> bytes:
    size = len(content)
    if size <= 192:
        return bytes((size,)) + content
    if size <= 12_480:
        size -= 193
        return bytes((193 + (size >> 8), size & 0xFF)) + content
    size -= 12_481
    return bytes((241 + (size >> 16), size >> 8 & 0xFF, size & 0xFF)) + content


def ledger_hash(header: Mapping[str, Any]) -> str | None:
    """The hash of a ledger from its header's fields; None where fields are missing.

    `parent_close_time` and `close_flags` were left out by old servers; a ledger without them cannot
    be checked, except that flags were then 0.
    """
    try:
        content = (
            int(header["ledger_index"]).to_bytes(4, "big")
            + int(header["total_coins"]).to_bytes(8, "big")
            + bytes.fromhex(header["parent_hash"])
            + bytes.fromhex(header["transaction_hash"])
            + bytes.fromhex(header["account_hash"])
            + int(header["parent_close_time"]).to_bytes(4, "big")
            + int(header["close_time"]).to_bytes(4, "big")
            + int(header["close_time_resolution"]).to_bytes(1, "big")
            + int(header.get("close_flags", 0)).to_bytes(1, "big")
        )
    except (KeyError, ValueError, TypeError, OverflowError):
        return None
    return half_sha512(_HEADER + content).hex().upper()
