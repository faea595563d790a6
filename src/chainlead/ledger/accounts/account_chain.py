"""What makes one account ledger differ from another; each is a file in `accounts/chains`."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from chainlead.errors import LedgerSourceError
from chainlead.model import NATIVE, Asset, Chain, Network
from chainlead.registry import residents

FOLDER = "chainlead.ledger.accounts.chains"


class AccountChain(ABC):
    """One account ledger.

    Class attributes: `chain`; `networks` (for each what names it: chain id, network id, first
    block); `reads`, `verifies`, `cannot` (sentences for docs/reference/coins.md).
    """

    chain: ClassVar[Chain]
    networks: ClassVar[Mapping[Network, str]]
    reads: ClassVar[str]
    verifies: ClassVar[str]
    cannot: ClassVar[str]

    @property
    def native(self) -> Asset:
        """The chain's own coin."""
        return NATIVE[self.chain]

    @abstractmethod
    def canonical(self, account: str) -> str:
        """The one way in which an account is written in the tables.

        Raises:
            CodecError: it is no account of this chain.
        """


def account_chains() -> tuple[AccountChain, ...]:
    """Every account ledger that can be read."""
    return residents(FOLDER, AccountChain)  # type: ignore[type-abstract]  # residents are concrete


def find_account_chain(chain: Chain) -> AccountChain | None:
    """The account ledger of this chain; None for a chain with outputs, or one that is not read."""
    return next((found for found in account_chains() if found.chain is chain), None)


def get_account_chain(chain: Chain) -> AccountChain:
    """The same, or an error.

    Raises:
        LedgerSourceError: accounts of this chain cannot be read.
    """
    found = find_account_chain(chain)
    if found is None:
        raise LedgerSourceError(f"Accounts of {chain.value} cannot be read yet.")
    return found
