"""`monero incoming --node`: look through the blocks of the unit's own monerod with a view key.

The node is asked for whole blocks, so it learns no address; the key stays here. Every block's id and
every transaction's id is recomputed, and each block must follow the one before. Work is kept part by
part; heights that the case has looked at are not asked for again, unless their last block is no longer
the node's. Of the raw answers, those of blocks with a found output are kept.
"""

from dataclasses import dataclass
from typing import Self

from chainlead.codecs import Secret
from chainlead.errors import AnswerRefusedError, LedgerError, NodeUnfitError
from chainlead.ledger import monero
from chainlead.model import Chain, Network
from chainlead.wire import Exchange, ExchangeLog
from chainlead.workflow.case import Case
from chainlead.workflow.conversation import Conversation, NodeAddress
from chainlead.workflow.monero import (
    Incoming,
    IncomingOutput,
    Material,
    Progress,
    keep,
    load_incoming,
)

PART_BLOCKS = 500
_GENESIS = {
    "main": "418015bb9ae982a1975da7d79277c2705727a56894ba0fb246adaabb1f4632e3",
    "private": "418015bb9ae982a1975da7d79277c2705727a56894ba0fb246adaabb1f4632e3",
    "test": "48ca7cd3c8de5b6a4d53d2861fbdaedca141553559f9be9520068053cda8430b",
    "stage": "76ee3cc98646292206cd3e86f74d88b4dcc1d937088645e9b0cbca84b7ce74eb",
}
"""Id of the first block of each net; a private chain begins like the main one."""

_NETWORKS = {"main": Network.MAIN, "private": Network.REGTEST}


@dataclass(frozen=True, slots=True)
class _Part:
    """Heights that the case has looked at, and the id of the last block."""

    first: int
    last: int
    last_id: str


def find_incoming_at_node(
    case: Case,
    address: str,
    view_key: Secret,
    node: NodeAddress,
    *,
    first: int = 0,
    last: int | None = None,
    accounts: int = monero.ACCOUNTS,
    numbers: int = monero.NUMBERS,
    is_private_chain: bool = False,
    may_be_behind: bool = False,
    why: str = "",
    progress: Progress | None = None,
) -> Incoming:
    """Find what an address received in the blocks from one height to another.

    Args:
        case: open for writing.
        address: the wallet's first address, or one sub-address.
        view_key: 32 bytes; used here, not sent, not kept.
        node: monerod; needs consents for `chain state` and `blocks`.
        first: the first height.
        last: the last height, included; the node's last block if left out.
        accounts: how many accounts to look for.
        numbers: how many sub-addresses of each account.
        is_private_chain: the node runs a private chain for tests (`--regtest`).
        may_be_behind: take a node that is still taking over the ledger.
        why: the person's reason, for the journal.
        progress: called with blocks done and blocks in all.

    Raises:
        CodecError: the address is none, or the key does not belong to it.
        NodeUnfitError: another net, not in step, or its blocks do not follow each other.
        WireError: offline, not consented, unreachable, budget spent.
    """
    view = monero.ViewKey(address, view_key, accounts=accounts, numbers=numbers)
    net = "private" if is_private_chain and view.address.net == "main" else view.address.net
    parts = _parts_of(case, view.address.text, accounts, numbers)
    with MoneroConversation(case, node, net, why) as talk:
        state = talk.require_fit(may_be_behind=may_be_behind)
        until = state.height if last is None else min(last, state.height)
        for start in range(first, until + 1, PART_BLOCKS):
            end = min(start + PART_BLOCKS - 1, until)
            if not _is_known(talk, parts, start, end):
                talk.note("blocks", {"blocks_from": start, "blocks_to": end})
                how = {"host": node.host, "net": net, "accounts": accounts, "numbers": numbers}
                talk.look(view, start, end, how)
            if progress:
                progress(end + 1 - first, until + 1 - first)
    found = load_incoming(case, view.address.text)
    outputs = tuple(o for o in found.outputs if o.height is None or first <= o.height <= until)
    return Incoming(found.address, outputs, found.looked_at, found.skipped, (first, until))


