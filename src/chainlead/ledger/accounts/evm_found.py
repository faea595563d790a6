"""Find blocks, transactions, receipts, logs and traces wherever a node's JSON holds them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from chainlead.errors import AnswerRefusedError, LedgerSourceError
from chainlead.ledger.json_text import json_from_bytes
from chainlead.wire import Exchange, is_exchange_log, parse_exchange_log

BLOCK, TRANSACTION, RECEIPT, LOG = "block", "transaction", "receipt", "log"
CALLS, BLOCK_CALLS, FLAT, ANSWER, CHAIN = "calls", "block calls", "flat", "answer", "chain"
CODE, SLOT, PROOF, HEADER = "code", "slot", "proof", "header"
_DEEPEST = 8
_WRAPPERS = (
    "result", "res", "block", "blocks", "transactions", "transaction", "receipts", "receipt",
    "logs", "traces", "trace", "response", "data",
)  # fmt: skip
_MOST_LINES = 1_000_000
_OF_ACCOUNT = {"eth_getCode": CODE, "eth_getStorageAt": SLOT, "eth_getProof": PROOF}


@dataclass(frozen=True, slots=True)
class Found:
    """One thing. `number` is its place in the file; `params` are those of the question, if known."""

    kind: str
    told: Any
    number: int
    params: tuple[Any, ...] = ()


def find_in_json(content: bytes) -> Iterator[Found]:
    """All that a file holds: a record of questions and answers, a document, or documents in lines.

    Raises:
        LedgerSourceError: a record that is damaged.
    """
    if is_exchange_log(content):
        try:
            log = parse_exchange_log(content)
        except AnswerRefusedError as error:
            raise LedgerSourceError(error.message) from error
        for number, exchange in enumerate(log.exchanges):
            for method, params, result in _calls(exchange):
                yield from _of_call(method, params, result, number)
        return
    document = json_from_bytes(content)
    if document is not None:
        yield from _look(document, 0, 0)
        return
    for number, line in enumerate(content.split(b"\n", _MOST_LINES)):
        if line.strip():
            part = json_from_bytes(line)
            if part is None:
                return
            yield from _look(part, number, 0)


def is_evm_log(content: bytes, kind: str) -> bool:
    """Whether this is a record of questions to a server of this kind."""
    first = content[:200].partition(b"\n")[0]
    return is_exchange_log(content) and first.endswith(f'"kind":"{kind}"}}'.encode())


def _calls(exchange: Exchange) -> Iterator[tuple[str, list[Any], Any]]:
    """Method, parameters and result of each call; the numbers in both sides belong together."""
    try:
        asked = msgspec.json.decode(exchange.request)
        answered = msgspec.json.decode(exchange.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return
    asked = asked if isinstance(asked, list) else [asked]
    answered = answered if isinstance(answered, list) else [answered]
    results = {
        a["id"]: a.get("result")
        for a in answered
        if isinstance(a, dict) and isinstance(a.get("id"), int)
    }
    for call in asked:
        if isinstance(call, dict) and isinstance(call.get("id"), int) and call["id"] in results:
            params = call.get("params")
            if isinstance(params, list):
                yield str(call.get("method")), params, results[call["id"]]


def _of_call(method: str, params: list[Any], result: Any, number: int) -> Iterator[Found]:
    place = tuple(params)
    if method == "eth_chainId":
        yield Found(CHAIN, result, number)
    elif method == "eth_call":
        yield Found(ANSWER, result, number, place)
    elif method == "eth_getBlockByNumber" and params[1:] == [False]:
        yield Found(HEADER, result, number, place)
    elif method in _OF_ACCOUNT:
        yield Found(_OF_ACCOUNT[method], result, number, place)
    elif method in {"debug_traceBlockByNumber", "debug_traceBlockByHash"}:
        yield Found(BLOCK_CALLS, result, number, place)
    elif method == "debug_traceTransaction":
        yield Found(CALLS, result, number, place)
    else:
        yield from _look(result, number, 0)


def _look(document: Any, number: int, depth: int) -> Iterator[Found]:
    if depth > _DEEPEST:
        return
    if isinstance(document, list):
        for item in document:
            yield from _look(item, number, depth + 1)
    elif isinstance(document, Mapping):
        kind = _kind(document)
        if kind:
            yield Found(kind, document, number)
            return
        for name in _WRAPPERS:
            if name in document:
                yield from _look(document[name], number, depth + 1)


def _kind(document: Mapping[str, Any]) -> str:
    has = document.keys()
    if {"parentHash", "transactionsRoot", "stateRoot"} <= has:
        return BLOCK
    if {"transactionHash", "logs", "cumulativeGasUsed"} <= has:
        return RECEIPT
    if {"address", "topics", "transactionHash"} <= has:
        return LOG
    if {"action", "traceAddress"} <= has:
        return FLAT
    if {"txHash", "result"} <= has:
        return CALLS
    if {"hash", "from", "value", "nonce", "blockHash"} <= has and "timeStamp" not in has:
        return TRANSACTION
    return ""
