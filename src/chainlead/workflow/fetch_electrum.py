"""`fetch electrum`: histories of addresses from the unit's own Electrum-protocol server, with proofs.

The server learns the addresses. Before they are asked about the journal names them; each part of the
answers is kept whole and read from there, so the case can be made again without any network.
Interrupted, it goes on where it was: a transaction whose place is proved is not asked for again.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from chainlead.codecs import script_from_address
from chainlead.custody import Entry
from chainlead.errors import LedgerError, WireError, WrongNetworkError
from chainlead.ledger import (
    ABOUT_HISTORY,
    ELECTRUM_RPC,
    HEADERS_AT_ONCE,
    CaseLedger,
    ElectrumServer,
    HistoryEntry,
    Pin,
    Request,
    Verified,
    derive_script_hash,
    derive_status,
    get_parameters,
    greeting,
    load_anchors,
    parse_transaction,
)
from chainlead.model import Chain, Network, Txid
from chainlead.wire import Exchange, ExchangeLog
from chainlead.workflow.case import Case, Projection
from chainlead.workflow.conversation import Conversation, NodeAddress
from chainlead.workflow.ledger import add_content, require_same_network

PART_BYTES = 8 << 20
MOST_TRANSACTIONS = 10_000
MOST_HEADERS = 20_000
_PROVED = (Verified.IN_BLOCK, Verified.ON_BEST_CHAIN)

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ElectrumFetchResult:
    """What was fetched, how far it is proved, and what speaks against the server.

    Attributes:
        listed: transactions in blocks that the server named.
        new_transactions: those that the case did not have.
        levels: how many of the named ones reach each level; those left out are in none.
        waiting: transactions that the server says wait for a block; not taken.
        unlinked: heights whose header could not be linked to a known block within the limit.
        doubts: what speaks against the servers of this chain, each a sentence.
    """

    pin: Pin
    listed: int
    new_transactions: int
    levels: tuple[tuple[Verified, int], ...]
    waiting: tuple[Txid, ...]
    unlinked: tuple[int, ...]
    doubts: tuple[str, ...]


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
) -> ElectrumFetchResult:
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
    scripts = {
        derive_script_hash(script_from_address(text, chain, network)): text for text in addresses
    }
    with _ElectrumFetch(case, server, chain, network, why) as run:
        now_unix = int(case.now().timestamp())
        run.note("chain state", {})
        run.server.require_fit(now_unix=now_unix, may_be_behind=may_be_behind)
        run.recorder.take(ELECTRUM_RPC)
        run.note_scripts(scripts)
        for script_hash in sorted(scripts, key=scripts.__getitem__):
            # asked for each, so that the record of each history says how far it reaches
            run.server.fetch_tip(now_unix=now_unix, may_be_behind=may_be_behind)
            entries = run.server.fetch_history(script_hash, most=most)
            run.fetch(entries, with_previous=with_previous, progress=progress)
        return run.finish(run.link(most_headers))


class _ElectrumFetch(Conversation):
    """One piece of work with one server."""

    def __init__(
        self, case: Case, node: NodeAddress, chain: Chain, network: Network, why: str
    ) -> None:
        parameters = get_parameters(chain)
        if network not in parameters.networks:
            raise WrongNetworkError(f"There is no {network.value} network of {chain.value}.")
        require_same_network(case, chain, network)
        super().__init__(case, node, chain, network, why, greeting=greeting())
        self.chain, self.network = chain, network
        self.request = Request(parameters, network)
        self.server = ElectrumServer(self.ask, self.request)
        self.listed: dict[str, int] = {}
        self.waiting: set[str] = set()
        self.new_transactions = 0
        self.heads: dict[int, bytes | None] = {}

    def note_scripts(self, scripts: dict[str, str]) -> None:
        """Write into the journal whose history is about to be asked for."""
        what = {
            **self.facts,
            "question": ABOUT_HISTORY,
            "scripts": [[name, text] for name, text in sorted(scripts.items())],
        }
        self.case.act("fetch_electrum.ask", why=self.why, what=what)

    def fetch(
        self, entries: Sequence[HistoryEntry], *, with_previous: bool, progress: Progress | None
    ) -> None:
        """Fetch the transactions of one history with their proofs, and keep them part by part."""
        history = self.recorder.take(ELECTRUM_RPC).exchanges
        placed = [entry for entry in entries if entry.height > 0]
        self.listed.update((entry.tx_hash, entry.height) for entry in placed)
        self.waiting.update(entry.tx_hash for entry in entries if entry.height <= 0)
        ledger = CaseLedger(self.case.store, self.chain, small_ledger_outputs=0)
        wanted = [entry for entry in placed if not self._is_still_proved(ledger, entry)]
        self.recorder.take(ELECTRUM_RPC)  # what moved is asked for again below, with its proof
        part = _Part(history)
        try:
            for done, entry in enumerate(wanted, start=1):
                self._fetch_one(entry, part, ledger if with_previous else None)
                part.take(self.recorder.take(ELECTRUM_RPC))
                if part.size_bytes >= PART_BYTES:
                    self._keep(part.close())
                if progress:
                    progress(done, len(wanted))
        except (WireError, LedgerError):
            self._keep(part.close())  # what came whole is not lost
            raise
        self._keep(part.close())

    def _is_still_proved(self, ledger: CaseLedger, entry: HistoryEntry) -> bool:
        """Whether the case has its proof, and the server's block at that height is still the same."""
        held = ledger.lookup_transaction(Txid.from_display(entry.tx_hash))
        if held is None or held.verified not in _PROVED or held.height != entry.height:
            return False
        if entry.height not in self.heads:
            self.heads[entry.height] = self.server.fetch_header(entry.height)
        head = self.heads[entry.height]
        if head is None or held.block_hash is None:
            return True
        return self.request.parameters.header_hash(head) == held.block_hash.wire

    def _fetch_one(self, entry: HistoryEntry, part: "_Part", ledger: CaseLedger | None) -> None:
        raw = self.server.fetch_transaction(entry.tx_hash)
        if raw is None:
            return  # the refusal is in the record
        self.server.fetch_proof(entry.tx_hash, entry.height)
        if entry.height not in part.heights:
            self.server.fetch_header(entry.height)
            part.heights.add(entry.height)
        if ledger is None:
            return
        for txid in self._previous(raw):
            if txid.display not in part.previous and ledger.lookup_transaction(txid) is None:
                self.server.fetch_transaction(txid.display)
                part.previous.add(txid.display)

    def _previous(self, raw: bytes) -> list[Txid]:
        parameters = self.request.parameters
        try:
            read = parse_transaction(raw, max_units=parameters.max_units, form=parameters.form)
        except LedgerError:
            return []  # the record shows it, and its reader says why it is left out
        if read.is_coinbase:
            return []
        found = {Txid(given.previous_txid) for given in read.inputs}
        return sorted((t for t in found if t.display not in self.listed), key=lambda t: t.wire)

    def link(self, most_headers: int) -> tuple[int, ...]:
        """Link the headers of the fetched places to known blocks; returns the heights left alone."""
        ledger = CaseLedger(self.case.store, self.chain, small_ledger_outputs=0)
        anchors = load_anchors(self.case.store, self.chain, self.network)
        loose = sorted(
            {height for name, height in self.listed.items() if _is_loose(ledger, name, height)}
        )
        spans: list[tuple[int, int]] = []
        left: list[int] = []
        for height in loose:
            anchor = min(anchors.known, key=lambda known: (abs(known - height), known))
            if abs(anchor - height) > most_headers:
                left.append(height)
            elif anchor != height:
                spans.append((min(height, anchor + 1), max(height, anchor)))
        for first, last in _merged(spans):
            self._link_span(first, last)
        return tuple(left)

    def _link_span(self, first: int, last: int) -> None:
        self.note(ABOUT_HISTORY, {"headers_from": first, "headers_to": last})
        at = first
        while at <= last:
            came = self.server.fetch_headers(at, min(HEADERS_AT_ONCE, last + 1 - at))
            if not came:
                break
            at += came
        self._keep(self.recorder.take(ELECTRUM_RPC))

    def _keep(self, log: ExchangeLog) -> None:
        if not log.exchanges:
            return
        name = f"{self.facts['host']} {log.exchanges[0].asked_at.isoformat()}"
        report = add_content(
            self.case, name, log.to_bytes(), self.request, ELECTRUM_RPC, why=self.why,
            keep_useless=True,
        )  # fmt: skip
        self.new_transactions += report.new_transactions

    def finish(self, unlinked: tuple[int, ...]) -> ElectrumFetchResult:
        """Count how far each named transaction is proved."""
        ledger = CaseLedger(self.case.store, self.chain, small_ledger_outputs=0)
        found = (ledger.lookup_transaction(Txid.from_display(name)) for name in self.listed)
        levels = Counter(transaction.verified for transaction in found if transaction)
        return ElectrumFetchResult(
            pin=ledger.pin,
            listed=len(self.listed),
            new_transactions=self.new_transactions,
            levels=tuple((level, levels[level]) for level in Verified if levels[level]),
            waiting=tuple(Txid.from_display(name) for name in sorted(self.waiting)),
            unlinked=unlinked,
            doubts=derive_status(self.case.store, ledger.pin).doubts,
        )


