"""What is said of a coin whose ledger is not among the output chains and account ledgers."""

from abc import ABC
from typing import ClassVar

from chainlead.model import Chain


class CoinNote(ABC):
    """One coin; each is a file in `coins`.

    Class attributes: `chain`; `reads`, `verifies`, `cannot` (sentences for docs/reference/coins.md);
    `advice` (what to do instead, for a person who found an address of it).
    """

    chain: ClassVar[Chain]
    reads: ClassVar[str]
    verifies: ClassVar[str]
    cannot: ClassVar[str]
    advice: ClassVar[str]
