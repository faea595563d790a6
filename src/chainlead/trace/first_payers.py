"""Who paid an address first, asked once for each address of a view.

An address that was paid ten thousand times would else be read ten thousand times.
Limits: a view must not change while it is in use; what is remembered goes when the view goes.
"""

from weakref import WeakKeyDictionary

from chainlead.ledger import LedgerView, Transaction
from chainlead.model import Txid

_REMEMBERED: WeakKeyDictionary[LedgerView, dict[str, tuple[Transaction, ...]]] = WeakKeyDictionary()


def first_payers(address: str, view: LedgerView) -> tuple[Transaction, ...]:
    """The first two transactions that pay an address, in chain order, as far as the view knows."""
    known = _REMEMBERED.setdefault(view, {})
    if address not in known:
        first: list[Transaction] = []
        seen: set[Txid] = set()
        for output in view.outputs_to(address):
            txid = output.outpoint.txid
            if txid not in seen:
                seen.add(txid)
                payer = view.lookup_transaction(txid)
                first.extend([payer] if payer else [])
            if len(first) == 2:
                break
        known[address] = tuple(first)
    return known[address]


def is_later(other: Transaction, transaction: Transaction) -> bool:
    """Whether the other is known to come later in the chain; False where that is not known."""
    if other.height is not None and transaction.height is not None:
        if other.height != transaction.height:
            return other.height > transaction.height
        if other.block_index is None or transaction.block_index is None:
            return False
        return other.block_index > transaction.block_index
    if other.mined_at is not None and transaction.mined_at is not None:
        return other.mined_at > transaction.mined_at
    if other.height is not None or other.mined_at is not None:
        return False
    return transaction.height is not None or transaction.mined_at is not None
