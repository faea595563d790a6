"""`trace --fetch`: follow money through a ledger that the case does not hold yet.

Breadth first: the trace is made with what is known; where it ends with `not fetched`, the histories of
all places of the lowest hop are fetched from the unit's own node, and it is made again. The rule of
services comes first (a tagged place is never fetched), then the size of a history, then the person is
asked. A budget that is spent, a history that is too large, or a person who says no, leave `not fetched`
as the reason of that end; asked again, the work goes on where it was.
Limits: that a history is whole is the word of the node. The answer is that of `trace`, made from what
the case holds at the end; in `verify` it is made again without any network.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from chainlead.custody import Entry
from chainlead.errors import OriginNotFoundError, WireBudgetSpentError
from chainlead.ledger import CaseLedger, find_account_chain
from chainlead.model import Chain, Outpoint, Txid
from chainlead.trace import Direction, Limits, parse_origin
from chainlead.workflow import trace as outputs
from chainlead.workflow import trace_accounts as accounts
from chainlead.workflow.case import Case, Projection
from chainlead.workflow.coverage import (
    TOO_MANY,
    Coverage,
    Covered,
    LiveQuestion,
    LiveView,
    place_of,
    write_covered,
)

MOST = 1_000
_MOST_INPUTS = 500


Ask = Callable[[str, str], bool]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A place whose history is wanted from a height on, up to `until`."""

    place: str
    first: int
    until: int


@dataclass(frozen=True, slots=True)
class Size:
    """How large a history is before it is fetched. `words` tell why it should not be."""

    count: int | None = None
    words: str = ""


class Fetcher(Protocol):
    """Gets histories of places from one node. A new kind of ledger needs only this."""

    def tip(self) -> int:
        """The height up to which the node can tell, after it was checked to be fit."""

    def size(self, wanted: Wanted) -> Size:
        """How large the history is, as far as that can be had without fetching it."""

    def fetch(self, wanted: Sequence[Wanted], most: int | None) -> Iterator[Covered]:
        """Fetch the histories into the case; yield each part that is known from now on.

        A history of more than `most` transactions or blocks is given up with the state `too many`.
        """

    def fetch_transactions(self, txids: Sequence[str]) -> None:
        """Fetch the blocks that hold these transactions."""


@dataclass(frozen=True, slots=True)
class LiveOptions:
    """How far to fetch.

    Attributes:
        first: no block before this height is looked at; None: as early as the case knows the origin.
        most: a history of more transactions is not fetched without being asked for.
        allowed: places that are fetched whatever their size.
        ask: asked whether a large history shall be fetched; nobody says yes if left out.
    """

    first: int | None = None
    most: int = MOST
    allowed: frozenset[str] = frozenset()
    ask: Ask | None = None


@dataclass(frozen=True, slots=True)
class LiveTrace:
    """The trace and what was fetched for it.

    Attributes:
        fetched: places whose history was fetched now.
        too_many: places that were left because their history is too large.
        is_spent: whether the budget was spent before all was fetched.
    """

    trace_id: str
    document: dict[str, Any]
    fetched: tuple[str, ...]
    too_many: tuple[str, ...]
    is_spent: bool


def trace_live(
    case: Case,
    origin: str,
    fetcher: Fetcher,
    *,
    chain: Chain,
    contract: str = "",
    direction: Direction = Direction.FORWARD,
    rules: Iterable[str] | None = None,
    limits: Limits | None = None,
    options: LiveOptions | None = None,
    why: str = "",
    progress: Progress | None = None,
) -> LiveTrace:
    """Follow money, fetching what is missing; keep the answer as `trace` and `trace_accounts` do.

    Args:
        case: open for writing.
        origin: an account or address, a transaction, or an output.
        fetcher: where histories come from.
        chain: whose ledger.
        contract: of a token, on account ledgers.
        direction: where the money went, or where it came from.
        rules: as `trace`.
        limits: how far.
        options: how much to fetch.
        why: the person's reason, for the journal.
        progress: called with places fetched and places known to be wanted.

    Raises:
        OriginNotFoundError: neither the case nor the node knows the origin.
        NodeUnfitError: the node is of another chain, not in step, or lacks what is needed.
        WireError: offline, not consented, unreachable; what was fetched stays in the case.
    """
    options = options or LiveOptions()
    run = _Live(case, fetcher, chain, options, why=why, progress=progress)
    is_accounts = find_account_chain(chain) is not None
    named = {"chain": chain, "direction": direction, "rules": rules, "limits": limits}
    if is_accounts:
        named["contract"] = contract
    is_spent = False
    live = LiveQuestion(options.first or 0, fetcher.tip())
    try:
        run.fetch_origin(origin, live)
        question = (
            accounts.make_question(origin, **named, live=live)  # type: ignore[arg-type]
            if is_accounts
            else outputs.make_question(case.store, origin, **named, live=live)  # type: ignore[arg-type]
        )
        while run.fetch_next(question):
            pass
    except WireBudgetSpentError:
        is_spent = True
    if is_accounts:
        trace_id, document = accounts.trace_accounts(case, origin, **named, live=live, why=why)  # type: ignore[arg-type]
    else:
        trace_id, document = outputs.trace(case, origin, **named, live=live, why=why)  # type: ignore[arg-type]
    return LiveTrace(
        trace_id, document, tuple(sorted(run.fetched)), tuple(sorted(run.too_many)), is_spent
    )


