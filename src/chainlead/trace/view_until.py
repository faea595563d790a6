"""The ledger as it was at a height: nothing mined later can be seen.

A heuristic that asks "was this address seen before" or "was this output spent" gives another answer
as the chain grows; through this view it gives the answer of that height.
Limits: a transaction without a known height is later than every height. The block hash of the pin
is known only where a transaction of that block is.
"""

from collections.abc import Iterable, Iterator

from chainlead.ledger import LedgerView, Output, Pin, Transaction
from chainlead.model import Outpoint, Txid


class ViewUntil:
    """A `LedgerView` cut off after a height."""

    def __init__(self, view: LedgerView, height: int) -> None:
        """Show what the view holds up to and with this height."""
        self._view = view
        self._height = height

    @property
    def pin(self) -> Pin:
        """The cut, or the whole view's pin where that is not higher."""
        pin = self._view.pin
        if pin.height is None or pin.height <= self._height:
            return pin
        unbroken = pin.unbroken_from
        if unbroken is not None and unbroken > self._height:
            unbroken = None
        return Pin(pin.chain, pin.network, self._height, None, unbroken)

    def lookup_transaction(self, txid: Txid) -> Transaction | None:
        """The transaction, unless it was mined later."""
        return self._seen(self._view.lookup_transaction(txid))

    def lookup_output(self, outpoint: Outpoint) -> Output | None:
        """The output, unless it was created later; one that is only claimed has no height."""
        maker = self._view.lookup_transaction(outpoint.txid)
        if maker is not None and self._seen(maker) is None:
            return None
        return self._view.lookup_output(outpoint)

    def lookup_spender(self, outpoint: Outpoint) -> Transaction | None:
        """What spent the output by then."""
        return self._seen(self._view.lookup_spender(outpoint))

    def outputs_to(self, address: str) -> Iterator[Output]:
        """What had been paid to the address by then, in chain order."""
        for output in self._view.outputs_to(address):
            if self.lookup_transaction(output.outpoint.txid) is not None:
                yield output

    def transactions(self) -> Iterable[Transaction]:
        """What was mined by then, in chain order."""
        return (t for t in self._view.transactions() if self._seen(t) is not None)

    def _seen(self, transaction: Transaction | None) -> Transaction | None:
        if transaction is None or transaction.height is None:
            return None
        return transaction if transaction.height <= self._height else None
