"""A server of the Electrum protocol (ElectrumX, Fulcrum, electrs), asked in lines: histories and their proofs.

Proof: none here; the recorded answers are what the ledger reads, and there each transaction is hashed
again and each place proved (`sources/electrum_history`).
Limits: the server learns the script hashes that are asked about. That a history is whole is its word:
its status hash shows only whether it contradicts itself.
Spec: https://electrum-protocol.readthedocs.io, protocol 1.4.
"""

import hashlib
import json
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

import msgspec

from chainlead.errors import AnswerRefusedError, NodeUnfitError
from chainlead.ledger.header_chain import read_header
from chainlead.ledger.history_server import (
    ABOUT_CHAIN,
    ABOUT_HISTORY,
    HistoryEntry,
    RefusedByServerError,
    printable,
    require_few,
    require_in_step,
)
from chainlead.ledger.source import Request
from chainlead.ledger.split_check import require_own_side
from chainlead.model import BlockHash, Network, Txid

KIND = "electrum-rpc"
PROTOCOL = "1.4"
HEADERS_AT_ONCE = 2_016
_ASK_AGAIN = 3
_TRANSACTION = "blockchain.transaction.get"
_Kind = TypeVar("_Kind")

Ask = Callable[[str, bytes], bytes]
"""Sends a line under a class of question, and gives the lines that came back."""

AskAhead = Callable[[str, Sequence[bytes]], dict[bytes, bytes]]
"""Sends many lines under a class of question, so that each is answered already when it is asked; gives
what came, by line."""

Call = tuple[str, tuple[Any, ...]]
"""A method and its parameters."""


def greeting() -> bytes:
    """The line that opens a connection: which protocol, and nothing of who asks."""
    return _line(0, "server.version", ("", PROTOCOL))


class _Tip(msgspec.Struct):
    height: int
    hex: str


@dataclass(frozen=True, slots=True)
class ElectrumState:
    """The server's best block."""

    height: int
    best: BlockHash


def derive_script_hash(script: bytes) -> str:
    """The name under which the protocol knows a script."""
    return hashlib.sha256(script).digest()[::-1].hex()


def derive_status_hash(entries: Sequence[HistoryEntry]) -> str | None:
    """What the server's status of a script must be, if this is its history in the server's order."""
    if not entries:
        return None
    text = "".join(f"{entry.tx_hash}:{entry.height}:" for entry in entries)
    return hashlib.sha256(text.encode()).hexdigest()


def parse_history(result: Any) -> list[HistoryEntry]:
    """The entries of an answer to `get_history`.

    Raises:
        AnswerRefusedError: it is none.
    """
    try:
        entries = msgspec.convert(result, list[HistoryEntry])
        for entry in entries:
            Txid.from_display(entry.tx_hash)
    except (msgspec.ValidationError, ValueError) as error:
        raise AnswerRefusedError("The server's history is none.") from error
    if len({entry.tx_hash for entry in entries}) != len(entries):
        raise AnswerRefusedError("The server's history names a transaction twice.")
    return entries


def parse_answer(lines: bytes, number: object) -> Any:
    """The result in the last of these lines.

    Raises:
        AnswerRefusedError: it is no answer to the question of this number.
        RefusedByServerError: the server refuses the question.
    """
    try:
        answer = msgspec.json.decode(lines.rpartition(b"\n")[2])
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise AnswerRefusedError("The server's answer is not JSON.") from error
    if not isinstance(answer, dict):
        raise AnswerRefusedError("The server's answer is not JSON-RPC.")
    if answer.get("id") != number or isinstance(answer.get("id"), bool):
        raise AnswerRefusedError("The server answered another question than was asked.")
    if answer.get("error"):
        refusal = answer["error"]
        words = str(refusal.get("message", refusal) if isinstance(refusal, dict) else refusal)
        raise RefusedByServerError(printable(words, 160))
    if "result" not in answer:
        raise AnswerRefusedError("The server's answer holds no result.")
    return answer["result"]