class MoneroConversation:
    """Questions to one monerod, or to one monero-wallet-rpc, for one case."""

    def __init__(self, case: Case, node: NodeAddress, net: str, why: str) -> None:
        """Open nothing yet."""
        self.case = case
        self._why = why
        self._net = net
        self._talk = Conversation(case, node, Chain.MONERO, _NETWORKS.get(net, Network.TEST), why)
        self._base = node.url.rstrip("/")
        self.recorder = self._talk.recorder
        self.daemon = monero.MoneroDaemon(self.ask)
        self.wallet = monero.MoneroWallet(self.ask)
        self._before: monero.MoneroBlock | None = None

    def ask(self, question: str, path: str, body: bytes) -> bytes:
        """Send a body to one of the server's paths."""
        answer = self.recorder.ask(f"{self._base}/{path}", question=question, body=body)
        return answer.body

    def note(self, question: str, what: dict[str, object]) -> None:
        """Write into the journal what is about to be asked."""
        self._talk.note(question, {"net": self._net, **what})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_failure: object) -> None:
        self._talk.close()

    def require_fit(self, *, may_be_behind: bool = False) -> monero.DaemonState:
        """Check that it is a node of this net, in step.

        Raises:
            NodeUnfitError: it is not.
        """
        self.note("chain state", {})
        state = self.daemon.state()
        genesis = self._parsed(self.daemon.block(0, "chain state"))
        if state.net != self._net or genesis.block_id.hex() != _GENESIS[self._net]:
            raise NodeUnfitError(
                f"The node is of Monero's net {state.net!r}, the address of {self._net!r}.",
                next_step="Use a node of the address's net.",
            )
        if state.is_behind and not may_be_behind:
            raise NodeUnfitError(
                f"The node is still taking over the ledger (at block {state.height}).",
                next_step="Wait until it is in step, or go on with --behind: later blocks are "
                "then missing.",
            )
        self.recorder.take(monero.MONERO_DAEMON)
        return state

    def block_id(self, height: int) -> str:
        """The id of the node's block at a height."""
        block = self._parsed(self.daemon.block(height, "chain state"))
        self.recorder.take(monero.MONERO_DAEMON)
        return block.block_id.hex()

    def look(self, view: monero.ViewKey, first: int, last: int, how: dict[str, object]) -> None:
        """Look through blocks and keep what was found, as one act.

        Raises:
            NodeUnfitError: the blocks do not follow each other.
            AnswerRefusedError: an answer is not what was asked for.
        """
        found: list[monero.MoneroBlock] = []
        kept: list[Exchange] = []
        outputs: list[IncomingOutput] = []
        transactions = 0
        self.recorder.take(monero.MONERO_DAEMON)
        for height in range(first, last + 1):
            block = self._next_block(height)
            if block.txids:
                self.daemon.transactions(block.txids)
            log = self.recorder.take(monero.MONERO_DAEMON)
            material = Material()
            material.read(log.to_bytes(), str(height))
            missing = [txid for txid in block.txids if txid not in material.transactions]
            if missing:
                reason = material.skipped[0] if material.skipped else "it was not given"
                raise AnswerRefusedError(
                    f"The node did not give transaction {missing[0].hex()} of block {height} whole: "
                    f"{reason}."
                )
            here = block.block_id.hex()
            received = [one for one in material.find(view) if one.block_id == here]
            if received:
                outputs += received
                kept += log.exchanges
            transactions += len(material.transactions)
            found.append(block)
        heights = {"heights": [first, last], "last_id": found[-1].block_id.hex()}
        incoming = Incoming(
            view.address.text, tuple(outputs), (transactions, len(found)), (), (first, last)
        )
        source = ExchangeLog(monero.MONERO_DAEMON, tuple(kept)).to_bytes()
        blobs = {"source": source} if kept else {}
        keep(self.case, incoming, {**how, **heights}, blobs, self._why)

    def _next_block(self, height: int) -> monero.MoneroBlock:
        block = self._parsed(self.daemon.block(height))
        before, self._before = self._before, block
        follows = before is None or (
            before.height + 1 != height or block.previous_id == before.block_id
        )
        if block.height != height or not follows:
            raise NodeUnfitError(
                f"The node's block at height {height} does not follow the one before.",
                next_step="Run it again: the ledger may just have been reorganised. If it stays, "
                "do not trust this node.",
            )
        return block

    def _parsed(self, raw: bytes) -> monero.MoneroBlock:
        try:
            return monero.parse_block(raw)
        except LedgerError as error:
            raise AnswerRefusedError(f"The node's block is none: {error.message}") from error


def _parts_of(case: Case, address: str, accounts: int, numbers: int) -> list[_Part]:
    parts = []
    for entry in case.entries:
        what = entry.what
        if (
            entry.act == "monero.incoming"
            and what["address"] == address
            and what.get("heights")
            and what["accounts"] >= accounts
            and what["numbers"] >= numbers
        ):
            first, last = what["heights"]
            parts.append(_Part(first, last, what["last_id"]))
    return parts


def _is_known(talk: MoneroConversation, parts: list[_Part], first: int, last: int) -> bool:
    """Whether the case has looked at all of these heights, and they are still the node's."""
    for part in reversed(parts):
        if part.first <= first and last <= part.last:
            return talk.block_id(part.last) == part.last_id
    return False
