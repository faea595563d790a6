"""`fetch electroneum`: blocks of an open CryptoNote ledger from the unit's own node or explorer.

The node is asked for whole blocks and for the keys behind numbers of outputs, so it learns no address.
Every block must follow the one before. An explorer is asked for single transactions: it learns that
they matter. All answers are kept, and read again at each verification.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chainlead.errors import AnswerRefusedError, LedgerError, NodeUnfitError
from chainlead.ledger import (
    CRYPTONOTE,
    NamedRing,
    OpenBlock,
    OpenTransaction,
    Pin,
    Request,
    get_parameters,
    monero,
    parse_open_block,
    parse_open_transaction,
)
from chainlead.model import Chain, Network
from chainlead.workflow.case import Case
from chainlead.workflow.conversation import Conversation, NodeAddress
from chainlead.workflow.ledger import add_content, pin_of, require_same_network

PART_BLOCKS = 100
KEYS_AT_ONCE = 500

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class OpenFetchResult:
    """What was fetched, and the pin after it; `refused` are parts that did not prove themselves."""

    pin: Pin
    new_blocks: int
    new_transactions: int
    refused: tuple[str, ...] = ()


def fetch_open_blocks(
    case: Case,
    node: NodeAddress,
    first: int,
    last: int | None = None,
    *,
    chain: Chain = Chain.ELECTRONEUM,
    may_be_behind: bool = False,
    why: str = "",
    progress: Progress | None = None,
) -> OpenFetchResult:
    """Fetch whole blocks, and the keys of rings of one.

    Args:
        case: open for writing.
        node: whom to ask; needs consents for `chain state` and `blocks`.
        first: the first height.
        last: the last height; the node's newest if left out.
        chain: whose ledger.
        may_be_behind: take a node that is still taking over the chain.
        why: the person's reason, for the journal.
        progress: called with blocks done and blocks in all.

    Raises:
        NodeUnfitError: another chain, not in step, or its blocks do not follow each other.
        WireError: offline, not consented, unreachable, budget spent.
    """
    with _OpenFetch(case, node, chain, why) as run:
        until = run.require_fit(may_be_behind=may_be_behind)
        until = until if last is None else min(last, until)
        before: OpenBlock | None = None
        for start in range(first, until + 1, PART_BLOCKS):
            end = min(start + PART_BLOCKS - 1, until)
            run.note("blocks", {"blocks_from": start, "blocks_to": end})
            for height in range(start, end + 1):
                before = run.fetch_block(height, before)
                if progress:
                    progress(height + 1 - first, until + 1 - first)
            run.keep()
        return run.finish()


def fetch_from_explorer(
    case: Case,
    explorer: NodeAddress,
    txids: Sequence[str],
    *,
    chain: Chain = Chain.ELECTRONEUM,
    why: str = "",
) -> OpenFetchResult:
    """Fetch transactions and the keys of their rings from an explorer of Electroneum's kind.

    Args:
        case: open for writing.
        explorer: whom to ask, for example `http://127.0.0.1:8081/`; needs a consent for `transaction`.
        txids: ids as printed.
        chain: whose ledger.
        why: the person's reason, for the journal.

    Raises:
        LedgerSourceError: nothing of what it gave could be used.
        WireError: offline, not consented, unreachable, budget spent.
    """
    with _OpenFetch(case, explorer, chain, why) as run:
        run.note("transaction", {"txids": [*txids]})
        for txid in txids:
            run.get("transaction", f"api/rawtransaction/{txid}")
            run.get("transaction", f"api/transaction/{txid}")
        run.keep()
        return run.finish()


class _OpenFetch(Conversation):
    def __init__(self, case: Case, node: NodeAddress, chain: Chain, why: str) -> None:
        require_same_network(case, chain, Network.MAIN)
        super().__init__(case, node, chain, Network.MAIN, why)
        self._base = node.url.rstrip("/")
        self._chain = chain
        self._request = Request(get_parameters(chain), Network.MAIN)
        self.daemon = monero.MoneroDaemon(self.send)
        self._new_blocks = self._new_transactions = 0
        self._refused: list[str] = []
        self._asked_keys: set[NamedRing] = set()

    def send(self, question: str, path: str, body: bytes) -> bytes:
        """A body to one of the node's paths."""
        return self.recorder.ask(f"{self._base}/{path}", question=question, body=body).body

    def require_fit(self, *, may_be_behind: bool) -> int:
        """The height of the node's last block, if it is a node of this chain and in step."""
        self.note("chain state", {})
        state = self.daemon.state()
        genesis = self._parsed(*self.daemon.block_and_id(0, "chain state"))
        if genesis.block_id[::-1] != self._request.parameters.networks[Network.MAIN].genesis.wire:
            raise NodeUnfitError(
                f"The node's first block is not that of {self._chain.value}.",
                next_step="Use a node of this coin's main network.",
            )
        if state.is_behind and not may_be_behind:
            raise NodeUnfitError(
                f"The node is still taking over the ledger (at block {state.height}).",
                next_step="Wait until it is in step, or go on with --behind.",
            )
        self.recorder.take(CRYPTONOTE)
        return state.height

    def fetch_block(self, height: int, before: OpenBlock | None) -> OpenBlock:
        """One block with its transactions, and the keys that its rings of one name."""
        block = self._parsed(*self.daemon.block_and_id(height))
        if block.height != height or (before and block.previous_id != before.block_id):
            raise NodeUnfitError(
                f"The node's block at height {height} does not follow the one before.",
                next_step="Run it again: the ledger may just have been reorganised.",
            )
        if block.txids:
            given = self.daemon.transactions(block.txids)
            self._ask_keys(given, block)
        return block

    def _ask_keys(self, given: list[dict[str, object]], block: OpenBlock) -> None:
        wanted: set[NamedRing] = set()
        for txid, one in zip(block.txids, given, strict=True):
            wanted.update(_rings_of_one(self._transaction(one, txid)))
        missing = sorted(wanted - self._asked_keys)
        self._asked_keys |= wanted
        for start in range(0, len(missing), KEYS_AT_ONCE):
            part = missing[start : start + KEYS_AT_ONCE]
            asked = {"outputs": [{"amount": a, "index": n} for a, n in part], "get_txid": False}
            self.send("blocks", "get_outs", json.dumps(asked, separators=(",", ":")).encode())

    def _transaction(self, one: dict[str, object], txid: bytes) -> OpenTransaction | None:
        raw = str(one.get("as_hex") or "") or (
            str(one.get("pruned_as_hex") or "") + str(one.get("prunable_as_hex") or "")
        )
        try:
            return parse_open_transaction(bytes.fromhex(raw), self._chain, named=txid)
        except (LedgerError, ValueError):
            return None  # the record is kept, and says why it cannot be used

    def _parsed(self, raw: bytes, named: bytes | None) -> OpenBlock:
        try:
            return parse_open_block(raw, self._chain, named=named)
        except LedgerError as error:
            raise AnswerRefusedError(f"The node's block is none: {error.message}") from error

    def keep(self) -> None:
        """Put the answers so far into the case."""
        log = self.recorder.take(CRYPTONOTE)
        if not log.exchanges:
            return
        name = f"{self.facts['host']} {log.exchanges[0].asked_at.isoformat()}"
        report = add_content(
            self.case, name, log.to_bytes(), self._request, CRYPTONOTE, why=self.why
        )
        self._new_blocks += report.new_blocks
        self._new_transactions += report.new_transactions
        self._refused += [part.reason for part in report.skipped]

    def finish(self) -> OpenFetchResult:
        """The pin after all that."""
        return OpenFetchResult(
            pin_of(self.case.store, self._chain),
            self._new_blocks,
            self._new_transactions,
            tuple(self._refused),
        )


def _rings_of_one(transaction: OpenTransaction | None) -> list[NamedRing]:
    return [] if transaction is None else list(transaction.rings_of_one)
