"""A server of the Esplora REST form (Blockstream's electrs, mempool.space), asked by paths.

Proof: none here; the recorded answers are what the ledger reads, and there each transaction is hashed
again and each place proved (`sources/esplora_rest`).
Limits: the server learns the addresses that are asked about. That a history is whole is its word: its
summary of an address shows only whether it contradicts itself. A server may show the last transactions
of a large address only; the count before the fetch says so.
Spec: https://github.com/Blockstream/esplora/blob/master/API.md; mempool.space REST API.
"""

import re
from collections.abc import Sequence
from typing import ClassVar

import msgspec

from chainlead.errors import AnswerRefusedError, NodeUnfitError
from chainlead.ledger.header_chain import read_header
from chainlead.ledger.history_server import (
    ABOUT_CHAIN,
    ABOUT_HISTORY,
    HistoryEntry,
    ServerTip,
    printable,
    require_few,
    require_in_step,
)
from chainlead.ledger.nodes.rest_answers import (
    Get,
    ask_or_refuse,
    json_from,
    text_from,
    value_or_none,
)
from chainlead.ledger.source import Request
from chainlead.ledger.split_check import require_own_side
from chainlead.model import BlockHash, Network, Txid

KIND = "esplora-rest"
HEADERS_AT_ONCE = 10
_ASK_AGAIN = 3
_HASH = re.compile(r"[0-9a-f]{64}")


class AddressCounts(msgspec.Struct):
    """What the server says an address has in all."""

    tx_count: int
    funded_txo_sum: int = 0
    spent_txo_sum: int = 0


class AddressSummary(msgspec.Struct):
    """An address in short: what blocks hold, and what waits."""

    chain_stats: AddressCounts
    mempool_stats: AddressCounts | None = None


class _Status(msgspec.Struct):
    confirmed: bool
    block_height: int | None = None


class _Listed(msgspec.Struct):
    txid: str
    status: _Status


class _Short(msgspec.Struct):
    height: int


