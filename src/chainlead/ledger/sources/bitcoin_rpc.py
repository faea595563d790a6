"""Recorded answers of a node of the Bitcoin family: raw blocks, and raw transactions beside them.

Found in: what `chainlead fetch` keeps. Proof: each block passes its own checks and has the hash
that was asked for. Limits: other answers in the record (heights, filters) are not read: what the
node merely says counts for nothing.
Spec: Bitcoin Core RPC `getblock HASH 0`, `getrawtransaction TXID 0`.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from chainlead.errors import LedgerError
from chainlead.ledger.answer_log import AnswerLog
from chainlead.ledger.nodes.bitcoin_node import KIND
from chainlead.ledger.source import (
    BlockRead,
    Claims,
    Event,
    Request,
    Skipped,
    TransactionRead,
)
from chainlead.ledger.sources.raw_block import read_raw_block
from chainlead.ledger.wire_transaction import parse_transaction
from chainlead.wire import Exchange, ExchangeLog


class BitcoinRpc(AnswerLog):
    """Exchanges with a node."""

    form = KIND

    def read_log(self, log: ExchangeLog, request: Request) -> Iterator[Event]:
        """The blocks and transactions in the order in which they were asked for."""
        for number, exchange in enumerate(log.exchanges):
            for method, params, result in _calls(exchange):
                yield from _events(method, params, result, number, request)


def _calls(exchange: Exchange) -> Iterator[tuple[str, list[Any], Any]]:
    """Method, parameters and result of each call; the numbers in both sides belong together."""
    try:
        asked = msgspec.json.decode(exchange.request)
        answered = msgspec.json.decode(exchange.body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return
    asked = asked if isinstance(asked, list) else [asked]
    answered = answered if isinstance(answered, list) else [answered]
    results = {a["id"]: a.get("result") for a in answered if isinstance(a, dict) and "id" in a}
    for call in asked:
        if isinstance(call, dict) and call.get("id") in results:
            yield call["method"], call["params"], results[call["id"]]


def _events(
    method: str, params: list[Any], result: Any, number: int, request: Request
) -> Iterator[Event]:
    if not isinstance(result, str) or not params:
        return
    if method == "getblock" and params[1:] == [0]:
        try:
            read = read_raw_block(bytes.fromhex(result), request)
        except (LedgerError, ValueError) as error:
            yield Skipped(number, number + 1, f"block {params[0]}: {error}")
            return
        if read.block.header.block_hash[::-1].hex() != params[0]:
            yield Skipped(number, number + 1, f"asked for block {params[0]}, got another")
            return
        yield BlockRead(read.block, number)
    elif method == "getrawtransaction" and params[1:] in ([], [0], [False]):
        try:
            transaction = parse_transaction(
                bytes.fromhex(result),
                max_units=request.parameters.max_units,
                form=request.parameters.form,
            )
        except (LedgerError, ValueError) as error:
            yield Skipped(number, number + 1, f"transaction {params[0]}: {error}")
            return
        if transaction.txid[::-1].hex() != params[0]:
            yield Skipped(number, number + 1, f"asked for transaction {params[0]}, got another")
            return
        yield TransactionRead(transaction, Claims(), f"exchange {number}")
