"""A server of the Blockbook REST form (Trezor's), asked by paths: Bitcoin, Litecoin, Dash and kin.

Proof: none here; the recorded answers are what the ledger reads (`sources/blockbook_rest`).
Limits: the server learns the addresses that are asked about, and offers no merkle proofs: a place is
its word until a block holds the transaction, which can be asked for whole.
Spec: https://github.com/trezor/blockbook/blob/master/docs/api.md (API v2).
"""

from collections.abc import Sequence
from typing import ClassVar
from urllib.parse import quote

import msgspec

from chainlead.errors import AnswerRefusedError, NodeUnfitError
from chainlead.ledger.history_server import (
    ABOUT_CHAIN,
    ABOUT_HISTORY,
    HistoryEntry,
    ServerTip,
    printable,
    require_few,
)
from chainlead.ledger.nodes.rest_answers import Get, ask_or_refuse, json_from, value_or_none
from chainlead.ledger.source import Request
from chainlead.ledger.split_check import require_own_side
from chainlead.model import BlockHash, Network, Txid

KIND = "blockbook-rest"
PAGE_TRANSACTIONS = 200
_ASK_AGAIN = 3


class BlockIndex(msgspec.Struct):
    """Which block stands at a height."""

    blockHash: str  # noqa: N815  (the server's name)


class _Blockbook(msgspec.Struct):
    bestHeight: int  # noqa: N815  (the server's name)
    inSync: bool = False  # noqa: N815  (the server's name)


class State(msgspec.Struct):
    """What the server says of itself."""

    blockbook: _Blockbook


class AddressInShort(msgspec.Struct):
    """What the server says an address has in all; amounts are whole numbers as text."""

    txs: int = 0
    balance: str = "0"
    unconfirmedTxs: int = 0  # noqa: N815  (the server's name)


class Paid(msgspec.Struct):
    """One side of a transaction: which addresses, and how much."""

    addresses: list[str] | None = None
    value: str = "0"


class ListedTransaction(msgspec.Struct):
    """A transaction of a history, as far as it is looked at. What is empty is left out there."""

    txid: str
    blockHeight: int = 0  # noqa: N815  (the server's name)
    blockHash: str = ""  # noqa: N815  (the server's name)
    blockTime: int | None = None  # noqa: N815  (the server's name)
    hex: str = ""
    vin: list[Paid] = []
    vout: list[Paid] = []


class Page(msgspec.Struct):
    """One page of a history with its transactions."""

    page: int = 1
    totalPages: int = 1  # noqa: N815  (the server's name)
    transactions: list[ListedTransaction] = []


class Whole(msgspec.Struct):
    """A transaction or a block, in hexadecimal."""

    hex: str


