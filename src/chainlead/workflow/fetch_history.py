"""Histories of addresses from a server that knows them: what every protocol has in common.

The server learns the addresses. Before they are asked about the journal names them; each part of the
answers is kept whole and read from there, so the case can be made again without any network.
Interrupted, it goes on where it was: a transaction whose place is proved is not asked for again. The
list itself is asked for anew, because only a whole list in one record can be checked.
"""

from abc import abstractmethod
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from chainlead.codecs import address_from_script, script_from_address
from chainlead.custody import Entry
from chainlead.errors import LedgerError, WrongNetworkError
from chainlead.ledger import (
    ABOUT_HISTORY,
    CaseLedger,
    HistoryEntry,
    HistoryServer,
    Pin,
    PreparingServer,
    Request,
    Verified,
    derive_script_hash,
    derive_status,
    get_parameters,
    load_anchors,
    load_histories,
    parse_transaction,
)
from chainlead.model import Chain, Network, Txid
from chainlead.wire import Exchange, ExchangeLog
from chainlead.workflow.case import Case, Projection
from chainlead.workflow.conversation import Conversation, NodeAddress
from chainlead.workflow.history_part import History, HistoryPart
from chainlead.workflow.ledger import add_content, require_same_network

PART_BYTES = 8 << 20
_AT_ONCE = 100
"""Histories that a server that can be asked so is asked for at once."""
_ENTRIES_AT_ONCE = 500
"""Transactions that such a server is asked for at once: what came is held until its turn."""
_PROVED = (Verified.IN_BLOCK, Verified.ON_BEST_CHAIN)

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class HistoryFetchResult:
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


@dataclass(frozen=True, slots=True)
class HistoryOptions:
    """How far a fetch of histories goes.

    Attributes:
        with_previous: also fetch the transactions whose outputs are spent, to know who paid.
        most: an address with more transactions is counted and not fetched.
        most_headers: how far to the next known block a header may be linked.
        may_be_behind: take a server that is not in step.
        progress: called with transactions done and in all, for each address anew.
    """

    with_previous: bool = False
    most: int = 10_000
    most_headers: int = 20_000
    may_be_behind: bool = False
    progress: Progress | None = None


