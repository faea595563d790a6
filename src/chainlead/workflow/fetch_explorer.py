"""`fetch esplora`, `fetch blockbook`: histories of addresses from a server that is asked by paths."""

import re
from collections.abc import Collection, Sequence
from typing import ClassVar

from chainlead.errors import NodeUnfitError
from chainlead.ledger import (
    ABOUT_HISTORY,
    ABOUT_TRANSACTION,
    BLOCKBOOK_REST,
    ESPLORA_REST,
    BlockbookServer,
    EsploraServer,
    HistoryEntry,
)
from chainlead.model import Chain, Network
from chainlead.wire import Exchange
from chainlead.workflow.case import Case
from chainlead.workflow.conversation import NodeAddress
from chainlead.workflow.fetch_history import HistoryFetch, HistoryFetchResult, HistoryOptions

MOST_TRANSACTIONS = 1_000
MOST_HEADERS = 2_000
DEFAULTS = HistoryOptions(most=MOST_TRANSACTIONS, most_headers=MOST_HEADERS)
_NAMED = re.compile(rb'"txid"\s*:\s*"([0-9a-f]{64})"')
_TXID = re.compile(r"[0-9a-fA-F]{64}")


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
    """Fetch histories of addresses, and single transactions; each wants its own consent.

    Args:
        case: open for writing.
        server: whom to ask, up to the server's own paths: `http://127.0.0.1:3000`, `https://…/api`.
        addresses: of this chain and network (consents `chain state` and `address history`), or ids
            of transactions (consents `chain state` and `transaction`).
        chain: whose ledger.
        network: of which network.
        options: how far to go.
        why: the person's reason, for the journal.

    Raises:
        CodecError: one of them is no address of this network.
        NodeUnfitError: another chain, not in step, or an address with too many transactions.
        WireError: offline, not consented, unreachable, refused, budget spent.
    """
    with EsploraFetch(case, server, chain, network, why) as run:
        return run.run_mixed(addresses, options)


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
    """Fetch histories and transactions as `fetch_esplora`, from a Blockbook server.

    Args:
        case: open for writing.
        server: whom to ask: `http://127.0.0.1:9130`.
        addresses: as there.
        chain: whose ledger.
        network: of which network.
        options: how far to go.
        with_blocks: fetch the whole block of each transaction: it proves the place.
        why: the person's reason, for the journal.

    Raises:
        CodecError, NodeUnfitError, WireError: as `fetch_esplora`.
    """
    with BlockbookFetch(case, server, chain, network, why) as run:
        run.server.with_blocks = with_blocks
        return run.run_mixed(addresses, options)


class ExplorerFetch(HistoryFetch):
    """A server that names addresses by their text and gives their histories in pages."""

    server: EsploraServer | BlockbookServer

    def name_for_server(self, script_hash: str, address: str) -> str:  # noqa: ARG002  (see base)
        """The address itself."""
        return address

    def pages_for(
        self, history: tuple[Exchange, ...], named: Collection[str]
    ) -> tuple[Exchange, ...]:
        """The pages that name one of these transactions; without the summary they claim no whole."""
        wanted = {name.encode() for name in named}
        return tuple(one for one in history if not wanted.isdisjoint(_NAMED.findall(one.body)))

    def run_mixed(self, asked: Sequence[str], options: HistoryOptions) -> HistoryFetchResult:
        """Fetch transactions for what looks like an id, histories for the rest; see `run`."""
        txids = [text.lower() for text in asked if _TXID.fullmatch(text)]
        addresses = [text for text in asked if not _TXID.fullmatch(text)]
        result = self.run_transactions(txids, options) if txids else None
        if addresses or result is None:
            result = self.run(addresses, options)
        return result

    def run_transactions(self, txids: Sequence[str], options: HistoryOptions) -> HistoryFetchResult:
        """Fetch single transactions with their proofs; the server learns that they matter.

        Raises:
            NodeUnfitError: another chain, not in step, or it does not know one of them.
            WireError: offline, not consented, unreachable, refused, budget spent.
        """
        now_unix, may_be_behind = int(self.case.now().timestamp()), options.may_be_behind
        self.server.about = ABOUT_TRANSACTION
        self.note("chain state", {})
        self.server.require_fit(now_unix=now_unix, may_be_behind=may_be_behind)
        self.recorder.take(self.kind)
        self.note(ABOUT_TRANSACTION, {"txids": list(txids)})
        entries = [self._listing(txid) for txid in dict.fromkeys(txids)]
        self.fetch_listed(entries, self.recorder.take(self.kind).exchanges, options)
        result = self.finish(options)
        self.server.about = ABOUT_HISTORY
        return result

    def _listing(self, txid: str) -> HistoryEntry:
        found = self.server.fetch_listing(txid)
        if found is None:
            raise NodeUnfitError(
                f"The server does not know transaction {txid}.",
                next_step="Check the id and the chain.",
            )
        return found


class EsploraFetch(ExplorerFetch):
    """One piece of work with one server."""

    kind: ClassVar[str] = ESPLORA_REST
    server: EsploraServer

    def __init__(
        self, case: Case, node: NodeAddress, chain: Chain, network: Network, why: str
    ) -> None:
        """Ask nothing yet; see `HistoryFetch`."""
        super().__init__(case, node, chain, network, why)
        self.server = EsploraServer(self.get, self.request)


class BlockbookFetch(ExplorerFetch):
    """One piece of work with one server."""

    kind: ClassVar[str] = BLOCKBOOK_REST
    server: BlockbookServer

    def __init__(
        self, case: Case, node: NodeAddress, chain: Chain, network: Network, why: str
    ) -> None:
        """Ask nothing yet; see `HistoryFetch`."""
        super().__init__(case, node, chain, network, why)
        self.server = BlockbookServer(self.get, self.request)
