"""Histories for a live trace from a server of the XRP Ledger: `account_tx`, page by page.

Limits: the server learns the accounts, and its word is all that says that a history is whole. It does
not count: a history is given up when its pages hold more than was allowed.
"""

from collections.abc import Iterator, Sequence

from chainlead.errors import WireError
from chainlead.model import Chain, Network
from chainlead.workflow.case import Case
from chainlead.workflow.conversation import NodeAddress
from chainlead.workflow.coverage import TOO_MANY, Coverage, Covered
from chainlead.workflow.fetch_xrp import PART_BYTES, XrpFetch
from chainlead.workflow.trace_live import Size, Wanted


class XrpFetcher:
    """The histories of accounts."""

    def __init__(
        self,
        case: Case,
        node: NodeAddress,
        *,
        network: Network = Network.MAIN,
        may_be_behind: bool = False,
        why: str = "",
    ) -> None:
        """Ask this server; consents for `chain state`, `account` and, for a transaction, `transaction`."""
        self._case = case
        self._node = node
        self._network = network
        self._may_be_behind = may_be_behind
        self._why = why

    def _talk(self) -> XrpFetch:
        return XrpFetch(self._case, self._node, self._network, self._why)

    def tip(self) -> int:
        """The newest ledger that the server keeps.

        Raises:
            NodeUnfitError: another network, or not in step.
        """
        with self._talk() as run:
            return run.require_fit(may_be_behind=self._may_be_behind).last

    def size(self, wanted: Wanted) -> Size:  # noqa: ARG002  (the server does not say)
        """Not known before the pages came."""
        return Size()

    def fetch(self, wanted: Sequence[Wanted], most: int | None) -> Iterator[Covered]:
        """Fetch each account's pages from its first ledger on; broken off, say how far they reached."""
        for one in wanted:
            count = Coverage(self._case.store, Chain.XRP).count_before(one.place, one.first)
            newest = -1
            with self._talk() as run:
                run.note(
                    "account", {"accounts": [one.place], "first": one.first, "last": one.until}
                )
                try:
                    for page in run.server.fetch_history(one.place, one.first, one.until):
                        count, newest = count + page.count, page.newest
                        if most is not None and count > most:
                            break
                        run.keep(at_least=PART_BYTES)
                except WireError:
                    run.keep()
                    if newest > one.first:  # of the newest ledger itself a part may be missing
                        yield Covered(one.place, one.first, newest - 1, count)
                    raise
                if most is not None and count > most:
                    words = f"it has more than {most} transactions"
                    yield Covered(one.place, one.first, one.until, count, TOO_MANY, words)
                    continue
                run.keep()
                yield Covered(one.place, one.first, one.until, count)

    def fetch_transactions(self, txids: Sequence[str]) -> None:
        """Fetch these transactions; the server learns that they matter."""
        with self._talk() as run:
            run.note("transaction", {"txids": list(txids)})
            for txid in txids:
                run.server.fetch_transaction(txid)
            run.keep()
