"""Answers of a history service in Etherscan's form, read from the record of a fetch.

Found in: records of `chainlead fetch evm --index`. Proof: none; see `evm_index_check`. Limits: a page
that is no answer (asked too often, no such action) adds nothing and is not missed here.
Spec: https://docs.etherscan.io, Accounts and "Common Error Messages"; https://docs.blockscout.com, RPC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec

from chainlead.errors import AnswerRefusedError
from chainlead.ledger.accounts.evm_fields import find_place
from chainlead.wire import Exchange, ExchangeLog

KIND = "evm-index"
_MOST_WORDS = 160
Row = Mapping[str, Any]


class IndexAnswer(msgspec.Struct):
    """One answer, of any outcome."""

    status: Any = None
    message: Any = None
    result: Any = None


@dataclass(slots=True)
class IndexHistory:
    """What a service told of one address.

    Attributes:
        rows: each as it was told, in the order of actions and pages, no page's overlap twice.
        missing: actions that the service does not offer.
        gaps: heights of blocks of which it shows only a part.
    """

    address: str
    rows: list[Row] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    gaps: list[int] = field(default_factory=list)


def read_index_log(log: ExchangeLog) -> tuple[IndexHistory, ...]:
    """What the recorded answers tell, by address. Pages of a window that was asked again count once."""
    found: dict[str, IndexHistory] = {}
    held: dict[tuple[str, str], list[Row]] = {}
    starts: dict[tuple[str, str], int] = {}
    for exchange in log.exchanges:
        asked = parse_qs(urlsplit(exchange.path).query)
        address, action = asked.get("address", [""])[0], asked.get("action", [""])[0]
        start = find_place(asked.get("startblock", ["0"])[0]) or 0
        history = found.setdefault(address, IndexHistory(address))
        rows, told = _exchange_rows(exchange)
        if rows is None:
            if says_not_offered(told) and action not in history.missing:
                history.missing.append(action)
            continue
        key = (address, action)
        if starts.get(key, start) != start:  # a new window: its first block was cut before
            newest = max((_height(row) for row in held.get(key, ())), default=start)
            if start > newest:
                history.gaps.append(newest)
            held[key] = [row for row in held.get(key, ()) if _height(row) < start]
        starts[key] = start
        held.setdefault(key, []).extend(rows)
    for (address, _), rows in held.items():
        found[address].rows += rows
    return tuple(found[address] for address in sorted(found))


def _exchange_rows(exchange: Exchange) -> tuple[list[Row] | None, str]:
    try:
        told = decode_index_answer(exchange.body)
        return index_rows(told), index_words(told)
    except AnswerRefusedError:
        return None, ""


def _height(row: Row) -> int:
    return find_place(row.get("blockNumber")) or 0


def decode_index_answer(body: bytes) -> IndexAnswer:
    """An answer of the service.

    Raises:
        AnswerRefusedError: it is none.
    """
    try:
        return msgspec.json.decode(body, type=IndexAnswer)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise AnswerRefusedError("The index's answer is not in Etherscan's form.") from error


def index_rows(told: IndexAnswer) -> list[Row] | None:
    """The rows of an answer; an empty list where there are none; None where it is no list."""
    if isinstance(told.result, list) and all(isinstance(row, dict) for row in told.result):
        return told.result
    nothing = str(told.message).lower()
    if told.result is None and nothing.startswith("no ") and nothing.endswith("found"):
        return []
    return None


def index_words(told: IndexAnswer) -> str:
    """What it says instead of rows."""
    said = told.result if isinstance(told.result, str) else told.message
    return "".join(c for c in str(said)[:_MOST_WORDS] if c.isprintable()).rstrip(".") or "no reason"


def says_busy(words: str) -> bool:
    """Whether it was asked too often."""
    plain = words.lower()
    return "rate limit" in plain or "too many requests" in plain


def says_not_offered(words: str) -> bool:
    """Whether there is no such question."""
    plain = words.lower()
    return "action" in plain and ("unknown" in plain or "missing" in plain or "invalid" in plain)


def says_too_far(words: str) -> bool:
    """Whether it shows no more rows of this question."""
    return "window is too large" in words.lower()
