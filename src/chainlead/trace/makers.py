"""The transactions that created the outputs on a trail, and their place in the chain and in time."""

from chainlead.ledger import LedgerView, Transaction
from chainlead.model import Outpoint, Txid, moment_from_unix, moment_to_text
from chainlead.trace.trace import Limits

Place = tuple[int, int, bytes, int]
When = tuple[int | None, int | None]
"""Height, and block time in seconds since 1970; None where the ledger does not know."""

_NOWHERE = 1 << 62


class Makers:
    """Looks each creating transaction up once."""

    def __init__(self, ledger: LedgerView) -> None:
        """Ask this ledger."""
        self._ledger = ledger
        self._known: dict[Txid, Transaction | None] = {}
        self._places: dict[Outpoint, Place] = {}
        self._moments: dict[Txid, When] = {}

    def lookup(self, txid: Txid) -> Transaction | None:
        """The transaction, or None where the known blocks do not hold it."""
        if txid not in self._known:
            self._known[txid] = self._ledger.lookup_transaction(txid)
        return self._known[txid]

    def place(self, outpoint: Outpoint) -> Place:
        """Sort key: chain order of the creating transaction, then the output index."""
        place = self._places.get(outpoint)
        if place is None:
            maker = self.lookup(outpoint.txid)
            order = maker.order if maker else (_NOWHERE, _NOWHERE, outpoint.txid.wire)
            place = self._places[outpoint] = (*order, outpoint.output_index)
        return place

    def when(self, txid: Txid) -> When:
        """When the creating transaction was mined."""
        moment = self._moments.get(txid)
        if moment is None:
            maker = self.lookup(txid)
            mined_at = maker.mined_at if maker else None
            moment = self._moments[txid] = (
                maker.height if maker else None,
                int(mined_at.timestamp()) if mined_at else None,
            )
        return moment


def is_inside(transaction: Transaction | None, limits: Limits) -> bool:
    """Whether its block time lies in the window; without a block, it is later than everything."""
    mined_at = transaction.mined_at if transaction else None
    if mined_at is None:
        return limits.until_unix is None
    seconds = mined_at.timestamp()
    return (limits.since_unix is None or seconds >= limits.since_unix) and (
        limits.until_unix is None or seconds <= limits.until_unix
    )


def describe_window(transaction: Transaction, limits: Limits) -> str:
    """The note of a stop at the edge of the time window."""
    mined_at = transaction.mined_at
    when = moment_to_text(mined_at) if mined_at else "not yet in a block"
    window = " ".join(
        f"{word} {moment_to_text(moment_from_unix(end))}"
        for word, end in (("since", limits.since_unix), ("until", limits.until_unix))
        if end is not None
    )
    return f"transaction {transaction.txid} ({when}) is outside the time window {window}"
