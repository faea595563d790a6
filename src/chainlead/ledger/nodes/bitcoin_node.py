"""A node of the Bitcoin family, asked over JSON-RPC: whose chain, which blocks, which filters.

Proof: blocks come as raw bytes and pass their own checks here; what the node only says (heights,
"in block …") counts for nothing until the block itself is there.
Limits: a node can keep blocks back; filters are its word (see `block_filter`). A node without
`txindex` finds a transaction only in its memory pool or in a block that is named.
Spec: Bitcoin Core RPC; Litecoin Core 0.21 and Dash Core answer the same calls.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from chainlead.errors import AnswerRefusedError, NodeUnfitError
from chainlead.ledger.parameters import ChainParameters
from chainlead.ledger.source import Request
from chainlead.ledger.split_check import require_own_side
from chainlead.model import BlockHash, Network, Txid

KIND = "bitcoin-rpc"
ABOUT_CHAIN, ABOUT_BLOCKS, ABOUT_TRANSACTION = "chain state", "blocks", "transaction"
_NAMES = {
    Network.MAIN: {"main"},
    Network.TEST: {"test", "testnet4", "test4"},
    Network.SIGNET: {"signet"},
    Network.REGTEST: {"regtest"},
}
_WARMING_UP, _NOT_FOUND, _NO_METHOD, _MISC = -28, -5, -32601, -1
_BATCH = 100

Ask = Callable[[str, bytes], bytes]
"""Sends a body to the node under a class of question, and gives the answer's body."""


@dataclass(frozen=True, slots=True)
class NodeState:
    """What the node says about itself.

    Attributes:
        height: of its best block.
        best: that block's hash.
        pruned_below: the lowest height whose block it still has; 0 if it has all.
        tip_unix: median time of the last blocks, seconds.
        has_filters, has_txindex: None where the node does not say.
    """

    height: int
    best: BlockHash
    pruned_below: int
    tip_unix: int
    has_filters: bool | None
    has_txindex: bool | None


class _Refusal(msgspec.Struct):
    code: int
    message: str = ""


class _Answer(msgspec.Struct):
    id: Any = None
    result: Any = None
    error: _Refusal | None = None


class CallRefusedError(Exception):
    """The node answered a call with an error."""

    def __init__(self, method: str, code: int, message: str) -> None:
        super().__init__(f"{method}: {message}")
        self.method = method
        self.code = code


