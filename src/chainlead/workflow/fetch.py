"""`fetch`: get blocks from the unit's own node into the case's ledger, and know what was asked.

Before each part the journal says what is asked of whom; each part is kept with its raw answers and
read from there, so the case can be made again without any network. Interrupted, it goes on where it
was: a block that the case has is not asked for again.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice

from chainlead.codecs import script_from_address
from chainlead.custody import Entry
from chainlead.errors import LedgerSourceError, NodeUnfitError, WireError, WrongNetworkError
from chainlead.ledger import (
    BITCOIN_RPC,
    BitcoinNode,
    CaseLedger,
    NodeState,
    Pin,
    Request,
    WantedScripts,
    get_parameters,
    may_hold,
)
from chainlead.model import BlockHash, Chain, Network, Txid
from chainlead.workflow.case import Case, Projection
from chainlead.workflow.conversation import Conversation, NodeAddress
from chainlead.workflow.ledger import add_content, require_same_network

PART_BYTES = 8 << 20
PART_BLOCKS = 500
_SCANNED_AT_ONCE = 1_000
_FILTERS_AT_ONCE = 100

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class FetchResult:
    """What was fetched, and the pin after it.

    Attributes:
        asked_blocks: blocks that were wanted.
        new_blocks: those that the case did not have.
        scanned: first and last height that filters were looked at for; None without filters.
        unconfirmed: transactions that the node holds outside any block.
        matching: blocks whose filters match; `previous` the node's block before the first one that
            was looked at, `last_block` the last of them. Filters only.
    """

    pin: Pin
    asked_blocks: int
    new_blocks: int
    scanned: tuple[int, int] | None = None
    unconfirmed: tuple[Txid, ...] = ()
    matching: tuple[BlockHash, ...] = ()
    previous: BlockHash | None = None
    last_block: BlockHash | None = None


def fetch_blocks(
    case: Case,
    node: NodeAddress,
    first: int,
    last: int | None = None,
    *,
    chain: Chain = Chain.BITCOIN,
    network: Network = Network.MAIN,
    may_be_behind: bool = False,
    why: str = "",
    progress: Progress | None = None,
) -> FetchResult:
    """Fetch the blocks from one height to another.

    Args:
        case: open for writing.
        node: whom to ask; needs consents for `chain state` and `blocks`.
        first: the first height.
        last: the last height, included; the node's last block if left out.
        chain: whose blocks.
        network: of which network.
        may_be_behind: take a node that is still taking over the chain.
        why: the person's reason, for the journal.
        progress: called with blocks done and blocks in all.

    Raises:
        NodeUnfitError: another chain, not in step, pruned.
        WireError: offline, not consented, unreachable, budget spent.
    """
    with BitcoinFetch(case, node, chain, network, why) as run:
        state = run.require_fit(may_be_behind=may_be_behind)
        until = state.height if last is None else min(last, state.height)
        if first < state.pruned_below:
            raise NodeUnfitError(
                f"The node has thrown away the blocks below {state.pruned_below} (pruned).",
                next_step=f"Start at {state.pruned_below}, or use a node that keeps all blocks.",
            )
        heights = range(first, until + 1)
        return run.finish(run.fetch(run.hashes(heights), len(heights), progress))


def fetch_transactions(
    case: Case,
    node: NodeAddress,
    txids: Sequence[Txid],
    *,
    chain: Chain = Chain.BITCOIN,
    network: Network = Network.MAIN,
    may_be_behind: bool = False,
    why: str = "",
    progress: Progress | None = None,
) -> FetchResult:
    """Fetch the blocks that hold these transactions; needs a consent for `transaction` too.

    Raises:
        NodeUnfitError: as `fetch_blocks`; or the node does not find one of them.
        WireError: offline, not consented, unreachable, budget spent.
    """
    with BitcoinFetch(case, node, chain, network, why) as run:
        run.require_fit(may_be_behind=may_be_behind)
        run.note("transaction", {"txids": [txid.display for txid in txids]})
        places = {txid: run.node.find_block_of(txid) for txid in txids}
        run.recorder.take(BITCOIN_RPC)
        hashes = sorted({place for place in places.values() if place}, key=lambda h: h.display)
        waiting = tuple(txid for txid, place in places.items() if place is None)
        return run.finish(run.fetch(hashes, len(hashes), progress), unconfirmed=waiting)


def fetch_addresses(
    case: Case,
    node: NodeAddress,
    addresses: Sequence[str],
    first: int,
    last: int | None = None,
    *,
    chain: Chain = Chain.BITCOIN,
    network: Network = Network.MAIN,
    may_be_behind: bool = False,
    why: str = "",
    progress: Progress | None = None,
) -> FetchResult:
    """Fetch every block that concerns these addresses, by compact block filters.

    The node learns which blocks are fetched, never which address is looked for.

    Raises:
        CodecError: one of them is no address of this network.
        NodeUnfitError: as `fetch_blocks`; or the node keeps no filters.
        WireError: offline, not consented, unreachable, budget spent.
    """
    wanted = WantedScripts.of([script_from_address(text, chain, network) for text in addresses])
    with BitcoinFetch(case, node, chain, network, why) as run:
        state = run.require_fit(may_be_behind=may_be_behind)
        until = state.height if last is None else min(last, state.height)
        run.note("blocks", {"filters_from": first, "filters_to": until})
        previous = run.find_hash(first - 1, state.height)
        run.last_block = previous if until < first else None
        matching = run.scan(range(first, until + 1), wanted, progress)
        counts = run.fetch(matching, len(matching), None)
        what = {
            "addresses": sorted(addresses), "first": first, "last": until,
            "matching": len(matching), "filter_header": run.filter_header,
        }  # fmt: skip
        case.act("fetch.scanned", why=why, what={**run.facts, **what})
        result = run.finish(counts, scanned=(first, until))
        return replace(
            result, matching=tuple(matching), previous=previous, last_block=run.last_block
        )


class BitcoinFetch(Conversation):
    """One piece of work with one node."""

    def __init__(
        self, case: Case, node: NodeAddress, chain: Chain, network: Network, why: str
    ) -> None:
        parameters = get_parameters(chain)
        if network not in parameters.networks:
            raise WrongNetworkError(f"There is no {network.value} network of {chain.value}.")
        require_same_network(case, chain, network)
        super().__init__(case, node, chain, network, why)
        self.request = Request(parameters, network)
        self.filter_header = ""
        self.last_block: BlockHash | None = None
        self.node = BitcoinNode(self.ask, parameters, network)

    def require_fit(self, *, may_be_behind: bool) -> NodeState:
        """Check the node first; what it says about itself is not kept."""
        self.note("chain state", {})
        now_unix = int(self.case.now().timestamp())
        state = self.node.require_fit(now_unix=now_unix, may_be_behind=may_be_behind)
        self.recorder.take(BITCOIN_RPC)
        return state

    def hashes(self, heights: Sequence[int]) -> Iterator[BlockHash]:
        """The hashes of the blocks at these heights, asked in parts."""
        for start in range(0, len(heights), _SCANNED_AT_ONCE):
            part = heights[start : start + _SCANNED_AT_ONCE]
            yield from self.node.block_hashes(part)

    def find_hash(self, height: int, tip: int) -> BlockHash | None:
        """The node's block at a height that may lie outside its chain; the answer is not kept."""
        found = self.node.block_hashes([height]) if 0 <= height <= tip else []
        self.recorder.take(BITCOIN_RPC)
        return found[0] if found else None

    def fetch(
        self, hashes: Iterable[BlockHash], total: int, progress: Progress | None
    ) -> tuple[int, int]:
        """Fetch the blocks that the case does not have; returns how many were wanted, how many new."""
        held = {
            row["block_hash"]
            for row in self.case.store.rows(
                "blocks", columns=("block_hash",), chain=self.facts["chain"]
            )
        }
        wanted = new = 0
        stream = iter(hashes)
        while part := list(islice(stream, PART_BLOCKS)):
            self.recorder.take(BITCOIN_RPC)  # hashes by height are proved by the blocks themselves
            missing = [block_hash for block_hash in part if block_hash.wire not in held]
            if missing:
                self.note("blocks", {"blocks": [block_hash.display for block_hash in missing]})
            try:
                for block_hash in missing:
                    self.node.fetch_block(block_hash)
                    if self.recorder.size_bytes >= PART_BYTES:
                        new += self._keep()
                    if progress:
                        progress(wanted + 1, total)
                    wanted += 1
            except (WireError, NodeUnfitError):
                with suppress(LedgerSourceError):
                    self._keep()  # what came before it broke off is not lost
                raise
            wanted += len(part) - len(missing)
            new += self._keep()
        if progress and total:
            progress(total, total)
        return wanted, new

    def _keep(self) -> int:
        log = self.recorder.take(BITCOIN_RPC)
        if not log.exchanges:
            return 0
        name = f"{self.facts['host']} {log.exchanges[0].asked_at.isoformat()}"
        report = add_content(
            self.case, name, log.to_bytes(), self.request, BITCOIN_RPC, why=self.why
        )
        return report.new_blocks

    def filters(self, heights: Sequence[int]) -> Iterator[tuple[int, BlockHash, bytes]]:
        """Height, hash and filter of each block, asked in parts."""
        for start in range(0, len(heights), _FILTERS_AT_ONCE):
            part = heights[start : start + _FILTERS_AT_ONCE]
            hashes = self.node.block_hashes(part)
            told = list(self.node.block_filters(hashes))
            self.recorder.take(BITCOIN_RPC)
            for height, block_hash, (content, _) in zip(part, hashes, told, strict=True):
                yield height, block_hash, content

    def scan(
        self, heights: Sequence[int], wanted: WantedScripts, progress: Progress | None
    ) -> list[BlockHash]:
        """The blocks whose filters may hold a wanted script."""
        found: list[BlockHash] = []
        for start in range(0, len(heights), _FILTERS_AT_ONCE):
            part = self.node.block_hashes(heights[start : start + _FILTERS_AT_ONCE])
            filters = self.node.block_filters(part)
            for block_hash, (content, header) in zip(part, filters, strict=True):
                self.filter_header = header.hex()
                self.last_block = block_hash
                if may_hold(content, block_hash, wanted):
                    found.append(block_hash)
            self.recorder.take(BITCOIN_RPC)
            if progress:
                progress(start + len(part), len(heights))
        return found

    def finish(
        self,
        counts: tuple[int, int],
        *,
        scanned: tuple[int, int] | None = None,
        unconfirmed: tuple[Txid, ...] = (),
    ) -> FetchResult:
        """The pin after all that."""
        chain = self.request.parameters.chain
        pin = CaseLedger(self.case.store, chain, small_ledger_outputs=0).pin
        return FetchResult(pin, *counts, scanned, unconfirmed)


def apply_ask(projection: Projection, entry: Entry) -> None:
    """`fetch.ask`: the journal is the record of what was asked; no table holds it."""


def apply_scanned(projection: Projection, entry: Entry) -> None:
    """`fetch.scanned`: as above."""