class HistoryFetch(Conversation):
    """One piece of work with one server.

    Attributes:
        kind: of the record that its answers are kept in.
        part_exchanges: answers are kept at least so often.
    """

    kind: ClassVar[str]
    part_exchanges: ClassVar[int] = 300
    server: HistoryServer

    def __init__(
        self,
        case: Case,
        node: NodeAddress,
        chain: Chain,
        network: Network,
        why: str,
        *,
        greeting: bytes = b"",
    ) -> None:
        """Ask nothing yet.

        Raises:
            WrongNetworkError: the chain has no such network, or the case holds another one.
        """
        parameters = get_parameters(chain)
        if network not in parameters.networks:
            raise WrongNetworkError(f"There is no {network.value} network of {chain.value}.")
        require_same_network(case, chain, network)
        super().__init__(case, node, chain, network, why, greeting=greeting)
        self.chain, self.network = chain, network
        self.request = Request(parameters, network)
        self.listed: dict[str, int] = {}
        self.waiting: set[str] = set()
        self.new_transactions = 0
        self._tops: dict[int, bytes | None] = {}
        self._moved: set[int] = set()
        self._prepared: set[str] = set()

    @abstractmethod
    def name_for_server(self, script_hash: str, address: str) -> str:
        """What the server calls this address."""

    def pages_for(
        self,
        history: tuple[Exchange, ...],
        named: Collection[str],  # noqa: ARG002  (for protocols that give a history in pages)
    ) -> tuple[Exchange, ...]:
        """Those answers of a history that a record of these transactions cannot do without."""
        return history

    def run(self, addresses: Sequence[str], options: HistoryOptions) -> HistoryFetchResult:
        """Check the server, then fetch the history of each address with all its proofs.

        Raises:
            CodecError: one of them is no address of this network.
            NodeUnfitError: another chain, not in step, or an address with too many transactions.
            WireError: offline, not consented, unreachable, refused, budget spent.
        """
        scripts = dict(self._named(text) for text in addresses)
        now_unix = int(self.case.now().timestamp())
        may_be_behind = options.may_be_behind
        self.note("chain state", {})
        self.server.require_fit(now_unix=now_unix, may_be_behind=may_be_behind)
        self.recorder.take(self.kind)
        self._note_scripts(scripts)
        ordered = sorted(scripts.items(), key=lambda pair: pair[1])
        at_once = _AT_ONCE if isinstance(self.server, PreparingServer) else 1
        for start in range(0, len(ordered), at_once):
            self._fetch_part(ordered[start : start + at_once], options, now_unix)
        return self.finish(options)

    def count(self, address: str) -> int:
        """How many transactions in blocks an address has; the server learns the address.

        Raises:
            CodecError, NodeUnfitError, WireError: as `run`.
        """
        script_hash, written = self._named(address)
        self._note_scripts({script_hash: written})
        count = self.server.count_history(self.name_for_server(script_hash, written))
        self.recorder.take(self.kind)
        return count

    def tip(self, *, may_be_behind: bool = False) -> int:
        """The height of the server's best block, after it was checked to be fit.

        Raises:
            NodeUnfitError: another chain, or not in step.
            WireError: offline, not consented, unreachable, refused, budget spent.
        """
        self.note("chain state", {})
        now_unix = int(self.case.now().timestamp())
        height = self.server.require_fit(now_unix=now_unix, may_be_behind=may_be_behind).height
        self.recorder.take(self.kind)
        return height

    def fetch_listed(
        self,
        entries: Sequence[HistoryEntry],
        exchanges: tuple[Exchange, ...],
        options: HistoryOptions,
    ) -> None:
        """Fetch these transactions, which no history names, with their proofs."""
        self._fetch(History("", entries, exchanges), options)

    def finish(self, options: HistoryOptions) -> HistoryFetchResult:
        """Link the headers of what was fetched, and say how far each transaction is proved."""
        return self._finish(self._link(options.most_headers))

    def _named(self, text: str) -> tuple[str, str]:
        """The script hash of an address, and the address as the case's tables write it."""
        script = script_from_address(text, self.chain, self.network)
        written = address_from_script(script, self.chain, self.network)
        return derive_script_hash(script), written or text

    def _fetch_part(
        self, scripts: Sequence[tuple[str, str]], options: HistoryOptions, now_unix: int
    ) -> None:
        """Ask for these histories, then for what is in them; a failure comes after the rest is kept."""
        names = [self.name_for_server(*pair) for pair in scripts]
        if isinstance(self.server, PreparingServer):
            self.server.prepare_histories(names)
        found: list[History] = []
        try:
            for (script_hash, _), named in zip(scripts, names, strict=True):
                # asked for each, so that the record of each history says how far it reaches
                self.server.fetch_tip(now_unix=now_unix, may_be_behind=options.may_be_behind)
                entries = self.server.fetch_history(named, most=options.most)
                log = self.recorder.take(self.kind)
                found.append(History(script_hash, entries, log.exchanges))
        finally:
            if isinstance(self.server, PreparingServer):
                self._prepare(self.server, found, with_previous=options.with_previous)
            for one in found:
                self._fetch(one, options)

    def _note_scripts(self, scripts: dict[str, str]) -> None:
        what = {
            **self.facts,
            "question": ABOUT_HISTORY,
            "scripts": [[name, text] for name, text in sorted(scripts.items())],
        }
        self.case.act("fetch_history.ask", why=self.why, what=what)

    def _fetch(self, history: History, options: HistoryOptions) -> None:
        """Fetch the transactions of one history with their proofs, and keep them part by part."""
        entries = history.entries
        placed = [entry for entry in entries if entry.height > 0]
        self.listed.update((entry.tx_hash, entry.height) for entry in placed)
        self.waiting.update(entry.tx_hash for entry in entries if entry.height <= 0)
        ledger = CaseLedger(self.case.store, self.chain, small_ledger_outputs=0)
        wanted = [entry for entry in placed if not self._is_still_proved(ledger, entry)]
        self._note_gone(ledger, history.script_hash, placed)
        self.recorder.take(self.kind)  # what moved is asked for again below, with its proof
        part = HistoryPart(self.kind, history.exchanges, self.pages_for)
        try:
            for done, entry in enumerate(wanted, start=1):
                if isinstance(self.server, PreparingServer) and entry.tx_hash not in self._prepared:
                    ahead = wanted[done - 1 : done - 1 + _ENTRIES_AT_ONCE]
                    self._prepare_entries(
                        self.server, ledger, [ahead], with_previous=options.with_previous
                    )
                self._fetch_one(entry, part, ledger if options.with_previous else None)
                part.take(entry.tx_hash, self.recorder.take(self.kind))
                if part.size_bytes >= PART_BYTES or part.count >= self.part_exchanges:
                    self._keep(part.close())
                if options.progress:
                    options.progress(done, len(wanted))
        finally:
            self._keep(part.close())  # what came whole is not lost

    def _is_still_proved(self, ledger: CaseLedger, entry: HistoryEntry) -> bool:
        """Whether the case has its proof, and the server's block at that height is still the same."""
        held = ledger.lookup_transaction(Txid.from_display(entry.tx_hash))
        if held is None or not self._may_be_proved(ledger, entry):
            return False
        top = self._top(entry.height)
        is_same = top is None or held.block_hash is None or top == held.block_hash.wire
        if not is_same:
            self._moved.add(entry.height)
        return is_same

    @staticmethod
    def _may_be_proved(ledger: CaseLedger, entry: HistoryEntry) -> bool:
        """Whether the case has a proof for this place."""
        held = ledger.lookup_transaction(Txid.from_display(entry.tx_hash))
        return held is not None and held.verified in _PROVED and held.height == entry.height

    def _top(self, height: int) -> bytes | None:
        """The hash of the server's block at a height, asked once."""
        if height not in self._tops:
            self._tops[height] = self.server.fetch_block_hash(height)
        return self._tops[height]

    def _prepare(
        self, server: PreparingServer, histories: Sequence[History], *, with_previous: bool
    ) -> None:
        """Ask at once for what is asked one by one afterwards: first about what the case has."""
        ledger = CaseLedger(self.case.store, self.chain, small_ledger_outputs=0)
        placed = [[entry for entry in one.entries if entry.height > 0] for one in histories]
        held = {e.height for part in placed for e in part if self._may_be_proved(ledger, e)}
        server.prepare_headers(sorted(held - self._tops.keys()))
        wanted = [[e for e in part if not self._is_still_proved(ledger, e)] for part in placed]
        self.recorder.take(self.kind)
        room = _ENTRIES_AT_ONCE
        for number, part in enumerate(wanted):
            wanted[number] = part[:room]
            room -= len(wanted[number])
        self._prepare_entries(server, ledger, wanted, with_previous=with_previous)

    def _prepare_entries(
        self,
        server: PreparingServer,
        ledger: CaseLedger,
        wanted: Sequence[Sequence[HistoryEntry]],
        *,
        with_previous: bool,
    ) -> None:
        """Ask at once for these entries of histories, and for what they spend."""
        raws = server.prepare_entries(wanted)
        self._prepared.update(entry.tx_hash for part in wanted for entry in part)
        if with_previous:
            named = {e.tx_hash for part in wanted for e in part}
            found = {txid for raw in raws for txid in self._previous(raw)}
            server.prepare_transactions(
                sorted(
                    txid.display
                    for txid in found
                    if txid.display not in named and ledger.lookup_transaction(txid) is None
                )
            )

    def _note_gone(
        self, ledger: CaseLedger, script_hash: str, placed: Sequence[HistoryEntry]
    ) -> None:
        """Find what the case has in a block that the server does not have any more at that height.

        The server lists such a transaction elsewhere, as waiting, or not at all: only its blocks say
        whether the ledger was reorganised, or the server leaves something out.
        """
        now = {entry.tx_hash: entry.height for entry in placed}
        wire = bytes.fromhex(script_hash)[::-1]
        histories = load_histories(self.case.store, self.chain.value)
        before = {txid for h in histories if h.script_hash == wire for txid in h.listed}
        for txid in sorted(before):
            held = ledger.lookup_transaction(Txid(txid))
            if held is None or held.height is None or held.block_hash is None:
                continue
            if now.get(held.txid.display) == held.height:
                continue
            top = self._top(held.height)
            if top is not None and top != held.block_hash.wire:
                self._moved.add(held.height)

    def _fetch_one(self, entry: HistoryEntry, part: HistoryPart, ledger: CaseLedger | None) -> None:
        raw = self.server.fetch_transaction(entry.tx_hash)
        if raw is None:
            return  # the refusal is in the record
        self.server.fetch_proof(entry.tx_hash, entry.height)
        if entry.height not in part.heights:
            self.server.fetch_header(entry.height)
            part.heights.add(entry.height)
        if ledger is None:
            return
        wanted = [
            txid.display
            for txid in self._previous(raw)
            if txid.display not in part.previous and ledger.lookup_transaction(txid) is None
        ]
        for name in wanted:
            self.server.fetch_transaction(name)
            part.previous.add(name)

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

    def _link(self, most_headers: int) -> tuple[int, ...]:
        """Link the headers of the fetched places to known blocks; returns the heights left alone."""
        ledger = CaseLedger(self.case.store, self.chain, small_ledger_outputs=0)
        anchors = load_anchors(self.case.store, self.chain, self.network)
        loose = sorted(
            {height for name, height in self.listed.items() if _is_loose(ledger, name, height)}
            | self._moved
        )
        if not self.server.headers_at_once:
            return tuple(loose)
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
            came = self.server.fetch_headers(at, min(self.server.headers_at_once, last + 1 - at))
            if not came:
                break
            at += came
        self._keep(self.recorder.take(self.kind))

    def _keep(self, log: ExchangeLog) -> None:
        if not log.exchanges:
            return
        name = f"{self.facts['host']} {log.exchanges[0].asked_at.isoformat()}"
        report = add_content(
            self.case, name, log.to_bytes(), self.request, self.kind, why=self.why,
            keep_useless=True,
        )  # fmt: skip
        self.new_transactions += report.new_transactions

    def _finish(self, unlinked: tuple[int, ...]) -> HistoryFetchResult:
        """Count how far each named transaction is proved."""
        ledger = CaseLedger(self.case.store, self.chain, small_ledger_outputs=0)
        found = (ledger.lookup_transaction(Txid.from_display(name)) for name in self.listed)
        levels = Counter(transaction.verified for transaction in found if transaction)
        return HistoryFetchResult(
            pin=ledger.pin,
            listed=len(self.listed),
            new_transactions=self.new_transactions,
            levels=tuple((level, levels[level]) for level in Verified if levels[level]),
            waiting=tuple(Txid.from_display(name) for name in sorted(self.waiting)),
            unlinked=unlinked,
            doubts=derive_status(self.case.store, ledger.pin).doubts,
        )


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
    """`fetch_history.ask`: which address a script hash in a server's answers stands for."""
    rows = [
        {
            "chain": entry.what["chain"],
            "script_hash": bytes.fromhex(name)[::-1],
            "address": address,
        }
        for name, address in entry.what["scripts"]
    ]
    projection.store.insert("asked_scripts", rows, replace=True)
