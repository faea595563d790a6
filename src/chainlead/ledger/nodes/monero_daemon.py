"""monerod, asked over JSON-RPC: which net, how far, raw blocks, raw transactions.

Proof: blocks and transactions come as raw bytes; whoever takes them recomputes their ids.
Limits: that a block is on the best chain is the node's word: its proof of work is not recomputed.
A node can keep blocks back.
Spec: Monero daemon RPC documentation; the same for 0.18.0 and 0.18.4.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from chainlead.errors import AnswerRefusedError, NodeUnfitError

KIND: Final = "monero-daemon"
ABOUT_CHAIN, ABOUT_BLOCKS, ABOUT_TRANSACTION = "chain state", "blocks", "transaction"
_PER_REQUEST: Final = 100
_NETS: Final = {"mainnet": "main", "testnet": "test", "stagenet": "stage", "fakechain": "private"}

Ask = Callable[[str, str, bytes], bytes]
"""Sends a body to a path of the node under a class of question, and gives the answer's body."""


@dataclass(frozen=True, slots=True)
class DaemonState:
    """What the node says about itself: its net, and the height of its last block."""

    net: str
    height: int
    is_behind: bool


class MoneroDaemon:
    """Calls to one node."""

    def __init__(self, ask: Ask) -> None:
        """Ask through `ask`."""
        self._ask = ask

    def state(self) -> DaemonState:
        """Net and height.

        Raises:
            AnswerRefusedError: the answer is none of monerod.
        """
        info = self._rpc(ABOUT_CHAIN, "get_info", {})
        net, height = info.get("nettype"), info.get("height")
        if net not in _NETS or type(height) is not int or height < 1:
            raise AnswerRefusedError("The node's answer is none of monerod.")
        is_behind = bool(info.get("busy_syncing")) or info.get("synchronized") is False
        return DaemonState(_NETS[net], height - 1, is_behind and not info.get("offline"))

    def block(self, height: int, question: str = ABOUT_BLOCKS) -> bytes:
        """The raw block at a height.

        Raises:
            NodeUnfitError: the node does not give it.
        """
        return _bytes(self._rpc(question, "get_block", {"height": height}).get("blob"))

    def block_and_id(self, height: int, question: str = ABOUT_BLOCKS) -> tuple[bytes, bytes | None]:
        """The raw block at a height, and the id that the node says it has; None if it says none.

        Raises:
            NodeUnfitError: the node does not give it.
        """
        result = self._rpc(question, "get_block", {"height": height})
        header = result.get("block_header")
        said = header.get("hash") if isinstance(header, dict) else None
        return _bytes(result.get("blob")), None if said is None else _bytes(said)

    def transactions(
        self, txids: Sequence[bytes], question: str = ABOUT_BLOCKS
    ) -> list[dict[str, Any]]:
        """What the node gives for these ids: `as_hex` or its pruned parts, and its block.

        Raises:
            NodeUnfitError: it misses one of them.
        """
        found: list[dict[str, Any]] = []
        for start in range(0, len(txids), _PER_REQUEST):
            part = [txid.hex() for txid in txids[start : start + _PER_REQUEST]]
            sent = {"txs_hashes": part, "decode_as_json": False, "prune": False}
            answer = self._decoded(self._ask(question, "get_transactions", _encoded(sent)))
            missed = answer.get("missed_tx") or []
            if missed:
                raise NodeUnfitError(f"The node does not have transaction {str(missed[0])[:64]}.")
            listed = answer.get("txs")
            if not isinstance(listed, list) or len(listed) != len(part):
                raise AnswerRefusedError("The node gave other transactions than those asked for.")
            found += [one for one in listed if isinstance(one, dict)]
        return found

    def _rpc(self, question: str, method: str, params: dict[str, Any]) -> dict[str, Any]:
        sent = {"jsonrpc": "2.0", "id": "0", "method": method, "params": params}
        answer = self._decoded(self._ask(question, "json_rpc", _encoded(sent)))
        error = answer.get("error")
        if isinstance(error, dict):
            words = "".join(c for c in str(error.get("message"))[:160] if c.isprintable())
            raise NodeUnfitError(f"The node does not answer {method}: {words}.")
        result = answer.get("result")
        if not isinstance(result, dict):
            raise AnswerRefusedError("The node's answer has no result.")
        if result.get("status") == "BUSY":
            raise NodeUnfitError("The node is busy.", next_step="Run it again in a minute.")
        return result

    def _decoded(self, body: bytes) -> dict[str, Any]:
        try:
            return msgspec.json.decode(body, type=dict[str, Any])
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise AnswerRefusedError("The node's answer is not JSON.") from error


def _encoded(sent: dict[str, Any]) -> bytes:
    return json.dumps(sent, separators=(",", ":")).encode()


def _bytes(text: Any) -> bytes:
    try:
        return bytes.fromhex(text)
    except (TypeError, ValueError) as error:
        raise AnswerRefusedError("The node gave no raw block.") from error
