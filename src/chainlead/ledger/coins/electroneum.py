"""Electroneum's first ledger: hidden, then half open, then open, then left for another ledger.

Spec: Electroneum's release notes of versions 2.1, 5.0 and of the migration at block 1,811,310.
"""

from typing import ClassVar

from chainlead.ledger.coins.coin_note import CoinNote
from chainlead.model import Chain


class ElectroneumNote(CoinNote):
    """What this version knows of the first ledger; see electroneum-smart-chain for the second."""

    chain: ClassVar[Chain] = Chain.ELECTRONEUM
    reads: ClassVar[str] = "addresses found in exhibits"
    verifies: ClassVar[str] = "each address by its checksum"
    cannot: ClassVar[str] = (
        "read this ledger: until May 2018 it hid who paid, until September 2021 who was paid; it "
        "ended in March 2024, and what moved on is on electroneum-smart-chain"
    )
    advice: ClassVar[str] = (
        "Until May 2018 it hid who paid, until September 2021 who was paid; since March 2024 it runs "
        "on another ledger (electroneum-smart-chain), where addresses begin with 0x. This version "
        "does not read the old ledger. Ask instead: which exchange bought or sold it? Look for mails "
        "from exchanges, and for the wallet's view key."
    )