class BitcoinNode:
    """Calls to one node."""

    def __init__(self, ask: Ask, parameters: ChainParameters, network: Network) -> None:
        """Ask through `ask`; the node should be of this chain and network."""
        self._ask = ask
        self._parameters = parameters
        self._network = network

    def require_fit(self, *, now_unix: int, may_be_behind: bool = False) -> NodeState:
        """Check that it is a node of this chain and network, in step, with a sane clock.

        Raises:
            NodeUnfitError: it is not.
        """
        info = self._one(ABOUT_CHAIN, "getblockchaininfo")
        name = str(info.get("chain"))
        if name not in _NAMES[self._network]:
            raise NodeUnfitError(
                f"The node is of the network {name[:20]!r}, not {self._network.value}."
            )
        first = self._one(ABOUT_CHAIN, "getblockhash", 0)
        genesis = self._parameters.networks[self._network].genesis
        if self._network is not Network.TEST and first != genesis.display:
            raise NodeUnfitError(
                f"The node's first block is {str(first)[:64]}: not a node of "
                f"{self._parameters.chain.value} {self._network.value}."
            )
        require_own_side(
            Request(self._parameters, self._network), int(info.get("blocks", 0)), self._hash_at
        )
        if info.get("initialblockdownload") and not may_be_behind:
            raise NodeUnfitError(
                f"The node is still taking over the chain (at block {info.get('blocks')} of "
                f"{info.get('headers')}).",
                next_step="Wait until it is in step, or go on with --behind: later blocks are "
                "then missing.",
            )
        tip_unix = int(info.get("mediantime", 0))
        if tip_unix > now_unix + 7200:
            raise NodeUnfitError(
                "The node's last blocks lie in the future: its clock or this machine's is wrong.",
                next_step="Set the clock of this machine; times in the case depend on it.",
            )
        indexes = self._indexes()
        return NodeState(
            height=int(info["blocks"]),
            best=BlockHash.from_display(info["bestblockhash"]),
            pruned_below=int(info.get("pruneheight", 0)) if info.get("pruned") else 0,
            tip_unix=tip_unix,
            has_filters=indexes and "basic block filter index" in indexes,
            has_txindex=indexes and "txindex" in indexes,
        )

    def _hash_at(self, height: int) -> bytes:
        return BlockHash.from_display(self._one(ABOUT_CHAIN, "getblockhash", height)).wire

    def _indexes(self) -> Any:
        try:
            return self._one(ABOUT_CHAIN, "getindexinfo")
        except CallRefusedError:
            return None  # an old node does not say

    def block_hashes(self, heights: Sequence[int]) -> list[BlockHash]:
        """The hashes of the blocks at these heights on the node's best chain."""
        answers = self._many(ABOUT_CHAIN, [("getblockhash", (height,)) for height in heights])
        return [BlockHash.from_display(answer) for answer in answers]

    def fetch_block(self, block_hash: BlockHash) -> None:
        """Ask for a block's raw bytes; the recorded answer is what the ledger reads.

        Raises:
            NodeUnfitError: the node has thrown this block away (pruned), or does not know it.
        """
        try:
            self._one(ABOUT_BLOCKS, "getblock", block_hash.display, 0)
        except CallRefusedError as error:
            raise NodeUnfitError(
                f"The node does not have block {block_hash.display}: {error}.",
                next_step="A pruned node keeps the last blocks only; use one that keeps them all.",
            ) from error

    def block_filters(self, hashes: Sequence[BlockHash]) -> Iterator[tuple[bytes, bytes]]:
        """The basic filter and its header (as printed) for each block.

        Raises:
            NodeUnfitError: the node keeps no filters.
        """
        calls = [("getblockfilter", (block_hash.display, "basic")) for block_hash in hashes]
        try:
            answers = self._many(ABOUT_BLOCKS, calls)
        except CallRefusedError as error:
            raise NodeUnfitError(
                f"The node gives no block filters: {error}.",
                next_step="Start it with blockfilterindex=1, and let it finish the index.",
            ) from error
        for answer in answers:
            try:
                yield bytes.fromhex(answer["filter"]), bytes.fromhex(answer["header"])
            except (KeyError, TypeError, ValueError) as error:
                raise AnswerRefusedError("The node's block filter is no filter.") from error

    def find_block_of(self, txid: Txid) -> BlockHash | None:
        """The block that the node says holds a transaction; None while it waits for a block.

        Raises:
            NodeUnfitError: the node does not find it.
        """
        try:
            answer = self._one(ABOUT_TRANSACTION, "getrawtransaction", txid.display, 1)
        except CallRefusedError as error:
            raise NodeUnfitError(
                f"The node does not find transaction {txid.display}: {error}.",
                next_step="A node finds old transactions only with txindex=1; or fetch the block "
                "that holds it, by height.",
            ) from error
        named = answer.get("blockhash") if isinstance(answer, dict) else None
        return None if named is None else BlockHash.from_display(named)

    def _one(self, question: str, method: str, *params: Any) -> Any:
        return self._many(question, [(method, params)])[0]

    def _many(self, question: str, calls: Sequence[tuple[str, tuple[Any, ...]]]) -> list[Any]:
        results = []
        for start in range(0, len(calls), _BATCH):
            part = calls[start : start + _BATCH]
            body = [
                {"jsonrpc": "1.0", "id": number, "method": method, "params": list(params)}
                for number, (method, params) in enumerate(part)
            ]
            sent = json.dumps(body if len(body) > 1 else body[0], separators=(",", ":")).encode()
            answers = _decoded(self._ask(question, sent), len(part))
            for (method, _), answer in zip(part, answers, strict=True):
                if answer.error is not None:
                    self._raise_for(method, answer.error)
                results.append(answer.result)
        return results

    def _raise_for(self, method: str, error: _Refusal) -> None:
        words = "".join(c for c in error.message[:160] if c.isprintable())
        if error.code == _WARMING_UP:
            raise NodeUnfitError(
                f"The node is starting: {words}.", next_step="Wait a minute and run it again."
            )
        raise CallRefusedError(method, error.code, words or f"error {error.code}")


def _decoded(body: bytes, count: int) -> list[_Answer]:
    try:
        if count > 1:
            answers = sorted(msgspec.json.decode(body, type=list[_Answer]), key=lambda a: a.id)
        else:
            answers = [msgspec.json.decode(body, type=_Answer)]
    except (msgspec.MsgspecError, TypeError, UnicodeDecodeError) as error:
        raise AnswerRefusedError("The node's answer is not JSON-RPC.") from error
    if [a.id for a in answers] != list(range(count)):
        raise AnswerRefusedError("The node answered other calls than those that were asked.")
    return answers