class ElectrumServer:
    """Calls to one server."""

    headers_at_once: ClassVar[int] = HEADERS_AT_ONCE

    def __init__(self, ask: Ask, request: Request, ask_ahead: AskAhead | None = None) -> None:
        """Ask through `ask`; the server should be of this chain and network."""
        self._ask = ask
        self._ask_ahead = ask_ahead
        self._ahead: dict[Call, deque[int]] = {}
        self._request = request
        self._number = 0

    def require_fit(self, *, now_unix: int, may_be_behind: bool = False) -> ElectrumState:
        """Check that it serves this chain and network and is in step.

        Raises:
            NodeUnfitError: it is not.
            BlockInvalidError: its best header is none of this network.
        """
        features = self._asked(dict, ABOUT_CHAIN, "server.features")
        first = features.get("genesis_hash")
        network = self._request.network
        genesis = self._request.parameters.networks[network].genesis.display
        if network is not Network.TEST and first != genesis:
            raise NodeUnfitError(
                f"The server's first block is {printable(str(first), 64)}: it does not serve "
                f"{self._request.parameters.chain.value} {network.value}."
            )
        state = self.fetch_tip(now_unix=now_unix, may_be_behind=may_be_behind)
        require_own_side(
            self._request, state.height, lambda height: self._block_hash(ABOUT_CHAIN, height)
        )
        return state

    def fetch_tip(self, *, now_unix: int, may_be_behind: bool = False) -> ElectrumState:
        """Ask for the server's best header.

        Raises:
            NodeUnfitError: its time is not that of this machine.
            BlockInvalidError: it is none of this network.
        """
        result = self._asked(dict, ABOUT_CHAIN, "blockchain.headers.subscribe")
        try:
            tip = msgspec.convert(result, _Tip)
            header = read_header(bytes.fromhex(tip.hex), self._request)
        except (msgspec.ValidationError, ValueError) as error:
            raise AnswerRefusedError("The server's best header is none.") from error
        require_in_step(
            tip.height, header.mined_at_unix, now_unix,
            is_practice=self._request.network is not Network.MAIN, may_be_behind=may_be_behind,
        )  # fmt: skip
        return ElectrumState(tip.height, BlockHash(header.block_hash))

    def count_history(self, named: str) -> int:
        """How many transactions a script has; the protocol tells it by the whole list only.

        Raises:
            NodeUnfitError: the server refuses.
        """
        return len(
            parse_history(
                self._asked(list, ABOUT_HISTORY, "blockchain.scripthash.get_history", named)
            )
        )

    def fetch_history(self, script_hash: str, *, most: int) -> list[HistoryEntry]:
        """Ask for the status and the history of a script.

        They are asked again where they do not fit, for a block may have come in between.

        Raises:
            NodeUnfitError: the server refuses, or it has more than `most` transactions.
        """
        entries: list[HistoryEntry] = []
        for _ in range(_ASK_AGAIN):
            status = self._call(ABOUT_HISTORY, "blockchain.scripthash.subscribe", script_hash)
            result = self._asked(
                list, ABOUT_HISTORY, "blockchain.scripthash.get_history", script_hash
            )
            entries = parse_history(result)
            if derive_status_hash(entries) == status:
                break
        require_few(len(entries), most)
        return entries

    def fetch_transaction(self, txid: str) -> bytes | None:
        """Ask for a transaction's bytes; None where the server gives none."""
        try:
            result = self._call(ABOUT_HISTORY, _TRANSACTION, txid)
            return bytes.fromhex(result) if isinstance(result, str) else None
        except (RefusedByServerError, ValueError):
            return None

    def fetch_proof(self, txid: str, height: int) -> None:
        """Ask where in its block a transaction is; a refusal is recorded like any answer."""
        try:
            self._call(ABOUT_HISTORY, "blockchain.transaction.get_merkle", txid, height)
        except RefusedByServerError:
            return

    def fetch_header(self, height: int) -> bytes | None:
        """Ask for the header at a height; None where the server gives none."""
        return self._header(ABOUT_HISTORY, height)

    def _header(self, question: str, height: int) -> bytes | None:
        try:
            result = self._call(question, "blockchain.block.header", height)
            return bytes.fromhex(result) if isinstance(result, str) else None
        except (RefusedByServerError, ValueError):
            return None

    def fetch_block_hash(self, height: int) -> bytes | None:
        """The hash of the server's block at a height, from its header; None where it gives none."""
        return self._block_hash(ABOUT_HISTORY, height)

    def _block_hash(self, question: str, height: int) -> bytes | None:
        header = self._header(question, height)
        return None if header is None else self._request.parameters.header_hash(header)

    def fetch_headers(self, first: int, count: int) -> int:
        """Ask for headers from a height on; returns how many came, which may be fewer.

        Raises:
            NodeUnfitError: the server refuses.
        """
        result = self._asked(dict, ABOUT_HISTORY, "blockchain.block.headers", first, count)
        came = result.get("count")
        if not isinstance(came, int) or not 0 <= came <= count:
            raise AnswerRefusedError("The server's headers are none.")
        return came

    def _asked(self, kind: type[_Kind], question: str, method: str, *params: Any) -> _Kind:
        try:
            result = self._call(question, method, *params)
        except RefusedByServerError as error:
            raise NodeUnfitError(
                f"The server refuses {method}: {error}.",
                next_step="A server limits large histories; raise its limit, or ask less of it.",
            ) from error
        if not isinstance(result, kind):
            raise AnswerRefusedError(f"The server's answer to {method} is of another kind.")
        return result

    def prepare_histories(self, names: Sequence[str]) -> None:
        """Ask at once for what `fetch_tip` and `fetch_history` will ask for each of these."""
        self._prepare(ABOUT_CHAIN, [("blockchain.headers.subscribe", ()) for _ in names])
        calls: list[Call] = []
        for name in names:
            calls.append(("blockchain.scripthash.subscribe", (name,)))
            calls.append(("blockchain.scripthash.get_history", (name,)))
        self._prepare(ABOUT_HISTORY, calls)

    def prepare_entries(self, histories: Sequence[Sequence[HistoryEntry]]) -> list[bytes]:
        """Ask at once for the transactions of histories with their proofs and headers.

        Returns:
            the bytes of the transactions that came; `fetch_transaction` gives them again.
        """
        calls: list[Call] = []
        for entries in histories:
            heights: set[int] = set()
            for entry in entries:
                calls.append((_TRANSACTION, (entry.tx_hash,)))
                calls.append(("blockchain.transaction.get_merkle", (entry.tx_hash, entry.height)))
                if entry.height not in heights:
                    calls.append(("blockchain.block.header", (entry.height,)))
                    heights.add(entry.height)
        came = self._prepare(ABOUT_HISTORY, calls)
        return [raw for call, result in came if call[0] == _TRANSACTION and (raw := _raw(result))]

    def prepare_headers(self, heights: Sequence[int]) -> None:
        """Ask at once for these headers."""
        self._prepare(ABOUT_HISTORY, [("blockchain.block.header", (h,)) for h in heights])

    def prepare_transactions(self, txids: Sequence[str]) -> None:
        """Ask at once for these transactions."""
        self._prepare(ABOUT_HISTORY, [(_TRANSACTION, (txid,)) for txid in txids])

    def _prepare(self, question: str, calls: Sequence[Call]) -> list[tuple[Call, Any]]:
        """Ask at once; returns the results that are sound."""
        if self._ask_ahead is None:
            return []
        asked: dict[bytes, tuple[int, Call]] = {}
        for method, params in calls:
            self._number += 1
            self._ahead.setdefault((method, params), deque()).append(self._number)
            asked[_line(self._number, method, params)] = (self._number, (method, params))
        came = self._ask_ahead(question, list(asked))
        found = []
        for line, answer in came.items():
            number, call = asked[line]
            with suppress(AnswerRefusedError, RefusedByServerError):
                found.append((call, parse_answer(answer, number)))
        return found

    def _call(self, question: str, method: str, *params: Any) -> Any:
        prepared = self._ahead.get((method, params))
        if prepared:
            number = prepared.popleft()
        else:
            self._number += 1
            number = self._number
        return parse_answer(self._ask(question, _line(number, method, params)), number)


def _raw(result: Any) -> bytes:
    try:
        return bytes.fromhex(result) if isinstance(result, str) else b""
    except ValueError:
        return b""


def _line(number: int, method: str, params: Sequence[Any]) -> bytes:
    body = {"jsonrpc": "2.0", "id": number, "method": method, "params": list(params)}
    return json.dumps(body, separators=(",", ":")).encode()
