"""Blocks, transactions and ring members of open CryptoNote ledgers in files and answers.

Found in: answers of a node (`get_block`, `get_transactions`, `get_outs`), of an explorer in the form of
JSend (`rawtransaction`, `rawblock`, `transaction`), raw bytes, hexadecimal text, several of them in one
JSON list. Proof: ids are recomputed; a ring's keys are believed only where its signature holds for them.
Limits: an explorer's summary (`transaction`) alone proves nothing: of it only the keys of the rings are
taken, to be tested.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from chainlead.errors import AnswerRefusedError, LedgerSourceError
from chainlead.ledger.cryptonote.open_block import OpenBlock, parse_open_block
from chainlead.ledger.cryptonote.open_transaction import OpenTransaction, parse_open_transaction
from chainlead.ledger.cryptonote.spelled_out import (
    is_block,
    is_transaction,
    spell_block,
    spell_transaction,
)
from chainlead.ledger.hex_text import bytes_from_hex_text
from chainlead.ledger.monero.curve import varint
from chainlead.ledger.source import Skipped
from chainlead.model import Chain
from chainlead.wire import is_exchange_log, parse_exchange_log

_TRANSACTION_FIELDS: Final = ("as_hex", "tx_hex", "tx_blob", "hex")
_ID_FIELDS: Final = ("tx_hash", "txid", "id_hash", "hash")
_LONGEST_HEX: Final = 1 << 22
_LINES: Final = 100_000


@dataclass(frozen=True, slots=True)
class LooseOpen:
    """A transaction outside a block; height and time are the source's word, None where it has none."""

    transaction: OpenTransaction
    place: str
    height: int | None = None
    made_at_unix: int | None = None


@dataclass(frozen=True, slots=True)
class RingKeys:
    """The keys that a source says a ring or one of its members has.

    Attributes:
        named: the input's key image; or amount and number of one output, each as a varint.
        keys: in the ring's order.
    """

    named: bytes
    keys: tuple[bytes, ...]


OpenEvent = OpenBlock | LooseOpen | RingKeys | Skipped


def name_of_output(amount_units: int, number: int) -> bytes:
    """How an output is named by its number among all of its amount."""
    return varint(amount_units) + varint(number)


def read_open_material(content: bytes, chain: Chain) -> Iterator[OpenEvent]:
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
            place = f"exchange {number}"
            asked, answered = _json(exchange.request), _json(exchange.body)
            yield from _outs(asked, answered)
            last = exchange.path.rpartition("/")[2]
            yield from _in_json(answered, place, chain, last if _is_id(last) else None)
        return
    if content.lstrip()[:1] in (b"{", b"["):
        document = _json(content)
        if document is None:
            raise LedgerSourceError("This file begins like JSON and is none.")
        yield from _in_json(document, "", chain)
        return
    lines = content.split(b"\n", _LINES)
    if len(lines) > 1 and all(bytes_from_hex_text(line) for line in lines if line.strip()):
        for number, line in enumerate(lines, start=1):
            raw = bytes_from_hex_text(line)
            if raw is not None:
                yield from _caught(lambda raw=raw: _whole(raw, chain), f"line {number}")  # type: ignore[misc]  # bound now
        return
    yield _whole(bytes_from_hex_text(content) or content, chain)


def _whole(raw: bytes, chain: Chain) -> OpenBlock | LooseOpen:
    """A block or a transaction: the bytes of one never read as the other."""
    try:
        return parse_open_block(raw, chain)
    except LedgerSourceError:
        return LooseOpen(parse_open_transaction(raw, chain), "whole file")


def _caught(read: Callable[[], OpenBlock | LooseOpen], place: str) -> Iterator[OpenEvent]:
    try:
        yield read()
    except LedgerSourceError as error:
        yield Skipped(0, 0, f"{place}: {error.message}")


def _in_json(
    document: Any, place: str, chain: Chain, asked: str | None = None
) -> Iterator[OpenEvent]:
    """Every object that is a block, a transaction or names ring members, in the document's order."""
    waiting: list[tuple[Any, str, str | None]] = [(document, place, asked)]
    while waiting:
        thing, where, outer = waiting.pop()
        if isinstance(thing, dict):
            named = next((text for f in _ID_FIELDS if _is_id(text := thing.get(f))), None)
            found = list(_of_object(thing, where, named or outer, chain))
            yield from found
            if any(isinstance(one, OpenBlock) for one in found) and "miner_tx" in thing:
                continue  # its parts are the block's
            below = next((t for f in _ID_FIELDS[:2] if _is_id(t := thing.get(f))), outer)
            inside = [(v, f"{where}/{k}"[:200], below) for k, v in thing.items()]
        elif isinstance(thing, list):
            inside = [(v, f"{where}/{n}"[:200], outer) for n, v in enumerate(thing)]
        else:
            continue
        waiting.extend(reversed([one for one in inside if isinstance(one[0], dict | list)]))