class BlockbookServer:
    """Questions to one server.

    Attributes:
        about: the class of question under which transactions and blocks are asked for.
        with_blocks: ask for the whole block of each transaction, which proves its place.
    """

    headers_at_once: ClassVar[int] = 0

    def __init__(self, get: Get, request: Request, *, with_blocks: bool = False) -> None:
        """Ask through `get`; the server should be of this chain and network."""
        self._get = get
        self._request = request
        self._raw: dict[str, bytes] = {}
        self.about = ABOUT_HISTORY
        self.with_blocks = with_blocks

    def require_fit(self, *, now_unix: int, may_be_behind: bool = False) -> ServerTip:  # noqa: ARG002  (see base)
        """Check that it serves this chain and network and is in step.

        Raises:
            NodeUnfitError: it is not.
        """
        body = ask_or_refuse(self._get, ABOUT_CHAIN, "api/v2/block-index/0", "its first block")
        first, network = json_from(body, BlockIndex).blockHash, self._request.network
        genesis = self._request.parameters.networks[network].genesis.display
        if network is not Network.TEST and first != genesis:
            raise NodeUnfitError(
                f"The server's first block is {printable(first, 64)}: it does not serve "
                f"{self._request.parameters.chain.value} {network.value}."
            )
        state = self._state()
        require_own_side(
            self._request, state.bestHeight, lambda height: self._block_hash(ABOUT_CHAIN, height)
        )
        if not state.inSync and not may_be_behind:
            raise NodeUnfitError(
                "The server says that it is not in step with its own node.",
                next_step="Wait until it is, or go on with --behind: later payments are missing.",
            )
        return ServerTip(state.bestHeight)

    def fetch_tip(self, *, now_unix: int, may_be_behind: bool = False) -> ServerTip:  # noqa: ARG002  (see base)
        """Ask for the height of the server's best block."""
        return ServerTip(self._state().bestHeight)

    def _state(self) -> _Blockbook:
        body = ask_or_refuse(self._get, ABOUT_CHAIN, "api/status", "its state")
        return json_from(body, State).blockbook

    def count_history(self, named: str) -> int:
        """Ask how many transactions in blocks an address has.

        Raises:
            NodeUnfitError: the server refuses.
        """
        path = f"{_path(named)}?details=basic"
        body = ask_or_refuse(self._get, ABOUT_HISTORY, path, "the address")
        return json_from(body, AddressInShort).txs

    def fetch_history(self, named: str, *, most: int) -> Sequence[HistoryEntry]:
        """Ask how many transactions an address has, then for all of them, page by page.

        They are asked again where both do not fit, for a block may have come in between.

        Args:
            named: the address.
            most: more transactions are not fetched.

        Raises:
            NodeUnfitError: the server refuses, or it has more than `most` transactions.
        """
        found: dict[str, HistoryEntry] = {}
        path = _path(named)
        for _ in range(_ASK_AGAIN):
            count = self.count_history(named)
            require_few(count, most)
            found = self._pages(path, most)
            if sum(entry.height > 0 for entry in found.values()) == count:
                break
        return list(found.values())

    def _pages(self, path: str, most: int) -> dict[str, HistoryEntry]:
        found: dict[str, HistoryEntry] = {}
        number = 1
        while True:
            asked = f"{path}?details=txs&page={number}&pageSize={PAGE_TRANSACTIONS}"
            body = ask_or_refuse(self._get, ABOUT_HISTORY, asked, "the history")
            page = json_from(body, Page)
            new = [one for one in page.transactions if one.txid not in found]
            for one in new:
                found[_checked(one.txid)] = HistoryEntry(one.txid, max(one.blockHeight, 0))
                self._remember(one)
            require_few(len(found), most)
            if not new or page.page != number or number >= page.totalPages:
                return found
            number += 1

    def _remember(self, one: ListedTransaction) -> None:
        try:
            if one.hex:
                self._raw[one.txid] = bytes.fromhex(one.hex)
        except ValueError:
            return  # the source says what is wrong with it

    def fetch_listing(self, txid: str) -> HistoryEntry | None:
        """Ask where one transaction is; None where the server does not know it.

        Raises:
            AnswerRefusedError: the answer is about another one, or is none.
        """
        body = value_or_none(self._get, self.about, f"api/v2/tx/{txid}")
        if body is None:
            return None
        found = json_from(body, ListedTransaction)
        if found.txid != txid:
            raise AnswerRefusedError("The server answered about another transaction.")
        self._remember(found)
        return HistoryEntry(txid, max(found.blockHeight, 0))

    def fetch_transaction(self, txid: str) -> bytes | None:
        """The transaction's bytes, which came with the history, or are asked for now."""
        if txid in self._raw:
            return self._raw[txid]
        body = value_or_none(self._get, self.about, f"api/v2/tx-specific/{txid}")
        try:
            return None if body is None else bytes.fromhex(json_from(body, Whole).hex)
        except (AnswerRefusedError, ValueError):
            return None  # what it is instead is in the record

    def fetch_proof(self, txid: str, height: int) -> None:
        """This kind of server gives none."""

    def fetch_header(self, height: int) -> bytes | None:
        """Ask for the whole block at a height, where blocks are wanted."""
        if self.with_blocks:
            self._get(self.about, f"api/v2/rawblock/{height}")
        return None

    def fetch_headers(self, first: int, count: int) -> int:  # noqa: ARG002  (see base)
        """This kind of server gives none."""
        return 0

    def fetch_block_hash(self, height: int) -> bytes | None:
        """Ask which block stands at a height, in internal byte order; None where it gives none."""
        return self._block_hash(self.about, height)

    def _block_hash(self, question: str, height: int) -> bytes | None:
        body = value_or_none(self._get, question, f"api/v2/block-index/{height}")
        try:
            return (
                None
                if body is None
                else BlockHash.from_display(json_from(body, BlockIndex).blockHash).wire
            )
        except (AnswerRefusedError, ValueError):
            return None


def _path(named: str) -> str:
    return f"api/v2/address/{quote(named, safe='')}"


def _checked(txid: str) -> str:
    try:
        return Txid.from_display(txid).display
    except ValueError as error:
        raise AnswerRefusedError("The server's history is none.") from error
