"""XRP Ledger JSON: ledgers, account histories and transactions as servers and exports give them.

Found in: saved answers of rippled or Clio (`ledger`, `account_tx`, `tx`, `transaction_entry`, API
version 1 and 2), exports of data services, records of `chainlead fetch`.
Proof: see `xrp_hashes`: an id is recomputed, a whole ledger's tree and header too.
Limits: a transaction outside a whole ledger is proved, its metadata (what was delivered) is not.
Spec: https://xrpl.org, "Public API Methods".
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from chainlead.errors import AnswerRefusedError, LedgerSourceError
from chainlead.ledger.accounts.account_source import (
    AccountBlockRead,
    AccountEvent,
    AccountRequest,
    AccountSource,
    AccountTransactionRead,
    Verified,
)
from chainlead.ledger.accounts.xrp_changes import fee_payer_of
from chainlead.ledger.accounts.xrp_hashes import (
    ledger_hash,
    parse_serialized,
    serialize,
    transaction_fields,
    transaction_id,
    transaction_tree_root,
)
from chainlead.ledger.accounts.xrp_transfers import find_transfers
from chainlead.ledger.json_text import json_from_bytes
from chainlead.ledger.source import Skipped
from chainlead.model import Chain
from chainlead.wire import is_exchange_log, parse_exchange_log

KIND = "xrp-rpc"
_EPOCH = 946_684_800
_LAST_RIPPLE_TIME = 0xFFFFFFFF
"""The ledger keeps a time in 32 bits: milliseconds and other large numbers are none."""
_DEEPEST = 6
_ID_LENGTH = 64


class XrpJson(AccountSource):
    """Ledgers and transactions in JSON."""

    form = "xrp-json"

    def recognises(self, content: bytes, request: AccountRequest) -> bool:
        """Something in it is a ledger or a transaction of this chain."""
        if request.chain.chain is not Chain.XRP:
            return False
        return any(True for _ in _finds(_documents(content)))

    def read(self, content: bytes, request: AccountRequest) -> Iterator[AccountEvent]:  # noqa: ARG002  (the network is not in the bytes)
        """Ledgers with their transactions, then transactions that stand alone."""
        for number, found in enumerate(_finds(_documents(content))):
            if "transactions" in found:
                yield from _read_ledger(found, number)
            else:
                yield _read_transaction(found, _Place(found), number)


def _documents(content: bytes) -> list[Any]:
    if is_exchange_log(content):
        try:
            log = parse_exchange_log(content)
        except AnswerRefusedError as error:
            raise LedgerSourceError(error.message) from error
        return [json_from_bytes(exchange.body) for exchange in log.exchanges]
    document = json_from_bytes(content)
    if document is None:
        lines = [json_from_bytes(line) for line in content.splitlines()[:100_000]]
        return lines if lines and all(line is not None for line in lines) else []
    return [document]


def _finds(documents: Sequence[Any]) -> Iterator[Mapping[str, Any]]:
    """Ledgers and transactions, wherever an answer holds them."""
    for document in documents:
        yield from _look(document, 0)


def _look(document: Any, depth: int) -> Iterator[Mapping[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(document, list):
        for item in document:
            yield from _look(item, depth + 1)
    elif isinstance(document, Mapping):
        if _is_ledger(document) or _is_transaction(document):
            yield document
        else:
            for name in ("result", "ledger", "transactions", "transaction", "response"):
                if name in document:
                    yield from _look(document[name], depth + 1)


def _is_ledger(document: Mapping[str, Any]) -> bool:
    return "parent_hash" in document and isinstance(document.get("transactions"), list)


def _is_transaction(document: Mapping[str, Any]) -> bool:
    inner = document.get("tx", document.get("tx_json", document))
    if isinstance(inner, str) or isinstance(document.get("tx_blob"), str):
        return "meta" in document or "meta_blob" in document
    return isinstance(inner, Mapping) and "TransactionType" in inner and "Account" in inner


class _Place:
    """Where a transaction is, as its answer says."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        inner = told.get("tx", told.get("tx_json", told))
        inner = inner if isinstance(inner, Mapping) else {}
        self.height = _number(
            told.get("ledger_index", inner.get("ledger_index", inner.get("inLedger")))
        )
        self.block_hash = str(told.get("ledger_hash", inner.get("ledger_hash", "")))
        self.mined_at_unix = _moment(
            told.get("close_time_iso", told.get("date", inner.get("date")))
        )


