"""Monero: a ledger that hides who paid, who was paid and how much.

Spec: the Monero project, "Zero to Monero", second edition (2020), chapters 3 to 5.
"""

from typing import ClassVar

from chainlead.ledger.coins.coin_note import CoinNote
from chainlead.model import Chain


class MoneroNote(CoinNote):
    """What this version knows of Monero."""

    chain: ClassVar[Chain] = Chain.MONERO
    reads: ClassVar[str] = (
        "addresses found in exhibits; blocks and transactions as they are asked about; with a view "
        "key what its address received"
    )
    verifies: ClassVar[str] = (
        "each address by its checksum; ids of blocks and transactions from their own bytes; each "
        "amount by its commitment; proofs of payment"
    )
    cannot: ClassVar[str] = (
        "follow money: the ledger hides amounts and parties; one of the members of a ring was spent, "
        "and nothing says which"
    )
    advice: ClassVar[str] = (
        "Its ledger hides amounts and parties. Ask instead: which exchange bought or sold it? Look "
        "for mails from exchanges, and for the wallet's view key."
    )