def _of_object(
    thing: dict[str, Any], where: str, named: str | None, chain: Chain
) -> Iterator[OpenEvent]:
    txid = bytes.fromhex(named) if named else None
    raw = _hex(thing.get("blob"))
    if raw:
        header = thing.get("block_header")
        said = header.get("hash") if isinstance(header, dict) else None
        name = bytes.fromhex(said) if said and _is_id(said) else txid
        yield from _caught(lambda: parse_open_block(raw, chain, named=name), where)
        return
    if is_block(thing):
        yield from _caught(lambda: _spelled_block(thing, chain, txid), where)
        return
    yield from _ring_keys(thing)
    whole = next((found for f in _TRANSACTION_FIELDS if (found := _hex(thing.get(f)))), b"")
    whole = whole or _hex(thing.get("pruned_as_hex")) + _hex(thing.get("prunable_as_hex"))
    spelled = thing if is_transaction(thing) else _json_text(thing.get("as_json"))
    if whole:
        yield from _caught(
            lambda: _placed(parse_open_transaction(whole, chain, named=txid), thing, where), where
        )
    elif isinstance(spelled, dict) and is_transaction(spelled):
        yield from _caught(lambda: _placed(_spelled(spelled, chain, txid), thing, where), where)


def _spelled(thing: dict[str, Any], chain: Chain, named: bytes | None) -> OpenTransaction:
    first: OpenTransaction | None = None
    for raw in spell_transaction(thing):
        found = parse_open_transaction(raw, chain, named=named)
        if found.is_proved:
            return found
        first = first or found
    assert first is not None
    return first


def _spelled_block(thing: dict[str, Any], chain: Chain, named: bytes | None) -> OpenBlock:
    reason: LedgerSourceError | None = None
    for raw in spell_block(thing):
        try:
            return parse_open_block(raw, chain, named=named)
        except LedgerSourceError as error:
            reason = reason or error
    raise reason or LedgerSourceError("This block cannot be written down.")


def _placed(transaction: OpenTransaction, thing: dict[str, Any], where: str) -> LooseOpen:
    in_pool = thing.get("in_pool") is True
    height, made = (
        None if in_pool else _whole_number(thing.get(name))
        for name in ("block_height", "block_timestamp")
    )
    return LooseOpen(transaction, where, height, made)


def _ring_keys(thing: dict[str, Any]) -> Iterator[RingKeys]:
    """An explorer's input: its key image, and the members of its ring with their keys."""
    mixins, image = thing.get("mixins"), thing.get("key_image")
    if not isinstance(mixins, list) or not _is_id(image):
        return
    keys = [one.get("public_key") for one in mixins if isinstance(one, dict)]
    if keys and all(_is_id(key) for key in keys):
        yield RingKeys(bytes.fromhex(str(image)), tuple(bytes.fromhex(str(k)) for k in keys))


def _outs(asked: Any, answered: Any) -> Iterator[RingKeys]:
    """A node's answer to `get_outs`: the key of each output that was named by amount and number."""
    if not isinstance(asked, dict) or not isinstance(answered, dict):
        return
    wanted, given = asked.get("outputs"), answered.get("outs")
    if not isinstance(wanted, list) or not isinstance(given, list) or len(wanted) != len(given):
        return
    for one, out in zip(wanted, given, strict=True):
        if not isinstance(one, dict) or not isinstance(out, dict) or not _is_id(out.get("key")):
            continue
        amount, number = _whole_number(one.get("amount")), _whole_number(one.get("index"))
        if amount and number is not None:
            yield RingKeys(name_of_output(amount, number), (bytes.fromhex(str(out["key"])),))


def _json(content: bytes) -> Any:
    try:
        return msgspec.json.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _json_text(text: Any) -> Any:
    return _json(text.encode()) if isinstance(text, str) and text else None


def _is_id(value: Any) -> bool:
    if not isinstance(value, str) or len(value) != 64:
        return False
    return bytes_from_hex_text(value.encode("utf-8", "replace")) is not None


def _whole_number(value: Any) -> int | None:
    return value if type(value) is int and 0 <= value < 1 << 63 else None


def _hex(value: Any) -> bytes:
    if not isinstance(value, str) or not value or len(value) > _LONGEST_HEX:
        return b""
    return bytes_from_hex_text(value.encode("utf-8", "replace")) or b""
