"""A server of the XRP Ledger (rippled or Clio), asked over JSON-RPC or WebSocket.

Proof: what comes is proved by `accounts/xrp_hashes` when the record is read; here only the server's
network and its range of ledgers are asked.
Limits: `account_tx` is the server's word that nothing is missing; the ledgers themselves are the
proof. A history that reaches back before the server's range is cut, and said to be.
Spec: https://xrpl.org, `server_info`, `ledger`, `account_tx`.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from chainlead.errors import AnswerRefusedError, NodeUnfitError

ABOUT_CHAIN, ABOUT_BLOCKS, ABOUT_ACCOUNT = "chain state", "blocks", "account"
ABOUT_TRANSACTION = "transaction"
_PAGE = 200
_MOST_PAGES = 100_000
_MOST_RANGES = 10_000
_IN_STEP = {"full", "validating", "proposing"}
_OLDEST_SECONDS = 600
_SKEW_SECONDS = 7_200
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Ask = Callable[[str, bytes], bytes]


@dataclass(frozen=True, slots=True)
class XrpState:
    """What the server says of itself: its network and the ledgers that it keeps without a gap."""

    network_id: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class XrpPage:
    """A page of a history: how many transactions, and the newest ledger that was reached so far."""

    count: int
    newest: int


class XrpNode:
    """Calls to one server."""

    def __init__(self, ask: Ask, network_id: str, *, over_socket: bool = False) -> None:
        """Ask through `ask`; the server should be of this network.

        `over_socket`: in the form of WebSocket, where each question has a number.
        """
        self._ask = ask
        self._network_id = network_id
        self._over_socket = over_socket
        self._asked = 0

    def require_fit(self, *, now_unix: int, may_be_behind: bool = False) -> XrpState:
        """Check network, state and clock.

        Raises:
            NodeUnfitError: another network, not in step, a clock that is wrong, or it keeps no ledgers.
        """
        info = self._call(ABOUT_CHAIN, "server_info").get("info")
        if not isinstance(info, dict):
            raise AnswerRefusedError("The server says nothing about itself.")
        network_id = info.get("network_id", 0)
        if str(network_id) != self._network_id:
            raise NodeUnfitError(
                f"The server is of network {str(network_id)[:20]}, not {self._network_id}."
            )
        _require_clock(info.get("time"), now_unix)
        if not may_be_behind:
            _require_in_step(info)
        told = str(info.get("complete_ledgers", ""))[:_MOST_RANGES]
        ranges = [part.strip().partition("-") for part in told.split(",")]
        pairs = [
            (int(a), int(b or a)) for a, _, b in ranges if a.isdecimal() and (b or a).isdecimal()
        ]
        if not pairs:
            raise NodeUnfitError(
                "The server keeps no ledgers yet.", next_step="Wait until it has taken some over."
            )
        first, last = max(pairs, key=lambda pair: pair[1])
        return XrpState(int(self._network_id), first, last)

    def fetch_ledger(self, index: int) -> None:
        """Ask for a whole ledger with its transactions; the recorded answer is what is read.

        Raises:
            NodeUnfitError: the server does not have it.
        """
        params = {"ledger_index": index, "transactions": True, "expand": True}
        self._call(ABOUT_BLOCKS, "ledger", params)

    def fetch_history(self, account: str, first: int = -1, last: int = -1) -> Iterator[XrpPage]:
        """Ask for all transactions of an account between two ledgers, oldest first, page by page.

        Raises:
            NodeUnfitError: the account is not known to the server.
            AnswerRefusedError: the server goes round in a circle.
        """
        params: dict[str, Any] = {
            "account": account, "ledger_index_min": first, "ledger_index_max": last,
            "limit": _PAGE, "forward": True,
        }  # fmt: skip
        seen: set[str] = set()
        newest = first
        for _ in range(_MOST_PAGES):
            result = self._call(ABOUT_ACCOUNT, "account_tx", params)
            told = result.get("transactions", ())
            told = told if isinstance(told, list) else []
            newest = max([newest, *(_ledger_of(one) for one in told)])
            yield XrpPage(len(told), newest)
            marker = result.get("marker")
            if marker is None:
                return
            text = json.dumps(marker, sort_keys=True)
            if text in seen:
                break
            seen.add(text)
            params["marker"] = marker
        raise AnswerRefusedError("The server's pages of this account's history never end.")

    def fetch_transaction(self, txid: str) -> None:
        """Ask for one transaction with its metadata; the recorded answer is what is read.

        Raises:
            NodeUnfitError: the server does not have it.
        """
        self._call(ABOUT_TRANSACTION, "tx", {"transaction": txid.upper()})

    def _call(
        self, question: str, method: str, params: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        self._asked += 1
        told = dict(params or {})
        body: dict[str, Any] = {"method": method, "params": [told]}
        if self._over_socket:
            body = {**told, "id": self._asked, "command": method}
        sent = json.dumps(body, separators=(",", ":"), sort_keys=True).encode()
        try:
            answer = msgspec.json.decode(self._ask(question, sent))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise AnswerRefusedError("The server's answer is not JSON.") from error
        answer = answer if isinstance(answer, dict) else {}
        result = answer.get("result", answer if "error" in answer else None)
        if not isinstance(result, dict):
            raise AnswerRefusedError("The server's answer holds no result.")
        if result.get("status", "success") == "error" or "error" in result:
            words = str(result.get("error_message", result.get("error")))[:160]
            raise NodeUnfitError(f"The server refuses {method}: {words}.")
        return result


def _ledger_of(told: Any) -> int:
    """The ledger of a transaction in a history; -1 where it is not told."""
    if not isinstance(told, dict):
        return -1
    inner = told.get("tx", told.get("tx_json"))
    inner = inner if isinstance(inner, dict) else {}
    height = told.get("ledger_index", inner.get("ledger_index", inner.get("inLedger")))
    return height if isinstance(height, int) else -1


def _require_in_step(info: dict[str, Any]) -> None:
    state = str(info.get("server_state", "full"))
    newest = info.get("validated_ledger")
    age = newest.get("age", 0) if isinstance(newest, dict) else 0
    if state in _IN_STEP and not (isinstance(age, int) and age > _OLDEST_SECONDS):
        return
    why = f"its newest ledger is {age} seconds old" if state in _IN_STEP else state[:20]
    raise NodeUnfitError(
        f"The server is not in step ({why}).",
        next_step="Wait until it is full, or go on with --behind: later ledgers are then missing.",
    )


def _require_clock(told: Any, now_unix: int) -> None:
    """The server's own time, `2024-May-30 12:00:00.000000 UTC`, where it tells one."""
    parts = str(told).split(" ")
    try:
        year, month, day = parts[0].split("-")
        hour, minute, second = parts[1].split(".")[0].split(":")
        moment = datetime(
            int(year), _MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second),
            tzinfo=UTC,
        )  # fmt: skip
    except (ValueError, IndexError):
        return
    if abs(moment.timestamp() - now_unix) > _SKEW_SECONDS:
        raise NodeUnfitError(
            "The server's clock and this machine's are hours apart: one of them is wrong.",
            next_step="Set the clock of this machine; times in the case depend on it.",
        )
