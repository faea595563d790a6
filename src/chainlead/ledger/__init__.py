"""Raw blocks and histories to transactions and transfers: verified, pinned, with both sides."""

from chainlead.ledger.transaction import Input, Output, Pin, Transaction, Transfer
from chainlead.ledger.view import LedgerView

__all__ = ["Input", "LedgerView", "Output", "Pin", "Transaction", "Transfer"]
