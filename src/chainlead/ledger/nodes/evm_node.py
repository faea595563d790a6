"""A node of Ethereum or its kin, asked over JSON-RPC: whose chain, whole blocks with what came of them.

Proof: every block is asked for with all transactions and receipts; the record of the answers is read
by `sources/evm_json`, where ids, senders and roots are recomputed. What the node only says (height,
in step, symbols of tokens, traces) is its word.
Limits: a node that keeps no old states cannot trace old blocks; then what contracts paid there is
unknown. Search by logs finds token transfers only, and only those that the node shows.
Spec: the Ethereum JSON-RPC API (execution-apis); geth `debug`; OpenEthereum `trace`.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import msgspec

from chainlead.errors import AnswerRefusedError, NodeUnfitError
from chainlead.ledger.accounts.evm_contracts import (
    BEACON_SLOT,
    IMPLEMENTATION_CALL,
    SLOTS,
    address_in,
)
from chainlead.ledger.accounts.evm_fields import (
    EvmFieldError,
    bytes_of,
    find_number,
    find_place,
    hash_of,
)
from chainlead.ledger.accounts.evm_token_logs import TRANSFER
from chainlead.ledger.accounts.evm_tokens import DECIMALS, SYMBOL

KIND = "evm-rpc"
ABOUT_CHAIN, ABOUT_BLOCKS, ABOUT_ADDRESS = "chain state", "blocks", "address history"
ABOUT_TRANSACTION, ABOUT_ACCOUNT = "transaction", "account"
BALANCE_OF = "0x70a08231"
"""The first four bytes of the hash of `balanceOf(address)`."""
DEBUG_TRACE, BLOCK_TRACE, NO_TRACE = "debug", "trace", ""
_BATCH = 100
_LOGS_AT_ONCE = 2_000
_AHEAD_SECONDS = 7_200
_TRACER = {"tracer": "callTracer"}

Ask = Callable[[str, bytes], bytes]
_Call = tuple[str, list[Any]]


@dataclass(frozen=True, slots=True)
class EvmState:
    """What the node says of itself.

    Attributes:
        height: of its newest block.
        has_block_receipts: it gives all receipts of a block at once.
        traces: how it shows calls inside transactions: `debug`, `trace` or not at all (empty).
    """

    height: int
    has_block_receipts: bool
    traces: str


class _Answer(msgspec.Struct):
    id: Any = None
    result: Any = None
    error: Any = None


class EvmNode:
    """Calls to one node."""

    def __init__(self, ask: Ask, chain_id: str, chain_name: str) -> None:
        """Ask through `ask`; the node should be of the chain with this number."""
        self._ask = ask
        self._chain_id = int(chain_id)
        self._name = chain_name

    def require_fit(self, *, now_unix: int, may_be_behind: bool = False) -> EvmState:
        """Check chain, state and clock, and what the node offers.

        Raises:
            NodeUnfitError: another chain, not in step, or a clock that is wrong.
        """
        told, syncing, newest = self._results(
            ABOUT_CHAIN,
            [("eth_chainId", []), ("eth_syncing", []), ("eth_getBlockByNumber", ["latest", False])],
        )
        chain_id = find_number(told)
        if chain_id != self._chain_id:
            raise NodeUnfitError(
                f"The node is of chain {chain_id}, not {self._chain_id} ({self._name})."
            )
        if syncing and not may_be_behind:
            at, of = (
                find_number(syncing.get(name)) if isinstance(syncing, dict) else None
                for name in ("currentBlock", "highestBlock")
            )
            raise NodeUnfitError(
                f"The node is still taking over the chain (at block {at} of {of}).",
                next_step="Wait until it is in step, or go on with --behind: later blocks are "
                "then missing.",
            )
        height = find_number(newest.get("number")) if isinstance(newest, dict) else None
        made = find_number(newest.get("timestamp")) if isinstance(newest, dict) else None
        if height is None or made is None:
            raise AnswerRefusedError("The node does not say which block is its newest.")
        if made > now_unix + _AHEAD_SECONDS:
            raise NodeUnfitError(
                "The node's last block lies in the future: its clock or this machine's is wrong.",
                next_step="Set the clock of this machine; times in the case depend on it.",
            )
        return self._offers(height)

    def _offers(self, height: int) -> EvmState:
        at = hex(height)
        receipts, debug, trace = self._answers(
            ABOUT_CHAIN,
            [
                ("eth_getBlockReceipts", [at]),
                ("debug_traceBlockByNumber", [at, _TRACER]),
                ("trace_block", [at]),
            ],
        )
        traces = NO_TRACE
        if debug.error is None and isinstance(debug.result, list):
            traces = DEBUG_TRACE
        elif trace.error is None and isinstance(trace.result, list):
            traces = BLOCK_TRACE
        return EvmState(height, isinstance(receipts.result, list), traces)

    def block_hashes(self, heights: Sequence[int]) -> list[str | None]:
        """The hash of the node's block at each height, without `0x`; None where it has none."""
        calls: list[_Call] = [("eth_getBlockByNumber", [hex(h), False]) for h in heights]
        return [
            hash_of(found.get("hash"), "the block's hash") if isinstance(found, dict) else None
            for found in self._results(ABOUT_CHAIN, calls)
        ]

    def fetch_block(self, height: int, state: EvmState) -> bytes:
        """Ask for a block with transactions, receipts and traces; the recorded answers are read.

        Returns:
            The answers' bytes, for a look at what is in them.

        Raises:
            NodeUnfitError: the node does not have the block or its receipts.
        """
        at = hex(height)
        calls: list[_Call] = [("eth_chainId", []), ("eth_getBlockByNumber", [at, True])]
        if state.has_block_receipts:
            calls.append(("eth_getBlockReceipts", [at]))
        if state.traces == DEBUG_TRACE:
            calls.append(("debug_traceBlockByNumber", [at, _TRACER]))
        elif state.traces == BLOCK_TRACE:
            calls.append(("trace_block", [at]))
        body = self._send(ABOUT_BLOCKS, calls)
        answers = _decoded(body, len(calls))
        block = answers[1].result
        if not isinstance(block, dict) or find_number(block.get("number")) != height:
            raise NodeUnfitError(
                f"The node does not have block {height}.",
                next_step="A node that keeps the last blocks only cannot give old ones.",
            )
        listed = block.get("transactions")
        listed = listed if isinstance(listed, list) else []
        if state.has_block_receipts and isinstance(answers[2].result, list):
            return body
        return body + self._fetch_receipts(listed)

    def _fetch_receipts(self, listed: Sequence[Any]) -> bytes:
        """One by one, where the node does not give them together."""
        bodies = b""
        ids = [one.get("hash") for one in listed if isinstance(one, dict)]
        for start in range(0, len(ids), _BATCH):
            calls: list[_Call] = [
                ("eth_getTransactionReceipt", [txid]) for txid in ids[start : start + _BATCH]
            ]
            body = self._send(ABOUT_BLOCKS, calls)
            if any(not isinstance(a.result, dict) for a in _decoded(body, len(calls))):
                raise NodeUnfitError("The node does not give the receipts of its own block.")
            bodies += body
        return bodies

    def fetch_assets(self, contracts: Sequence[str], height: int) -> None:
        """Ask token contracts for symbol and decimals; a contract may well refuse."""
        self._ask_each(
            ("eth_call", [{"to": contract, "data": data}, hex(height)])
            for contract in contracts
            for data in (SYMBOL, DECIMALS)
        )

    def fetch_contracts(self, accounts: Sequence[str], height: int) -> None:
        """Ask whether these accounts have code at a height, and whose code a proxy runs."""
        at = hex(height)
        found: set[str] = set()
        if accounts:
            self._ask_each([("eth_getBlockByNumber", [at, False])])
        calls: list[_Call] = []
        for account in accounts:
            calls += [("eth_getCode", [account, at]), ("eth_getProof", [account, [*SLOTS], at])]
            calls += [("eth_getStorageAt", [account, slot, at]) for slot in SLOTS]
        for method, params, told in self._ask_each(calls):
            if method == "eth_getStorageAt" and params[1] == BEACON_SLOT:
                beacon = address_in(_word(told))
                found |= {beacon} if beacon else set()
        beacons = sorted(found)
        self._ask_each(
            ("eth_call", [{"to": beacon, "data": IMPLEMENTATION_CALL}, at]) for beacon in beacons
        )
        if set(beacons) - {*accounts}:
            self._ask_each(("eth_getCode", [beacon, at]) for beacon in beacons)

    def _ask_each(self, calls: Iterable[_Call]) -> list[tuple[str, list[Any], Any]]:
        """Ask about contracts; each part names the node's chain. Method, parameters, result."""
        told: list[tuple[str, list[Any], Any]] = []
        waiting = iter(calls)
        while part := list(islice(waiting, _BATCH)):
            answers = self._answers(ABOUT_BLOCKS, [("eth_chainId", []), *part])[1:]
            told += [
                (method, params, answer.result)
                for (method, params), answer in zip(part, answers, strict=True)
            ]
        return told

    def find_places(self, txids: Sequence[str]) -> dict[str, tuple[int, str] | None]:
        """Height and hash of the block that holds each transaction, by its receipt; None: it has none.

        The node learns that these transactions matter.
        """
        places: dict[str, tuple[int, str] | None] = {}
        for start in range(0, len(txids), _BATCH):
            part = txids[start : start + _BATCH]
            calls: list[_Call] = [("eth_getTransactionReceipt", ["0x" + txid]) for txid in part]
            for txid, told in zip(part, self._results(ABOUT_TRANSACTION, calls), strict=True):
                height = find_place(told.get("blockNumber")) if isinstance(told, dict) else None
                places[txid] = None
                if height is not None:
                    places[txid] = height, hash_of(told.get("blockHash"), "its block's hash")
        return places

    def find_figures(
        self, account: str, contracts: Sequence[str], height: int
    ) -> tuple[int | None, dict[str, int | None]]:
        """How many transactions an account had signed at a height, and its balances there.

        Returns:
            The count, and units by contract (empty for the coin); None where the node keeps no state.
        """
        at = hex(height)
        word = account[2:].rjust(64, "0")
        calls: list[_Call] = [
            ("eth_getTransactionCount", [account, at]),
            ("eth_getBalance", [account, at]),
            *(("eth_call", [{"to": c, "data": BALANCE_OF + word}, at]) for c in contracts),
            *(("eth_getCode", [c, at]) for c in contracts),
        ]
        told: list[Any] = []
        for start in range(0, len(calls), _BATCH):
            part = calls[start : start + _BATCH]
            told += [answer.result for answer in self._answers(ABOUT_ACCOUNT, part)]
        codes = dict(zip(contracts, told[2 + len(contracts) :], strict=True))
        balances = {"": find_number(told[1])}
        for contract, balance in zip(contracts, told[2 : 2 + len(contracts)], strict=True):
            is_there = codes[contract] != "0x"  # before it was made nobody had any of it
            balances[contract] = find_number(balance) if is_there else 0
        return find_number(told[0]), balances

    def find_token_blocks(self, addresses: Sequence[str], first: int, last: int) -> Iterator[int]:
        """Heights whose logs tell of a token transfer from or to an address. The node learns them.

        Raises:
            NodeUnfitError: the node refuses even a single block.
        """
        words = ["0x" + address[2:].rjust(64, "0") for address in addresses]
        topic = "0x" + TRANSFER.hex()
        waiting = [
            (start, min(start + _LOGS_AT_ONCE - 1, last))
            for start in range(first, last + 1, _LOGS_AT_ONCE)
        ][::-1]
        found: set[int] = set()
        while waiting:
            start, end = waiting.pop()
            span = {"fromBlock": hex(start), "toBlock": hex(end)}
            answers = self._answers(
                ABOUT_ADDRESS,
                [
                    ("eth_getLogs", [{**span, "topics": [topic, words]}]),
                    ("eth_getLogs", [{**span, "topics": [topic, None, words]}]),
                ],
            )
            if any(answer.error is not None for answer in answers):
                if start == end:
                    raise NodeUnfitError(f"The node gives no logs: {_words(answers[0].error)}.")
                middle = (start + end) // 2
                waiting += [(middle + 1, end), (start, middle)]
                continue
            for answer in answers:
                logs = answer.result if isinstance(answer.result, list) else []
                heights = {find_number(log.get("blockNumber")) for log in logs if log}
                found |= {h for h in heights if h is not None and start <= h <= end}
        yield from sorted(found)

    def _results(self, question: str, calls: Sequence[_Call]) -> list[Any]:
        found: list[Any] = []
        for start in range(0, len(calls), _BATCH):
            part = calls[start : start + _BATCH]
            for (method, _), answer in zip(part, self._answers(question, part), strict=True):
                if answer.error is not None:
                    raise NodeUnfitError(f"The node refuses {method}: {_words(answer.error)}.")
                found.append(answer.result)
        return found

    def _answers(self, question: str, calls: Sequence[_Call]) -> list[_Answer]:
        return _decoded(self._send(question, calls), len(calls))

    def _send(self, question: str, calls: Sequence[_Call]) -> bytes:
        body = [
            {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
            for number, (method, params) in enumerate(calls)
        ]
        return self._ask(question, json.dumps(body, separators=(",", ":")).encode())


def _decoded(body: bytes, count: int) -> list[_Answer]:
    try:
        answers = sorted(msgspec.json.decode(body, type=list[_Answer]), key=lambda a: a.id)
    except (msgspec.MsgspecError, TypeError, UnicodeDecodeError, RecursionError) as error:
        raise AnswerRefusedError("The node's answer is not JSON-RPC.") from error
    if [a.id for a in answers] != list(range(count)):
        raise AnswerRefusedError("The node answered other calls than those that were asked.")
    return answers


def _word(told: Any) -> bytes:
    """32 bytes of an answer; none of another size."""
    try:
        return bytes_of(told, "the answer", 32)
    except EvmFieldError:
        return b""


def _words(error: Any) -> str:
    told = error.get("message") if isinstance(error, dict) else error
    return "".join(c for c in str(told)[:160] if c.isprintable()) or "without a reason"
