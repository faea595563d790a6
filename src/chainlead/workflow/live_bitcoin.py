"""Histories for a live trace from a node of the Bitcoin family, by compact block filters.

The node learns which blocks are fetched, never which address is looked for; transactions that made
unknown inputs are asked for by their ids, which the node learns (it needs txindex=1 for them).
Limits: the filters of a range are the node's word, and are asked for again in each run of the program.
"""

from collections.abc import Iterator, Sequence

from chainlead.codecs import script_from_address
from chainlead.errors import NodeUnfitError, NotConsentedError
from chainlead.ledger import WantedScripts, may_hold
from chainlead.model import BlockHash, Chain, Network, Txid
from chainlead.workflow.case import Case
from chainlead.workflow.conversation import NodeAddress
from chainlead.workflow.coverage import SCRIPT, TOO_MANY, Covered
from chainlead.workflow.fetch import BitcoinFetch, fetch_transactions
from chainlead.workflow.trace_live import Size, Wanted

_SLICE = 2_000
_CACHE_BYTES = 256 << 20


class BitcoinFetcher:
    """The histories of addresses and scripts."""

    def __init__(
        self,
        case: Case,
        node: NodeAddress,
        *,
        chain: Chain = Chain.BITCOIN,
        network: Network = Network.MAIN,
        may_be_behind: bool = False,
        why: str = "",
    ) -> None:
        """Ask this node; consents for `chain state` and `blocks`, better also `transaction`."""
        self._case = case
        self._node = node
        self._chain = chain
        self._network = network
        self._may_be_behind = may_be_behind
        self._why = why
        self._filters: dict[int, tuple[BlockHash, bytes]] = {}
        self._cached_bytes = 0

    def tip(self) -> int:
        """The node's newest block.

        Raises:
            NodeUnfitError: another chain, not in step, or it keeps no filters.
        """
        with self._talk() as run:
            state = run.require_fit(may_be_behind=self._may_be_behind)
        if state.has_filters is False:
            raise NodeUnfitError(
                "The node keeps no block filters.", next_step="Start it with blockfilterindex=1."
            )
        return state.height

    def _talk(self) -> BitcoinFetch:
        return BitcoinFetch(self._case, self._node, self._chain, self._network, self._why)

    def size(self, wanted: Wanted) -> Size:  # noqa: ARG002  (known when the filters were looked at)
        """Not known before the filters were looked at."""
        return Size()

    def fetch(self, wanted: Sequence[Wanted], most: int | None) -> Iterator[Covered]:
        """Look at the filters of the whole range once, for all places; then fetch what matches."""
        scripts = {one.place: WantedScripts.of([self._script(one.place)]) for one in wanted}
        spans = {one.place: (one.first, one.until) for one in wanted}
        first = min(one.first for one in wanted)
        last = max(one.until for one in wanted)
        counts = dict.fromkeys(scripts, 0)
        with self._talk() as run:
            for start in range(first, last + 1, _SLICE):
                end = min(start + _SLICE - 1, last)
                run.note("blocks", {"filters_from": start, "filters_to": end})
                matching: dict[str, list[BlockHash]] = {place: [] for place in scripts}
                for height, block_hash, content in self._look(run, range(start, end + 1)):
                    for place, script in scripts.items():
                        if spans[place][0] <= height <= spans[place][1] and may_hold(
                            content, block_hash, script
                        ):
                            matching[place].append(block_hash)
                for place in sorted(scripts):
                    counts[place] += len(matching[place])
                    if most is not None and counts[place] > most:
                        words = f"at least {counts[place]} blocks concern it"
                        yield Covered(place, start, end, counts[place], TOO_MANY, words)
                        del scripts[place], matching[place]
                hashes = sorted(
                    {h for found in matching.values() for h in found}, key=lambda h: h.wire
                )
                run.fetch(hashes, len(hashes), None)
                for place in sorted(scripts):
                    low, high = max(spans[place][0], start), min(spans[place][1], end)
                    if low <= high:
                        yield Covered(place, low, high, counts[place])

    def _look(self, run: BitcoinFetch, heights: range) -> Iterator[tuple[int, BlockHash, bytes]]:
        """The filters of these blocks, each asked for once in this run of the program."""
        missing = [height for height in heights if height not in self._filters]
        fresh: dict[int, tuple[BlockHash, bytes]] = {}
        for height, block_hash, content in run.filters(missing):
            fresh[height] = block_hash, content
            self._cached_bytes += len(content)
            if self._cached_bytes <= _CACHE_BYTES:
                self._filters[height] = block_hash, content
        for height in heights:
            yield height, *(fresh.get(height) or self._filters[height])

    def _script(self, place: str) -> bytes:
        if place.startswith(SCRIPT):
            return bytes.fromhex(place.removeprefix(SCRIPT))
        return script_from_address(place, self._chain, self._network)

    def fetch_transactions(self, txids: Sequence[str]) -> None:
        """Fetch the blocks of these transactions, if that was consented to and the node has an index."""
        wanted = [Txid.from_display(text) for text in txids]
        common = {"chain": self._chain, "network": self._network}
        try:
            fetch_transactions(
                self._case, self._node, wanted, **common,  # type: ignore[arg-type]
                may_be_behind=self._may_be_behind, why=self._why,
            )  # fmt: skip
        except (NotConsentedError, NodeUnfitError):
            return  # the trace says that it left the known blocks, and why
