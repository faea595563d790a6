"""What other rooms may ask of a ledger. `CaseLedger` answers from the case; tests use fakes."""

from collections.abc import Iterable
from typing import Protocol

from chainlead.ledger.transaction import Output, Pin, Transaction
from chainlead.model import Outpoint, Txid


class LedgerView(Protocol):
    """Read-only questions about one chain."""

    @property
    def pin(self) -> Pin:
        """The last block that is known, on the best chain."""

    def lookup_transaction(self, txid: Txid) -> Transaction | None:
        """The transaction with this id, previous outputs filled in where they are known.

        Where the chain holds two transactions with one id (Bitcoin blocks 91812 and 91842, 91722
        and 91880), the later one, which overwrote the earlier (BIP-30).
        """

    def lookup_output(self, outpoint: Outpoint) -> Output | None:
        """One created output."""

    def lookup_spender(self, outpoint: Outpoint) -> Transaction | None:
        """The transaction on the best chain that spends this output; None: not spent as far as known."""

    def outputs_to(self, address: str) -> Iterable[Output]:
        """All known outputs that pay this address, in chain order.

        A bare public key output counts as paying the address of its key.
        """

    def transactions(self) -> Iterable[Transaction]:
        """Every known transaction on the best chain, in chain order."""
