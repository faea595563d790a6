"""`fetch esplora`, `fetch blockbook`: histories of addresses from a server that is asked by paths."""

import re
from collections.abc import Collection, Sequence
from typing import ClassVar

from chainlead.ledger import (
    BLOCKBOOK_REST,
    ESPLORA_REST,
    BlockbookServer,
    EsploraServer,
)
from chainlead.model import Chain, Network
from chainlead.wire import Exchange
from chainlead.workflow.case import Case
from chainlead.workflow.conversation import NodeAddress
from chainlead.workflow.fetch_history import HistoryFetch, HistoryFetchResult, HistoryOptions

MOST_TRANSACTIONS = 1_000
MOST_HEADERS = 2_000
DEFAULTS = HistoryOptions(most=MOST_TRANSACTIONS, most_headers=MOST_HEADERS)
_TXID = re.compile(rb'"txid"\s*:\s*"([0-9a-f]{64})"')


def fetch_esplora(
    case: Case,
    server: NodeAddress,
    addresses: Sequence[str],
    *,
    chain: Chain = Chain.BITCOIN,
    network: Network = Network.MAIN,
    options: HistoryOptions = DEFAULTS,
    why: str = "",
) -> HistoryFetchResult:
    """Fetch the histories of addresses; needs consents for `chain state` and `address history`.

    Args:
        case: open for writing.
        server: whom to ask, up to the server's own paths: `http://127.0.0.1:3000`, `https://…/api`.
        addresses: of this chain and network.
        chain: whose ledger.
        network: of which network.
        options: how far to go.
        why: the person's reason, for the journal.

    Raises:
        CodecError: one of them is no address of this network.
        NodeUnfitError: another chain, not in step, or an address with too many transactions.
        WireError: offline, not consented, unreachable, refused, budget spent.
    """
    with _EsploraFetch(case, server, chain, network, why) as run:
        return run.run(addresses, options)


def fetch_blockbook(
    case: Case,
    server: NodeAddress,
    addresses: Sequence[str],
    *,
    chain: Chain = Chain.BITCOIN,
    network: Network = Network.MAIN,
    options: HistoryOptions = DEFAULTS,
    with_blocks: bool = False,
    why: str = "",
) -> HistoryFetchResult:
    """Fetch the histories of addresses; as `fetch_esplora`, from a Blockbook server.

    Args:
        case: open for writing.
        server: whom to ask: `http://127.0.0.1:9130`.
        addresses: of this chain and network.
        chain: whose ledger.
        network: of which network.
        options: how far to go.
        with_blocks: fetch the whole block of each transaction: it proves the place.
        why: the person's reason, for the journal.

    Raises:
        CodecError, NodeUnfitError, WireError: as `fetch_esplora`.
    """
    with _BlockbookFetch(case, server, chain, network, why) as run:
        run.server = BlockbookServer(run.get, run.request, with_blocks=with_blocks)
        return run.run(addresses, options)


class _ExplorerFetch(HistoryFetch):
    """A server that names addresses by their text and gives their histories in pages."""

    def name_for_server(self, script_hash: str, address: str) -> str:  # noqa: ARG002  (see base)
        """The address itself."""
        return address

    def pages_for(
        self, history: tuple[Exchange, ...], named: Collection[str]
    ) -> tuple[Exchange, ...]:
        """The pages that name one of these transactions; without the summary they claim no whole."""
        wanted = {name.encode() for name in named}
        return tuple(one for one in history if not wanted.isdisjoint(_TXID.findall(one.body)))


class _EsploraFetch(_ExplorerFetch):
    """One piece of work with one server."""

    kind: ClassVar[str] = ESPLORA_REST

    def __init__(
        self, case: Case, node: NodeAddress, chain: Chain, network: Network, why: str
    ) -> None:
        super().__init__(case, node, chain, network, why)
        self.server = EsploraServer(self.get, self.request)


class _BlockbookFetch(_ExplorerFetch):
    """One piece of work with one server."""

    kind: ClassVar[str] = BLOCKBOOK_REST
