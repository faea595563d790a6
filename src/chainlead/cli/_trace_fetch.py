"""The options of `chainlead trace` that let it fetch what the case does not hold yet."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chainlead.cli._node_options import node_address, service_address, whose
from chainlead.cli._output import Progress

if TYPE_CHECKING:
    from chainlead.model import Chain, Network
    from chainlead.workflow.case import Case
    from chainlead.workflow.trace_live import Fetcher, LiveOptions, LiveTrace

Fetch = Annotated[
    str,
    typer.Option("--fetch", metavar="NODE", help="Fetch what is missing from the unit's own node."),
]
FetchIndex = Annotated[
    str, typer.Option("--index", help="Ethereum: a history service; it learns the accounts.")
]
FetchIndexKey = Annotated[
    Path | None, typer.Option("--index-key", help="A file with its key; read, never kept.")
]
FetchByLogs = Annotated[
    bool, typer.Option("--by-logs", help="Ethereum, a token: the node learns the accounts.")
]
FetchFrom = Annotated[
    int | None, typer.Option("--from", min=0, help="With --fetch: look at no earlier height.")
]
FetchMost = Annotated[
    int, typer.Option("--most", min=1, help="With --fetch: leave larger histories.")
]
FetchHub = Annotated[
    list[str] | None,
    typer.Option("--hub", metavar="ADDRESS", help="Fetch this one whatever its size; repeatable."),
]


@dataclass(frozen=True, slots=True)
class FetchAsked:
    """What was typed."""

    node: str
    index: str
    index_key: Path | None
    by_logs: bool
    first: int | None
    most: int
    hubs: tuple[str, ...]
    files: tuple[Path | None, Path | None, Path | None]
    proxy: str
    network: str
    behind: bool
    requests: int

    def fetcher(self, case: "Case", chain: "Chain", contract: str, why: str) -> "Fetcher":
        """Where histories come from; one budget for all of it."""
        from chainlead.ledger import find_account_chain
        from chainlead.model import Chain
        from chainlead.wire import Spending
        from chainlead.workflow.live_bitcoin import BitcoinFetcher
        from chainlead.workflow.live_evm import EvmFetcher, EvmWays
        from chainlead.workflow.live_histories import HistoryFetcher, knows_histories
        from chainlead.workflow.live_xrp import XrpFetcher

        place = node_address(self.node, self.files, self.proxy, self.requests)
        spending = Spending(place.budget, time.monotonic)
        place = replace(place, spending=spending)
        network: Network = whose(chain.value, self.network)["network"]
        common: dict[str, Any] = {"network": network, "may_be_behind": self.behind, "why": why}
        if chain is Chain.XRP:
            return XrpFetcher(case, place, **common)
        if find_account_chain(chain) is None and knows_histories(self.node):
            return HistoryFetcher(case, place, chain=chain, **common)
        if find_account_chain(chain) is None:
            return BitcoinFetcher(case, place, chain=chain, **common)
        index = None
        if self.index:
            index = service_address(self.index, self.index_key, self.proxy, self.requests)
            index = replace(index, spending=spending)
        ways = EvmWays(index, by_logs=self.by_logs)
        return EvmFetcher(case, place, ways, contract=contract, chain=chain, **common)

    def options(self) -> "LiveOptions":
        """How much to fetch; at a terminal a person is asked about large histories."""
        from chainlead.workflow.trace_live import LiveOptions

        asks = sys.stdin.isatty() and sys.stderr.isatty()
        return LiveOptions(self.first, self.most, frozenset(self.hubs), _ask if asks else None)


def _ask(place: str, words: str) -> bool:
    return typer.confirm(f"{place}: {words}. Fetch its history all the same?", err=True)


def places_line() -> Callable[[int, int], None]:
    """A line on stderr that counts places."""
    line = Progress("Fetching histories", is_bound=True)
    return lambda done, total: line(done, total, "places")


def tell_fetched(traced: "LiveTrace") -> None:
    """On stderr, so that the trace alone is on stdout."""
    print(f"Histories fetched: {len(traced.fetched)}.", file=sys.stderr)
    for place in traced.too_many:
        print(f"Left because its history is large: {place} (--hub to fetch it).", file=sys.stderr)
    if traced.is_spent:
        print("The budget is spent: run the same command again to go on.", file=sys.stderr)
