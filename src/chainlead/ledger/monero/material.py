"""Blocks and transactions of Monero in files: as bytes, as hexadecimal text, inside JSON, in records.

Found in: answers of monerod (`get_transactions`, `get_block`), explorers with raw output, wallet
and test tools, what this program kept of a node's answers. Proof: every id is recomputed; a
transaction that does not give the id beside it is left out, with the reason.
Limits: JSON that only spells a transaction out (`as_json`) is not read: its id cannot be proved.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from chainlead.errors import AnswerRefusedError, LedgerSourceError
from chainlead.ledger.hex_text import bytes_from_hex_text
from chainlead.ledger.monero.block import MoneroBlock, parse_block
from chainlead.ledger.monero.transaction import MoneroTransaction, parse_transaction
from chainlead.ledger.source import Skipped
from chainlead.wire import is_exchange_log, parse_exchange_log

_TRANSACTION_FIELDS: Final = ("as_hex", "tx_hex", "tx_blob", "hex")
_BLOCK_FIELD: Final = "blob"
_ID_FIELDS: Final = ("tx_hash", "hash", "txid", "id")
_LONGEST_HEX: Final = 1 << 22
_LINES: Final = 100_000
_ID_DIGITS: Final = 64


@dataclass(frozen=True, slots=True)
class LooseTransaction:
    """A transaction outside a block, with its id recomputed.

    Attributes:
        place: where in the file.
        height, made_at_unix: of its block, as the source says; None where it says nothing.
    """

    transaction: MoneroTransaction
    place: str
    height: int | None = None
    made_at_unix: int | None = None


MoneroEvent = MoneroBlock | LooseTransaction | Skipped


def read_material(content: bytes) -> Iterator[MoneroEvent]:
    """What these bytes hold, in their order.

    Raises:
        LedgerSourceError: the whole of it is none of the forms.
    """
    if is_exchange_log(content):
        try:
            log = parse_exchange_log(content)
        except AnswerRefusedError as error:
            raise LedgerSourceError(error.message) from error
        for number, exchange in enumerate(log.exchanges):
            try:
                document = msgspec.json.decode(exchange.body)
            except (msgspec.MsgspecError, UnicodeDecodeError):
                yield Skipped(number, number + 1, "the answer is not JSON")
                continue
            yield from _in_json(document, f"exchange {number}")
        return
    if content.lstrip()[:1] in (b"{", b"["):
        try:
            document = msgspec.json.decode(content)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise LedgerSourceError("This file begins like JSON and is none.") from error
        yield from _in_json(document, "")
        return
    lines = content.split(b"\n", _LINES)
    if len(lines) > 1 and all(bytes_from_hex_text(line) for line in lines if line.strip()):
        for number, line in enumerate(lines, start=1):
            raw = bytes_from_hex_text(line)
            if raw is not None:
                yield from _caught(raw, f"line {number}")
        return
    yield _whole(bytes_from_hex_text(content) or content, "whole file")


def _caught(raw: bytes, place: str) -> Iterator[MoneroEvent]:
    try:
        yield _whole(raw, place)
    except LedgerSourceError as error:
        yield Skipped(0, len(raw), f"{place}: {error.message}")


def _whole(raw: bytes, place: str) -> MoneroBlock | LooseTransaction:
    """A block or a transaction: the bytes of one never read as the other."""
    try:
        return parse_block(raw)
    except LedgerSourceError:
        return LooseTransaction(parse_transaction(raw), place)


def _in_json(document: Any, place: str) -> Iterator[MoneroEvent]:
    """Every object that holds raw bytes, in the document's order."""
    waiting: list[tuple[Any, str]] = [(document, place)]
    while waiting:
        thing, where = waiting.pop()
        if isinstance(thing, dict):
            yield from _of_object(thing, where)
            inside = [(value, f"{where}/{name}"[:200]) for name, value in thing.items()]
        elif isinstance(thing, list):
            inside = [(value, f"{where}/{number}"[:200]) for number, value in enumerate(thing)]
        else:
            continue
        waiting.extend(reversed([pair for pair in inside if isinstance(pair[0], dict | list)]))


def _of_object(thing: dict[str, Any], where: str) -> Iterator[MoneroEvent]:
    raw = _hex(thing.get(_BLOCK_FIELD))
    if raw:
        yield from _caught(raw, where)
    named = next((text for name in _ID_FIELDS if _is_id(text := thing.get(name))), None)
    for field in _TRANSACTION_FIELDS:
        raw = _hex(thing.get(field))
        if raw:
            yield _loose(raw, None, named, thing, where)
            return
    pruned = _hex(thing.get("pruned_as_hex"))
    if pruned:
        rest, rest_hash = _hex(thing.get("prunable_as_hex")), _hex(thing.get("prunable_hash"))
        yield _loose(pruned + rest, None if rest else rest_hash, named, thing, where)


def _loose(
    raw: bytes, prunable_hash: bytes | None, named: str | None, thing: dict[str, Any], where: str
) -> LooseTransaction | Skipped:
    try:
        transaction = parse_transaction(raw, prunable_hash=prunable_hash)
    except LedgerSourceError as error:
        return Skipped(0, len(raw), f"{where}: {error.message}")
    if transaction.txid is None:
        return Skipped(0, len(raw), f"{where}: its id cannot be recomputed without its signatures")
    if named is not None and transaction.txid.hex() != named.lower():
        return Skipped(0, len(raw), f"{where}: these bytes are not transaction {named[:64]}")
    in_pool = thing.get("in_pool") is True
    height, made = (
        None if in_pool else _whole_number(thing.get(name))
        for name in ("block_height", "block_timestamp")
    )
    return LooseTransaction(transaction, where, height, made)


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and len(value) == _ID_DIGITS


def _whole_number(value: Any) -> int | None:
    return value if type(value) is int and 0 <= value < 1 << 63 else None


def _hex(value: Any) -> bytes:
    if not isinstance(value, str) or not value or len(value) > _LONGEST_HEX:
        return b""
    return bytes_from_hex_text(value.encode()) or b""
