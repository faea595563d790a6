"""Esplora-format JSON: a transaction object, or an array of them (an address's history).

Found in: answers of an Esplora or mempool.space server (`/tx/:txid`, `/address/:address/txs`).
Proof: the id is recomputed from version, inputs, outputs and locktime; each address that is given
must be that of its script. Limits: that a transaction was mined, where and when, and what its
inputs spent (`prevout`) is the server's word until the block or the previous transaction is known.
Spec: https://github.com/Blockstream/esplora/blob/master/API.md.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from chainlead.codecs import address_from_script
from chainlead.errors import TransactionInvalidError, WrongNetworkError
from chainlead.ledger.json_text import json_from_bytes
from chainlead.ledger.source import Claims, Event, LedgerSource, Request, Skipped, TransactionRead
from chainlead.ledger.wire_transaction import (
    WireInput,
    WireOutput,
    WireTransaction,
    parse_transaction,
    serialize_transaction,
)
from chainlead.model import BlockHash, Network, Txid


class _Output(msgspec.Struct):
    scriptpubkey: str
    value: int
    scriptpubkey_address: str | None = None


class _Input(msgspec.Struct):
    txid: str
    vout: int
    sequence: int
    scriptsig: str = ""
    witness: list[str] | None = None
    prevout: _Output | None = None


class _Status(msgspec.Struct):
    confirmed: bool = False
    block_height: int | None = None
    block_hash: str | None = None
    block_time: int | None = None


class _Transaction(msgspec.Struct):
    txid: str
    version: int
    locktime: int
    vin: list[_Input]
    vout: list[_Output]
    status: _Status | None = None


class Esplora(LedgerSource):
    """Transactions and address histories as an Esplora server gives them."""

    form = "esplora-json"

    def recognises(self, content: bytes, request: Request) -> bool:  # noqa: ARG002  (same for all chains)
        """JSON with at least one object that has a txid, inputs, and outputs with scripts."""
        return any(_is_transaction(item) for item in _items(content))

    def read(self, content: bytes, request: Request) -> Iterator[Event]:
        """The transactions whose ids are right; the others are skipped by their number."""
        refused: list[Skipped] = []
        found = foreign = 0
        for number, item in enumerate(_items(content)):
            try:
                event = transaction_from_item(item, number, request)
            except WrongNetworkError as error:
                foreign += 1
                refused.append(Skipped(number, number + 1, error.message))
            except TransactionInvalidError as error:
                refused.append(Skipped(number, number + 1, error.message))
            else:
                found += 1
                yield event
        if not found:
            kind = WrongNetworkError if foreign else TransactionInvalidError
            raise kind(refused[0].reason if refused else "It holds no transaction.")
        yield from refused


def _items(content: bytes) -> list[Any]:
    document = json_from_bytes(content)
    return document if isinstance(document, list) else [document]


def _is_transaction(item: Any) -> bool:
    return (
        isinstance(item, dict)
        and isinstance(item.get("txid"), str)
        and isinstance(item.get("vin"), list)
        and isinstance(outputs := item.get("vout"), list)
        and all(isinstance(output, dict) and "scriptpubkey" in output for output in outputs)
    )


def transaction_from_item(item: Any, number: int, request: Request) -> TransactionRead:
    """One transaction of such a list, its id made again from its fields.

    Args:
        item: the object as it came.
        number: its place in the list, for the reason.
        request: whose chain.

    Raises:
        TransactionInvalidError: a field cannot be, or its fields give another id.
        WrongNetworkError: its addresses are of another network.
    """
    try:
        given = msgspec.convert(item, _Transaction)
        txid = Txid.from_display(given.txid)
        transaction = _rebuild(given, request)
        claims = _claims(given, request)
    except msgspec.ValidationError as error:
        raise TransactionInvalidError(f"Item {number} is not a transaction: {error}.") from error
    except (ValueError, OverflowError) as error:
        raise TransactionInvalidError(
            f"Item {number} has a field that cannot be: {error}."
        ) from error
    if transaction.txid != txid.wire:
        raise TransactionInvalidError(
            f"The fields of transaction {txid} give another id, "
            f"{Txid.from_wire(transaction.txid)}: it was changed."
        )
    for output in (*given.vout, *(spent.prevout for spent in given.vin if spent.prevout)):
        _check_address(output, request)
    return TransactionRead(transaction, claims, str(number))


def _rebuild(given: _Transaction, request: Request) -> WireTransaction:
    inputs = [
        WireInput(
            Txid.from_display(spent.txid).wire,
            _in_range(spent.vout, 32),
            _in_range(spent.sequence, 32),
            bytes.fromhex(spent.scriptsig),
        )
        for spent in given.vin
    ]
    outputs = [
        WireOutput(_in_range(output.value, 64), bytes.fromhex(output.scriptpubkey))
        for output in given.vout
    ]
    raw = serialize_transaction(
        version=given.version & 0xFFFFFFFF,
        inputs=inputs,
        outputs=outputs,
        locktime=_in_range(given.locktime, 32),
        witnesses=[[bytes.fromhex(part) for part in spent.witness or ()] for spent in given.vin],
    )
    return parse_transaction(
        raw, max_units=request.parameters.max_units, form=request.parameters.form
    )


def _claims(given: _Transaction, request: Request) -> Claims:
    previous = tuple(
        None
        if spent.prevout is None
        else (
            _in_range(spent.prevout.value, 64, most=request.parameters.max_units),
            bytes.fromhex(spent.prevout.scriptpubkey),
        )
        for spent in given.vin
    )
    status = given.status
    if status is None or not status.confirmed or status.block_height is None:
        return Claims(previous=previous)
    return Claims(
        height=_in_range(status.block_height, 31),
        block_hash=BlockHash.from_display(status.block_hash).wire if status.block_hash else None,
        mined_at_unix=None if status.block_time is None else _in_range(status.block_time, 32),
        previous=previous,
    )


def _in_range(number: int, bits: int, *, most: int | None = None) -> int:
    if not 0 <= number < 1 << bits or (most is not None and number > most):
        raise ValueError(f"{number} is out of range")
    return number


def _check_address(output: _Output, request: Request) -> None:
    if not output.scriptpubkey_address:
        return
    chain = request.parameters.chain
    script = bytes.fromhex(output.scriptpubkey)
    own = address_from_script(script, chain, request.network)
    if own is None or own == output.scriptpubkey_address:
        return
    others = {address_from_script(script, chain, network) for network in Network}
    if output.scriptpubkey_address in others:
        raise WrongNetworkError(
            f"The address {output.scriptpubkey_address} is not of {chain.value} {request.network.value}."
        )
    raise TransactionInvalidError(
        f"The address {output.scriptpubkey_address} is not that of its script."
    )
