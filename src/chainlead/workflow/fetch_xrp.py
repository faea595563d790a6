"""`fetch xrp`: ledgers and account histories from the unit's own server, kept with the raw answers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chainlead.custody import Entry
from chainlead.errors import NodeUnfitError
from chainlead.ledger import AccountRequest, CaseAccounts, Pin, XrpNode, XrpState, get_account_chain
from chainlead.model import Chain, Network
from chainlead.wire import is_socket_url
from chainlead.workflow.case import Case, Projection
from chainlead.workflow.conversation import Conversation, NodeAddress
from chainlead.workflow.ledger import add_account_content, require_same_network

KIND, FORM = "xrp-rpc", "xrp-json"
PART_BYTES = 8 << 20

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class XrpFetchResult:
    """What was fetched, and the pin after it.

    Attributes:
        cut_accounts: accounts whose history may begin before the ledgers that the server keeps.
    """

    pin: Pin
    new_ledgers: int
    new_transactions: int
    cut_accounts: tuple[str, ...] = ()


def fetch_ledgers(
    case: Case,
    node: NodeAddress,
    first: int,
    last: int | None = None,
    *,
    network: Network = Network.MAIN,
    may_be_behind: bool = False,
    why: str = "",
    progress: Progress | None = None,
) -> XrpFetchResult:
    """Fetch whole ledgers, each proved by its own hash.

    Raises:
        NodeUnfitError: another network, not in step, or it does not keep these ledgers.
        WireError: offline, not consented, unreachable, budget spent.
    """
    with XrpFetch(case, node, network, why) as run:
        state = run.require_fit(may_be_behind=may_be_behind)
        until = state.last if last is None else min(last, state.last)
        if first < state.first:
            raise NodeUnfitError(f"The server keeps ledgers from {state.first} on only.")
        rows = case.store.rows("account_blocks", chain=Chain.XRP.value)
        held = {row["height"] for row in rows if row["is_whole"]}
        wanted = [index for index in range(first, until + 1) if index not in held]
        run.note("blocks", {"ledgers_from": first, "ledgers_to": until, "count": len(wanted)})
        for done, index in enumerate(wanted, start=1):
            run.server.fetch_ledger(index)
            run.keep(at_least=PART_BYTES)
            if progress:
                progress(done, len(wanted))
        run.keep()
        return run.finish()


def fetch_histories(
    case: Case,
    node: NodeAddress,
    accounts: Sequence[str],
    *,
    network: Network = Network.MAIN,
    may_be_behind: bool = False,
    why: str = "",
    progress: Progress | None = None,
) -> XrpFetchResult:
    """Fetch all transactions of accounts; needs a consent for `account`.

    Interrupted, the pages that came are kept, and the next run goes on at the ledger that they reached.

    Raises:
        CodecError: one of them is no account of the XRP Ledger.
        NodeUnfitError: another network, not in step, or an account that the server does not know.
        WireError: offline, not consented, unreachable, budget spent.
    """
    chain = get_account_chain(Chain.XRP)
    wanted = sorted({chain.canonical(account) for account in accounts})
    with XrpFetch(case, node, network, why) as run:
        state = run.require_fit(may_be_behind=may_be_behind)
        begun = _cut_histories(case, node.host)
        run.note("account", {"accounts": wanted})
        for done, account in enumerate(wanted, start=1):
            run.fetch_history(account, begun.get(account, -1))
            if progress:
                progress(done, len(wanted))
        run.keep()
        cut = tuple(wanted) if state.first > _FIRST_LEDGER else ()
        return run.finish(cut)


_FIRST_LEDGER = 32_570
"""The first ledger that exists: earlier ones were lost in 2012."""


class XrpFetch(Conversation):
    """One talk with one server."""

    def __init__(self, case: Case, node: NodeAddress, network: Network, why: str) -> None:
        """Open nothing yet.

        Raises:
            WrongNetworkError: the case's ledger is of another network.
        """
        chain = get_account_chain(Chain.XRP)
        require_same_network(case, Chain.XRP, network)
        super().__init__(case, node, Chain.XRP, network, why)
        self.request = AccountRequest(chain, network)
        self.server = XrpNode(
            self.ask, chain.networks[network], over_socket=is_socket_url(node.url)
        )
        self.new_ledgers = self.new_transactions = 0

    def require_fit(self, *, may_be_behind: bool) -> XrpState:
        """Check the server first; what it says about itself is not kept."""
        self.note("chain state", {})
        now_unix = int(self.case.now().timestamp())
        state = self.server.require_fit(now_unix=now_unix, may_be_behind=may_be_behind)
        self.recorder.take(KIND)
        return state

    def fetch_history(self, account: str, first: int = -1, last: int = -1) -> None:
        """Fetch one account's pages; broken off, note how far they reached."""
        newest, is_whole = -1, False
        try:
            for page in self.server.fetch_history(account, first, last):
                newest = page.newest
                self.keep(at_least=PART_BYTES)
            is_whole = True
        finally:
            self.keep()
            if newest >= 0 and not (is_whole and first < 0):
                what = {**self.facts, "account": account, "reached": newest, "is_whole": is_whole}
                self.case.act("fetch_xrp.history", why=self.why, what=what)

    def keep(self, *, at_least: int = 0) -> None:
        """Put the answers so far into the case, if they are that many bytes."""
        if self.recorder.size_bytes < max(at_least, 1):
            return
        log = self.recorder.take(KIND)
        name = f"{self.facts['host']} {log.exchanges[0].asked_at.isoformat()}"
        report = add_account_content(
            self.case, name, log.to_bytes(), self.request, FORM, why=self.why
        )
        self.new_ledgers += report.new_blocks
        self.new_transactions += report.new_transactions

    def finish(self, cut: tuple[str, ...] = ()) -> XrpFetchResult:
        """The pin after all that."""
        pin = CaseAccounts(self.case.store, Chain.XRP).pin
        return XrpFetchResult(pin, self.new_ledgers, self.new_transactions, cut)


def _cut_histories(case: Case, host: str) -> dict[str, int]:
    """Accounts whose history broke off at this server, and the ledger from which to go on."""
    found: dict[str, int] = {}
    for entry in case.entries:
        if entry.act == "fetch_xrp.history" and entry.what["host"] == host:
            found.pop(entry.what["account"], None)
            if not entry.what["is_whole"]:
                found[entry.what["account"]] = entry.what["reached"]
    return found


def apply_history(projection: Projection, entry: Entry) -> None:
    """`fetch_xrp.history`: how far a history was fetched that broke off; no table holds it."""