class _Part:
    """Exchanges that are kept together: a history, and transactions of it with all their proofs."""

    def __init__(self, history: tuple[Exchange, ...]) -> None:
        self._history = history
        self._exchanges: list[Exchange] = []
        self._is_first = True
        self.heights: set[int] = set()
        self.previous: set[str] = set()
        self.size_bytes = 0

    def take(self, log: ExchangeLog) -> None:
        """Add what belongs to one transaction."""
        self._exchanges.extend(log.exchanges)
        self.size_bytes += sum(len(exchange.body) for exchange in log.exchanges)

    def close(self) -> ExchangeLog:
        """The part as a record that stands by itself; the next one begins empty."""
        whole = (*self._history, *self._exchanges)
        kept = whole if self._exchanges or self._is_first else ()
        self._exchanges, self._is_first, self.size_bytes = [], False, 0
        self.heights, self.previous = set(), set()
        return ExchangeLog(ELECTRUM_RPC, kept)


def _is_loose(ledger: CaseLedger, name: str, height: int) -> bool:
    held = ledger.lookup_transaction(Txid.from_display(name))
    # another height: a reorganisation, which only the new headers beside the old ones show
    return held is not None and (held.verified is Verified.IN_BLOCK or held.height != height)


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


def apply_ask(projection: Projection, entry: Entry) -> None:
    """`fetch_electrum.ask`: which address a script hash in a server's answers stands for."""
    rows = [
        {
            "chain": entry.what["chain"],
            "script_hash": bytes.fromhex(name)[::-1],
            "address": address,
        }
        for name, address in entry.what["scripts"]
    ]
    projection.store.insert("asked_scripts", rows, replace=True)
