"""`fetch evm`: blocks of Ethereum and its kin from the unit's own node, kept with the raw answers.

An address is looked for in whole blocks on this machine: the node never learns it. Only the search by
logs tells it, and needs a consent of its own.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from chainlead.errors import LedgerSourceError, NodeUnfitError, WireError, WrongNetworkError
from chainlead.ledger import (
    EVM_JSON,
    EVM_RPC,
    AccountRequest,
    CaseAccounts,
    EvmNode,
    EvmState,
    Pin,
    get_account_chain,
)
from chainlead.model import BlockHash, Chain, Network
from chainlead.wire import Exchange, ExchangeLog
from chainlead.workflow.case import Case
from chainlead.workflow.conversation import Conversation, NodeAddress
from chainlead.workflow.ledger import add_account_content, require_same_network

PART_BYTES = 8 << 20
_HEIGHTS_AT_ONCE = 100

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class EvmFetchResult:
    """What was fetched, and the pin after it.

    Attributes:
        new_blocks, new_transactions: that the case did not have.
        sees_internal: whether the node showed what contracts paid inside transactions.
        replaced: heights where the node now has another block than the case had.
        refused: what in the answers did not prove itself, and why.
    """

    pin: Pin
    new_blocks: int
    new_transactions: int
    sees_internal: bool
    replaced: tuple[int, ...] = ()
    refused: tuple[str, ...] = ()


def fetch_evm_blocks(
    case: Case,
    node: NodeAddress,
    first: int,
    last: int | None = None,
    *,
    chain: Chain = Chain.ETHEREUM,
    network: Network = Network.MAIN,
    may_be_behind: bool = False,
    why: str = "",
    progress: Progress | None = None,
) -> EvmFetchResult:
    """Fetch whole blocks with receipts, and traces where the node offers them.

    Raises:
        NodeUnfitError: another chain, not in step, or it does not keep these blocks.
        WireError: offline, not consented, unreachable, budget spent.
    """
    with EvmFetch(case, node, chain, network, why) as run:
        state = run.require_fit(may_be_behind=may_be_behind)
        until = state.height if last is None else min(last, state.height)
        return run.fetch(range(first, until + 1), state, (), progress)


def fetch_evm_addresses(
    case: Case,
    node: NodeAddress,
    addresses: Sequence[str],
    first: int,
    last: int | None = None,
    *,
    by_logs: bool = False,
    chain: Chain = Chain.ETHEREUM,
    network: Network = Network.MAIN,
    may_be_behind: bool = False,
    why: str = "",
    progress: Progress | None = None,
) -> EvmFetchResult:
    """Fetch the blocks that name these addresses: as sender, receiver, in logs or in traces.

    Args:
        case: open for writing.
        node: whom to ask; needs consents for `chain state` and `blocks`.
        addresses: whose blocks are kept.
        first: the first height to look at.
        last: the last height; the node's newest if left out.
        by_logs: ask the node for token transfers of the addresses instead of looking at every
            block: fast, but it learns the addresses (consent `address history`) and payments in
            the coin are not found.
        chain: whose ledger.
        network: of which network.
        may_be_behind: take a node that is still taking over the chain.
        why: the person's reason, for the journal.
        progress: called with blocks done and blocks in all.

    Raises:
        CodecError: one of them is no address.
        NodeUnfitError: as `fetch_evm_blocks`.
        WireError: offline, not consented, unreachable, budget spent.
    """
    wanted = sorted({get_account_chain(chain).canonical(address) for address in addresses})
    with EvmFetch(case, node, chain, network, why) as run:
        state = run.require_fit(may_be_behind=may_be_behind)
        until = state.height if last is None else min(last, state.height)
        heights: Sequence[int] = range(first, until + 1)
        what = {"addresses": wanted, "first": first, "last": until, "by_logs": by_logs}
        if by_logs:
            run.note("address history", what)
            heights = list(run.server.find_token_blocks(wanted, first, until))
            run.recorder.take(EVM_RPC)  # the blocks themselves say it, proved
        result = run.fetch(heights, state, () if by_logs else wanted, progress)
        case.act("fetch.scanned", why=why, what={**run.facts, **what})
        return result


class EvmFetch(Conversation):
    """One talk with one node: whole blocks, and what contracts are."""

    def __init__(
        self, case: Case, node: NodeAddress, chain: Chain, network: Network, why: str
    ) -> None:
        """Open nothing yet.

        Raises:
            WrongNetworkError: there is no such network, or the case's ledger is of another one.
        """
        ledger = get_account_chain(chain)
        if network not in ledger.networks:
            raise WrongNetworkError(f"There is no {network.value} network of {chain.value}.")
        require_same_network(case, chain, network)
        super().__init__(case, node, chain, network, why)
        self.request = AccountRequest(ledger, network)
        self.server = EvmNode(self.ask, ledger.networks[network], f"{chain.value} {network.value}")
        self._kept: list[Exchange] = []
        self.refused: list[str] = []
        self._kept_bytes = self._new_blocks = self._new_transactions = 0

    def require_fit(self, *, may_be_behind: bool) -> EvmState:
        """Check the node first; what it says about itself is not kept."""
        self.note("chain state", {})
        now_unix = int(self.case.now().timestamp())
        state = self.server.require_fit(now_unix=now_unix, may_be_behind=may_be_behind)
        self.recorder.take(EVM_RPC)
        return state

    def fetch(
        self,
        heights: Sequence[int],
        state: EvmState,
        wanted: Sequence[str],
        progress: Progress | None,
    ) -> EvmFetchResult:
        """Fetch the blocks that the case does not have; keep those that name a wanted address."""
        marks = [address[2:].encode() for address in wanted]
        replaced: list[int] = []
        for start in range(0, len(heights), _HEIGHTS_AT_ONCE):
            part = heights[start : start + _HEIGHTS_AT_ONCE]
            missing, changed = self._missing(part)
            replaced += changed
            if missing:
                self.note(
                    "blocks", {"first": missing[0], "last": missing[-1], "count": len(missing)}
                )
            try:
                for height in missing:
                    self._fetch_block(height, state, marks)
            except (WireError, NodeUnfitError):
                with suppress(LedgerSourceError):
                    self._keep()  # what came before it broke off is not lost
                raise
            if progress:
                progress(start + len(part), len(heights))
        self._keep()
        self._fetch_contracts(state.height, wanted)
        pin = CaseAccounts(self.case.store, self.request.chain.chain).pin
        return EvmFetchResult(
            pin, self._new_blocks, self._new_transactions, bool(state.traces), tuple(replaced),
            tuple(self.refused),
        )  # fmt: skip

    def _fetch_block(self, height: int, state: EvmState, marks: Sequence[bytes]) -> None:
        """Fetch one block; keep it if it names a wanted address, or none is wanted."""
        body = self.server.fetch_block(height, state).lower()
        log = self.recorder.take(EVM_RPC)
        if not marks or any(mark in body for mark in marks):
            self._kept += log.exchanges
            self._kept_bytes += len(body)
        self._keep(at_least=PART_BYTES)

    def find_heights(self, txids: Sequence[str], last: int) -> list[int]:
        """Heights of the blocks that hold these transactions; the node learns that they matter."""
        self.note("transaction", {"txids": [*txids]})
        places = self.server.find_places(txids)
        self.forget()  # the blocks themselves say it, proved
        return sorted({place[0] for place in places.values() if place and place[0] <= last})

    def forget(self) -> None:
        """Keep nothing of what was answered since the last block."""
        self.recorder.take(EVM_RPC)

    def _missing(self, heights: Sequence[int]) -> tuple[list[int], list[int]]:
        """Heights to fetch, and those among them where the case has another block."""
        held: dict[int, set[str]] = {}
        rows = self.case.store.rows("account_blocks", chain=self.facts["chain"], is_whole=True)
        gone = {
            BlockHash(row["block_hash"]).display
            for row in self.case.store.rows("displaced_blocks", chain=self.facts["chain"])
        }
        for row in rows:
            held.setdefault(row["height"], set())
            if row["block_hash"] not in gone:  # it may come back, and has to be seen then
                held[row["height"]].add(row["block_hash"])
        known = [height for height in heights if height in held]
        now = dict(zip(known, self.server.block_hashes(known), strict=True))
        self.recorder.take(EVM_RPC)
        changed = [height for height in known if now[height] not in held[height]]
        return sorted({*heights} - {*known} | {*changed}), changed

    def _keep(self, *, at_least: int = 0) -> None:
        """Put the answers so far into the case, if they are that many bytes."""
        if not self._kept or self._kept_bytes < at_least:
            return
        log = ExchangeLog(EVM_RPC, tuple(self._kept))
        self._kept, self._kept_bytes = [], 0
        name = f"{self.facts['host']} {log.exchanges[0].asked_at.isoformat()}"
        report = add_account_content(
            self.case, name, log.to_bytes(), self.request, EVM_JSON, why=self.why
        )
        self.refused += [part.reason for part in report.skipped]
        self._new_blocks += report.new_blocks
        self._new_transactions += report.new_transactions

    def _fetch_contracts(self, height: int, wanted: Sequence[str]) -> None:
        """Ask tokens what they call themselves and contracts whose code they run, each once.

        Where addresses are looked for without telling the node, only tokens are asked, and none of
        these addresses.
        """
        chain, store = self.facts["chain"], self.case.store
        asked = {row["contract"] for row in store.rows("account_assets", chain=chain)}
        tokens = {
            row["contract"]
            for row in store.rows("account_transfers", columns=("contract",), chain=chain)
        } - {"", *wanted}
        paying = {
            row["sender"]
            for kind in (() if wanted else ("internal", "self-destruct"))
            for row in store.rows("account_transfers", columns=("sender",), chain=chain, kind=kind)
            if row["sender"]
        }
        known = {row["account"] for row in store.rows("account_contracts", chain=chain)}
        new, contracts = sorted(tokens - asked), sorted((tokens | paying) - known)
        self.fetch_contracts(contracts, height, tokens=new)

    def fetch_contracts(
        self, accounts: Sequence[str], height: int, *, tokens: Sequence[str] = ()
    ) -> None:
        """Ask whether these accounts have code and whose; and tokens what they call themselves."""
        if not accounts and not tokens:
            return
        self.note("blocks", {"tokens": [*tokens], "contracts": [*accounts]})
        self.server.fetch_assets(tokens, height)
        self.server.fetch_contracts(accounts, height)
        self._kept += self.recorder.take(EVM_RPC).exchanges
        try:
            self._keep()
        except LedgerSourceError as error:  # mostly none of them answered: nothing is known of them
            if not error.message.endswith("it is empty."):
                self.refused.append(error.message)