def _read_ledger(ledger: Mapping[str, Any], number: int) -> Iterator[AccountEvent]:
    told_hash = str(ledger.get("ledger_hash", ledger.get("hash", ""))).upper()
    height = _number(ledger.get("ledger_index", ledger.get("seqNum")))
    closed = _number(ledger.get("close_time"))
    if (
        len(told_hash) != _ID_LENGTH
        or height is None
        or closed is None
        or not _is_ripple_time(closed)
    ):
        yield Skipped(number, number + 1, "a ledger without hash, index or time")
        return
    header = {
        **ledger,
        "ledger_index": height,
        "total_coins": ledger.get("total_coins", ledger.get("totalCoins")),
    }
    proved = ledger_hash(header)
    if proved is not None and proved != told_hash:
        yield Skipped(number, number + 1, f"ledger {height}: its fields do not give its hash")
        return
    transactions = ledger["transactions"]
    is_whole = all(isinstance(item, Mapping) for item in transactions)
    leaves = [_leaf(item) for item in transactions] if is_whole else []
    is_tree = is_whole and all(leaf is not None for leaf in leaves)
    root = transaction_tree_root([leaf for leaf in leaves if leaf]) if is_tree else ""
    if is_tree and root != str(ledger.get("transaction_hash", "")).upper():
        is_tree = False  # fields that this server adds or leaves out: nothing is proved by the tree
    level = Verified.REHASHED if proved else Verified.SINGLE_SOURCE
    yield AccountBlockRead(
        told_hash.lower(),
        str(ledger["parent_hash"]).lower(),
        height,
        closed + _EPOCH,
        is_whole,
        level,
    )
    for item in transactions:
        if isinstance(item, Mapping):
            place = _Place(item)
            place.height, place.block_hash = height, told_hash
            place.mined_at_unix = closed + _EPOCH
            yield _read_transaction(item, place, number, in_tree=is_tree and proved is not None)


def _read_transaction(
    told: Mapping[str, Any], place: _Place, number: int, *, in_tree: bool = False
) -> AccountTransactionRead | Skipped:
    fields, meta, told_id = _parts(told)
    if fields is None:
        return Skipped(number, number + 1, "a transaction in bytes that the codec cannot read")
    try:
        _require_names(fields)
        transfers = find_transfers(transaction_fields(fields), meta)
    except (TypeError, ValueError, KeyError, AttributeError):
        return Skipped(number, number + 1, f"transaction {told_id[:64]}: fields of another kind")
    content = serialize(transaction_fields(fields))
    found_id = transaction_id(content) if content else ""
    note = ""
    level = Verified.SINGLE_SOURCE
    if found_id and found_id == told_id:
        level = Verified.IN_BLOCK if in_tree else Verified.REHASHED
    elif found_id and told_id:
        return Skipped(number, number + 1, f"transaction {told_id}: its fields do not give its id")
    elif not content:
        note = "of a type that could not be re-hashed"
    fee = str(fields.get("Fee", ""))
    result = (meta or {}).get("TransactionResult")
    return AccountTransactionRead(
        txid=told_id or found_id,
        block_hash=place.block_hash.lower(),
        height=place.height,
        block_index=_number((meta or {}).get("TransactionIndex")) or 0,
        mined_at_unix=place.mined_at_unix,
        is_successful=None if result is None else result == "tesSUCCESS",
        sees_internal=meta is not None,
        fee_payer=fee_payer_of(fields),
        fee_units=int(fee) if fee.isdecimal() else None,
        transfers=transfers,
        verified=level,
        note=note,
    )


def _require_names(fields: Mapping[str, Any]) -> None:
    """Raise where an account is no text: it would be a name in the tables."""
    for name in ("Account", "Destination", "Delegate"):
        if not isinstance(fields.get(name, ""), str):
            raise TypeError(name)


def _parts(
    told: Mapping[str, Any],
) -> tuple[Mapping[str, Any] | None, Mapping[str, Any] | None, str]:
    """Fields, metadata and told id of a transaction in any of its shapes."""
    fields = told.get("tx", told.get("tx_json", told.get("tx_blob", told)))
    meta = told.get("meta", told.get("metaData", told.get("meta_blob")))
    if isinstance(fields, str):
        fields = _decoded(fields)
    if isinstance(meta, str):
        meta = _decoded(meta)
    if not isinstance(fields, Mapping) or "Account" not in fields:
        return None, None, ""
    named = str(told.get("hash", fields.get("hash", ""))).upper()
    return fields, meta if isinstance(meta, Mapping) else None, named


def _decoded(text: str) -> dict[str, Any] | None:
    try:
        return parse_serialized(bytes.fromhex(text))
    except ValueError:
        return None


def _leaf(told: Mapping[str, Any]) -> tuple[bytes, bytes] | None:
    fields, meta, _ = _parts(told)
    if fields is None or meta is None:
        return None
    given = {k: v for k, v in meta.items() if k != "delivered_amount"}
    content, metadata = serialize(transaction_fields(fields)), serialize(given)
    return (content, metadata) if content and metadata else None


def _number(told: Any) -> int | None:
    if isinstance(told, int):
        return told
    return int(told) if isinstance(told, str) and told.isdecimal() else None


def _is_ripple_time(seconds: int) -> bool:
    return 0 <= seconds <= _LAST_RIPPLE_TIME


def _moment(told: Any) -> int | None:
    """Seconds of Unix time from ripple time, or from ISO text."""
    number = _number(told)
    if number is not None:
        return number + _EPOCH if _is_ripple_time(number) else None
    if not isinstance(told, str):
        return None
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        return None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
