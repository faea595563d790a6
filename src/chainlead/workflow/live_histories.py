"""Histories for a live trace from a server that knows addresses: Electrum, Esplora, Blockbook.

Limits: the server learns the addresses (and, from an explorer, ids of transactions that made unknown
inputs), and its word is all that says that a history is whole. Scripts without an address are not
asked about. An Electrum server cannot say where a single transaction is.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from chainlead.errors import NodeUnfitError, NotConsentedError
from chainlead.model import Chain, Network
from chainlead.wire import is_line_url
from chainlead.workflow.case import Case
from chainlead.workflow.conversation import NodeAddress
from chainlead.workflow.coverage import SCRIPT, TOO_MANY, Covered
from chainlead.workflow.fetch_electrum import ElectrumFetch
from chainlead.workflow.fetch_explorer import BlockbookFetch, EsploraFetch, ExplorerFetch
from chainlead.workflow.fetch_history import HistoryFetch, HistoryOptions
from chainlead.workflow.trace_live import Size, Wanted

_MANY = 10_000_000
_ROOM = 100
_Opened = Callable[[Case, NodeAddress, Chain, Network, str], HistoryFetch]
_KINDS: dict[str, type[ExplorerFetch]] = {"esplora+": EsploraFetch, "blockbook+": BlockbookFetch}


def knows_histories(url: str) -> bool:
    """Whether this address names such a server: `tcp://`, `tls://`, `esplora+http://` and the like."""
    return is_line_url(url) or any(url.startswith(prefix) for prefix in _KINDS)


class HistoryFetcher:
    """The histories of addresses."""

    def __init__(
        self,
        case: Case,
        server: NodeAddress,
        *,
        chain: Chain = Chain.BITCOIN,
        network: Network = Network.MAIN,
        may_be_behind: bool = False,
        why: str = "",
    ) -> None:
        """Ask this server; consents for `chain state`, `address history`, better also `transaction`."""
        kind = next((prefix for prefix in _KINDS if server.url.startswith(prefix)), "")
        self._server = replace(server, url=server.url.removeprefix(kind))
        self._work: _Opened = _KINDS[kind] if kind else ElectrumFetch
        self._asked = (case, self._server, chain, network, why)
        self._options = HistoryOptions(with_previous=True, may_be_behind=may_be_behind)
        self._counts: dict[str, int] = {}

    def _talk(self) -> HistoryFetch:
        return self._work(*self._asked)

    def tip(self) -> int:
        """The server's newest block.

        Raises:
            NodeUnfitError: another chain, or not in step.
        """
        with self._talk() as run:
            return run.tip(may_be_behind=self._options.may_be_behind)

    def size(self, wanted: Wanted) -> Size:
        """How many transactions the address has in all."""
        if wanted.place.startswith(SCRIPT):
            return Size()
        try:
            with self._talk() as run:
                self._counts[wanted.place] = run.count(wanted.place)
        except NodeUnfitError as error:
            return Size(words=f"the server does not give its history: {error.message}")
        return Size(self._counts[wanted.place])

    def fetch(self, wanted: Sequence[Wanted], most: int | None) -> Iterator[Covered]:
        """Fetch each address's whole history with its proofs; scripts without an address are left."""
        for one in wanted:
            if one.place.startswith(SCRIPT):
                continue
            count = self._counts.get(one.place, 0)
            if most is not None and count > most:
                words = f"it has {count} transactions"
                yield Covered(one.place, one.first, one.until, count, TOO_MANY, words)
                continue
            room = _MANY if most is None else max(count, most) + _ROOM
            try:
                with self._talk() as run:
                    run.run([one.place], replace(self._options, most=room))
            except NodeUnfitError as error:
                yield Covered(one.place, one.first, one.until, count, TOO_MANY, error.message)
                continue
            yield Covered(one.place, 0, one.until, count)

    def fetch_transactions(self, txids: Sequence[str]) -> None:
        """Fetch these transactions, where that was consented to and the server can tell their place."""
        with self._talk() as run:
            if not isinstance(run, ExplorerFetch):
                return
            try:
                run.run_transactions(txids, self._options)
            except (NotConsentedError, NodeUnfitError):
                return  # the trace says that it left the known blocks, and why