def apply_fetched(projection: Projection, entry: Entry) -> None:
    """`trace_live.fetched`: of which places the history is known now, and how far."""
    write_covered(projection.store, entry.what["chain"], entry.what["places"])


class _Live:
    """One piece of work: what is wanted next, and what became of it."""

    def __init__(
        self,
        case: Case,
        fetcher: Fetcher,
        chain: Chain,
        options: LiveOptions,
        *,
        why: str,
        progress: Progress | None,
    ) -> None:
        self._case = case
        self._fetcher = fetcher
        self._chain = chain
        self._options = options
        self._why = why
        self._progress = progress
        self._tried: set[tuple[str, int]] = set()
        self._asked_for: set[str] = set()
        self.fetched: set[str] = set()
        self.too_many: set[str] = set()

    def fetch_origin(self, origin: str, live: LiveQuestion) -> None:
        """Make the origin known: its transaction, or the history of its account or address."""
        chain = find_account_chain(self._chain)
        plain = origin.strip().removeprefix("0x")
        is_txid = len(plain.partition(":")[0]) == 64
        if is_txid:
            txid = plain.partition(":")[0]
            if not self._is_known(txid):
                self._fetcher.fetch_transactions([txid])
            if not self._is_known(txid):
                raise OriginNotFoundError(
                    "Neither the case nor the node has the transaction of the origin.",
                    next_step="A node of Bitcoin and its kin needs txindex=1 and a consent for "
                    "`transaction`; or fetch the block that holds it first.",
                )
            return
        place = chain.canonical(origin) if chain else str(parse_origin(origin))
        first = self._options.first
        if first is None:
            first = self._first_known(place)
        if first is None:
            raise OriginNotFoundError(
                "The case does not know this origin, so it is not known from which block on to look.",
                next_step="Say it with --from HEIGHT.",
            )
        self._fetch([Wanted(place, first, live.until)])

    def _is_known(self, txid: str) -> bool:
        if find_account_chain(self._chain) is None:
            ledger = CaseLedger(self._case.store, self._chain)
            return ledger.lookup_transaction(Txid.from_display(txid)) is not None
        names = (txid, txid.lower(), txid.upper())
        store, chain = self._case.store, self._chain.value
        return any(store.lookup("account_transactions", chain=chain, txid=n) for n in names)

    def _first_known(self, place: str) -> int | None:
        store, chain = self._case.store, self._chain
        if find_account_chain(chain) is not None:
            txids: set[str] = set()
            for side in ("sender", "receiver"):
                where: dict[str, Any] = {"chain": chain.value, side: place}
                txids |= {row["txid"] for row in store.rows("account_transfers", **where)}
            rows = (store.lookup("account_transactions", chain=chain.value, txid=t) for t in txids)
            heights = [row["height"] for row in rows if row and row["height"] is not None]
        else:
            ledger = CaseLedger(store, chain)
            made = (ledger.lookup_transaction(o.outpoint.txid) for o in ledger.outputs_to(place))
            heights = [tx.height for tx in made if tx is not None and tx.height is not None]
        return min(heights, default=None)

    def fetch_next(self, question: Mapping[str, Any]) -> bool:
        """Fetch the histories that the trace needs next; whether there were any."""
        if find_account_chain(self._chain) is not None:
            document = accounts.answer(self._case.store, question)
            wanted = self._next_accounts(document, question)
            inputs: list[str] = []
        else:
            document = outputs.answer(self._case.store, question)
            wanted, inputs = self._next_outputs(document, question)
        wanted = [one for one in wanted if (one.place, one.first) not in self._tried]
        inputs = [txid for txid in inputs if txid not in self._asked_for]
        if inputs:
            self._asked_for.update(inputs)
            self._fetcher.fetch_transactions(inputs)
        if wanted:
            self._fetch(wanted)
        return bool(wanted or inputs)

    def _next_accounts(
        self, document: Mapping[str, Any], question: Mapping[str, Any]
    ) -> list[Wanted]:
        view = LiveView(self._case.store, self._chain, question)
        forward = question["direction"] == "forward"
        places: dict[int, set[tuple[str, int | None]]] = {}
        for one in document["origin"]:
            account = one["receiver" if forward else "sender"]
            if account:
                places.setdefault(-1, set()).add((account, one["height"]))
        for node in _ends(document):
            if node["reason"] == "not fetched" and node["account"]:
                places.setdefault(node["hop"], set()).add((node["account"], node["height"]))
        return self._lowest(view, places)

    def _next_outputs(
        self, document: Mapping[str, Any], question: Mapping[str, Any]
    ) -> tuple[list[Wanted], list[str]]:
        ledger = CaseLedger(self._case.store, self._chain)
        view = LiveView(self._case.store, self._chain, question, ledger)
        places: dict[int, set[tuple[str, int | None]]] = {}
        for output in view.origin_outputs(parse_origin(question["origin"])):
            missing = view.missing_output(output)
            if missing is not None:
                places.setdefault(-1, set()).add(missing)
        inputs: set[str] = set()
        for node in _ends(document):
            if node["outpoint"] is None:
                continue
            outpoint = Outpoint.from_display(node["outpoint"])
            if node["reason"] == "not fetched":
                found = ledger.lookup_output(outpoint)
                if found is not None:
                    places.setdefault(node["hop"], set()).add((place_of(found), node["height"]))
            elif node["reason"] == "left the known blocks":
                inputs |= _unknown_inputs(ledger, outpoint, forward=view.is_forward)
        return self._lowest(view, places), sorted(inputs)[:_MOST_INPUTS]

    def _lowest(
        self, view: LiveView, places: Mapping[int, set[tuple[str, int | None]]]
    ) -> list[Wanted]:
        """Of the lowest hop at which something is missing, each place once from its lowest height."""
        for hop in sorted(places):
            spans: dict[str, tuple[int, int]] = {}
            for place, height in sorted(places[hop], key=lambda one: (one[0], one[1] or 0)):
                first, until = view.span(height)
                missing = view.coverage.missing_from(place, first, until)
                if missing is None or self._is_left(view.coverage, place):
                    continue
                held = spans.get(place, (missing, until))
                spans[place] = min(held[0], missing), max(held[1], until)
            wanted = [Wanted(place, *span) for place, span in sorted(spans.items())]
            wanted = [one for one in wanted if (one.place, one.first) not in self._tried]
            if wanted:
                return wanted
        return []

    def _is_left(self, coverage: Coverage, place: str) -> bool:
        """Whether it was found too large before, and nobody allowed it since."""
        return coverage.is_too_many(place) and place not in self._options.allowed

    def _fetch(self, wanted: Sequence[Wanted]) -> None:
        small: list[Wanted] = []
        large: list[Wanted] = []
        for one in wanted:
            self._tried.add((one.place, one.first))
            size = self._fetcher.size(one)
            words = size.words
            if not words and size.count is not None and size.count > self._options.most:
                words = f"it has at least {size.count} transactions"
            if one.place in self._options.allowed:
                large.append(one)
            elif not words:
                small.append(one)
            elif self._options.ask is not None and self._options.ask(one.place, words):
                large.append(one)
            else:
                self._keep(Covered(one.place, one.first, one.until, size.count, TOO_MANY, words))
        for batch, most in ((small, self._options.most), (large, None)):
            if batch:
                for covered in self._fetcher.fetch(batch, most):
                    self._keep(covered)
        if self._progress:
            self._progress(len(self.fetched), len(self._tried))

    def _keep(self, covered: Covered) -> None:
        what = {"chain": self._chain.value, "places": [covered.to_document()]}
        self._case.act("trace_live.fetched", why=self._why, what=what)
        (self.too_many if covered.state == TOO_MANY else self.fetched).add(covered.place)


def _ends(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for _, result in sorted(document["rules"].items()):
        yield from result["frontier"]


def _unknown_inputs(ledger: CaseLedger, outpoint: Outpoint, *, forward: bool) -> set[str]:
    """Transactions that made the unknown inputs of the one where the trail ran out of blocks."""
    if forward:
        stuck = ledger.lookup_spender(outpoint)
    else:
        stuck = ledger.lookup_transaction(outpoint.txid)
        if stuck is None:
            return {outpoint.txid.display}
    if stuck is None:
        return set()
    return {
        spent.outpoint.txid.display
        for spent in stuck.inputs
        if spent.previous is None and spent.outpoint is not None
    }
