"""What a pattern asks of one transfer on a ledger of accounts."""

from typing import Protocol

from chainlead.model import Asset


class AccountTransfer(Protocol):
    """One amount of one asset from one account to another: native, internal or token transfer.

    Attributes:
        asset: what moved.
        sender, receiver: accounts, in one spelling.
        amount_units: what arrived, in base units.
        height: the block.
        txid: the transaction's id, as explorers print it.
    """

    @property
    def asset(self) -> Asset: ...

    @property
    def sender(self) -> str: ...

    @property
    def receiver(self) -> str: ...

    @property
    def amount_units(self) -> int: ...

    @property
    def height(self) -> int: ...

    @property
    def txid(self) -> str: ...