class EsploraServer:
    """Questions to one server.

    Attributes:
        about: the class of question under which transactions, proofs and headers are asked for.
    """

    headers_at_once: ClassVar[int] = HEADERS_AT_ONCE

    def __init__(self, get: Get, request: Request) -> None:
        """Ask through `get`; the server should be of this chain and network."""
        self._get = get
        self._request = request
        self.about = ABOUT_HISTORY

    def require_fit(self, *, now_unix: int, may_be_behind: bool = False) -> ServerTip:
        """Check that it serves this chain and network and is in step.

        Raises:
            NodeUnfitError: it is not.
            BlockInvalidError: its best header is none of this network.
        """
        body = ask_or_refuse(self._get, ABOUT_CHAIN, "block-height/0", "its first block")
        first, network = text_from(body), self._request.network
        genesis = self._request.parameters.networks[network].genesis.display
        if network is not Network.TEST and first != genesis:
            raise NodeUnfitError(
                f"The server's first block is {printable(first, 64)}: it does not serve "
                f"{self._request.parameters.chain.value} {network.value}."
            )
        tip = self.fetch_tip(now_unix=now_unix, may_be_behind=may_be_behind)
        require_own_side(
            self._request, tip.height, lambda height: self._block_hash(ABOUT_CHAIN, height)
        )
        return tip

    def fetch_tip(self, *, now_unix: int, may_be_behind: bool = False) -> ServerTip:
        """Ask for the height of the server's best block, and for the block's header.

        Raises:
            NodeUnfitError: its time is not that of this machine.
            BlockInvalidError: it is none of this network.
        """
        height = self._tip_height()
        raw = self._header(ABOUT_CHAIN, height)
        if raw is None:
            raise NodeUnfitError(f"The server does not show its own best header ({height}).")
        header = read_header(raw, self._request)
        require_in_step(
            height, header.mined_at_unix, now_unix,
            is_practice=self._request.network is not Network.MAIN, may_be_behind=may_be_behind,
        )  # fmt: skip
        return ServerTip(height)

    def _tip_height(self) -> int:
        body = ask_or_refuse(self._get, ABOUT_CHAIN, "blocks/tip/height", "its best block")
        text = text_from(body)
        if not text.isdigit() or len(text) > 9:
            raise AnswerRefusedError("The server's best height is none.")
        return int(text)

    def count_history(self, named: str) -> int:
        """Ask how many transactions in blocks an address has.

        Raises:
            NodeUnfitError: the server refuses.
        """
        body = ask_or_refuse(self._get, ABOUT_HISTORY, f"address/{named}", "the address")
        return json_from(body, AddressSummary).chain_stats.tx_count

    def fetch_history(self, named: str, *, most: int) -> Sequence[HistoryEntry]:
        """Ask how many transactions an address has, then for all of them, page by page.

        They are asked again where both do not fit, for a block may have come in between.

        Args:
            named: the address.
            most: more transactions are not fetched.

        Raises:
            NodeUnfitError: the server refuses, or it has more than `most` transactions.
        """
        entries: list[HistoryEntry] = []
        for _ in range(_ASK_AGAIN):
            count = self.count_history(named)
            require_few(count, most)
            entries = self._pages(named, most)
            if len(entries) == count:
                break
        waiting = ask_or_refuse(
            self._get, ABOUT_HISTORY, f"address/{named}/txs/mempool", "what waits for a block"
        )
        entries += [HistoryEntry(one.txid, 0) for one in _listed(waiting)]
        return entries

    def _pages(self, named: str, most: int) -> list[HistoryEntry]:
        found: dict[str, HistoryEntry] = {}
        path = f"address/{named}/txs/chain"
        while True:
            page = _listed(ask_or_refuse(self._get, ABOUT_HISTORY, path, "the history"))
            new = [one for one in page if one.txid not in found]
            for one in new:
                height = one.status.block_height if one.status.confirmed else 0
                found[one.txid] = HistoryEntry(one.txid, height or 0)
            require_few(len(found), most)
            if not new:  # an empty page, or a server that gives the same page for ever
                return list(found.values())
            path = f"address/{named}/txs/chain/{page[-1].txid}"

    def fetch_listing(self, txid: str) -> HistoryEntry | None:
        """Ask where one transaction is; None where the server does not know it.

        Raises:
            AnswerRefusedError: the answer is about another one, or is none.
        """
        body = value_or_none(self._get, self.about, f"tx/{txid}")
        if body is None:
            return None
        found = json_from(body, _Listed)
        if found.txid != txid:
            raise AnswerRefusedError("The server answered about another transaction.")
        height = found.status.block_height if found.status.confirmed else 0
        return HistoryEntry(txid, height or 0)

    def fetch_transaction(self, txid: str) -> bytes | None:
        """Ask for a transaction's bytes; None where the server gives none."""
        return self._hexadecimal(self.about, f"tx/{txid}/hex")

    def fetch_proof(self, txid: str, height: int) -> None:  # noqa: ARG002  (the server knows it)
        """Ask where in its block a transaction is; a refusal is recorded like any answer."""
        self._get(self.about, f"tx/{txid}/merkle-proof")

    def fetch_header(self, height: int) -> bytes | None:
        """Ask which block stands at a height, and for its header; None where it gives none."""
        return self._header(self.about, height)

    def fetch_block_hash(self, height: int) -> bytes | None:
        """Ask which block stands at a height, in internal byte order; None where it gives none."""
        return self._block_hash(self.about, height)

    def _header(self, question: str, height: int) -> bytes | None:
        named = self._block_hash(question, height)
        if named is None:
            return None
        return self._hexadecimal(question, f"block/{named[::-1].hex()}/header")

    def _block_hash(self, question: str, height: int) -> bytes | None:
        body = value_or_none(self._get, question, f"block-height/{height}")
        text = "" if body is None else body.decode("ascii", "replace").strip()
        return BlockHash.from_display(text).wire if _HASH.fullmatch(text) else None

    def fetch_headers(self, first: int, count: int) -> int:
        """Ask for the blocks up to `first + count - 1` in short; returns how many new ones came."""
        top = first + min(count, HEADERS_AT_ONCE) - 1
        body = value_or_none(self._get, self.about, f"blocks/{top}")
        if body is None:
            return 0
        heights = {one.height for one in json_from(body, list[_Short])}
        return top - first + 1 if heights.issuperset(range(first, top + 1)) else 0

    def _hexadecimal(self, question: str, path: str) -> bytes | None:
        body = value_or_none(self._get, question, path)
        try:
            return None if body is None else bytes.fromhex(body.decode("ascii").strip())
        except ValueError:
            return None  # what it is instead is in the record


def _listed(body: bytes) -> list[_Listed]:
    page = json_from(body, list[_Listed])
    try:
        for one in page:
            Txid.from_display(one.txid)
    except ValueError as error:
        raise AnswerRefusedError("The server's history is none.") from error
    return page
