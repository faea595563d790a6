"""`fetch electrum`: histories of addresses from the unit's own Electrum-protocol server, with proofs."""

from collections.abc import Sequence
from typing import ClassVar

from chainlead.ledger import ELECTRUM_RPC, ElectrumServer, greeting
from chainlead.model import Chain, Network
from chainlead.workflow.case import Case
from chainlead.workflow.conversation import NodeAddress
from chainlead.workflow.fetch_history import (
    HistoryFetch,
    HistoryFetchResult,
    HistoryOptions,
    Progress,
    apply_ask,
)

MOST_TRANSACTIONS = 10_000
MOST_HEADERS = 20_000

__all__ = ["MOST_HEADERS", "MOST_TRANSACTIONS", "apply_ask", "fetch_histories"]
"""`apply_ask` reads cases of before the act was named `fetch_history.ask`."""


def fetch_histories(
    case: Case,
    server: NodeAddress,
    addresses: Sequence[str],
    *,
    chain: Chain = Chain.BITCOIN,
    network: Network = Network.MAIN,
    with_previous: bool = False,
    most: int = MOST_TRANSACTIONS,
    most_headers: int = MOST_HEADERS,
    may_be_behind: bool = False,
    why: str = "",
    progress: Progress | None = None,
) -> HistoryFetchResult:
    """Fetch the histories of addresses; needs consents for `chain state` and `address history`.

    Args:
        case: open for writing.
        server: whom to ask: `tcp://…` or `tls://…`.
        addresses: of this chain and network.
        chain: whose ledger.
        network: of which network.
        with_previous: also fetch the transactions whose outputs are spent, to know who paid.
        most: an address with more transactions is not fetched.
        most_headers: how far to the next known block a header may be linked.
        may_be_behind: take a server that is not in step.
        why: the person's reason, for the journal.
        progress: called with transactions done and in all, for each address anew.

    Raises:
        CodecError: one of them is no address of this network.
        NodeUnfitError: another chain, not in step, or an address with too many transactions.
        WireError: offline, not consented, unreachable, refused, budget spent.
    """
    options = HistoryOptions(
        with_previous, most, most_headers, may_be_behind=may_be_behind, progress=progress
    )
    with ElectrumFetch(case, server, chain, network, why) as run:
        return run.run(addresses, options)


class ElectrumFetch(HistoryFetch):
    """One piece of work with one server."""

    kind: ClassVar[str] = ELECTRUM_RPC
    part_exchanges: ClassVar[int] = 3_000  # each part repeats the whole history

    def __init__(
        self, case: Case, node: NodeAddress, chain: Chain, network: Network, why: str
    ) -> None:
        super().__init__(case, node, chain, network, why, greeting=greeting())
        self.server = ElectrumServer(self.ask, self.request, self.ask_ahead)

    def name_for_server(self, script_hash: str, address: str) -> str:  # noqa: ARG002  (see base)
        """The protocol names scripts by their hash."""
        return script_hash
