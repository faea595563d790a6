"""What a source of account ledgers yields: blocks, transactions with their transfers, assets, contracts.

How far each thing was checked is a word of `Verified`, and goes with it into every table.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

from chainlead.ledger.accounts.account_chain import AccountChain
from chainlead.ledger.source import Skipped
from chainlead.ledger.verified import Verified
from chainlead.model import Network

__all__ = [
    "AccountBlockRead",
    "AccountEvent",
    "AccountRequest",
    "AccountSource",
    "AccountTransactionRead",
    "AssetRead",
    "ContractRead",
    "TransferRead",
    "Verified",
]


@dataclass(frozen=True, slots=True)
class AccountRequest:
    """What is asked of a source: whose ledger. Other networks' data are refused."""

    chain: AccountChain
    network: Network


@dataclass(frozen=True, slots=True)
class AccountBlockRead:
    """A block or ledger.

    Attributes:
        block_hash, parent_hash: as the ledger prints them, lower case without `0x`, or upper case
            where that is the ledger's own way (XRP).
        is_whole: all its transactions came with it.
    """

    block_hash: str
    parent_hash: str
    height: int
    mined_at_unix: int
    is_whole: bool
    verified: Verified


@dataclass(frozen=True, slots=True)
class TransferRead:
    """One asset, one amount, from one account to another, inside a transaction.

    Attributes:
        kind: payment, internal, token, fee-free mint or burn … in the chain's own word.
        sender: None where units were made; receiver None where they were destroyed.
        contract: of a token; for an XRP issued currency `CODE.issuer`; empty for the chain's coin.
        amount_units: what was delivered. For assets without decimals of their own (XRP issued
            currencies) in units of 10^-15.
        asked_units: what was asked for, where that is another number (XRP partial payment).
        tag: destination tag or memo of the receiver.
        note: what a reader should know: a fake token's symbol, a fee on transfer …
        place: inside the transaction: `value`, `log 17` (its number in the block), `call 0.1`;
            empty where the source does not say.
    """

    kind: str
    sender: str | None
    receiver: str | None
    amount_units: int
    contract: str = ""
    asked_units: int | None = None
    tag: str | None = None
    note: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class AccountTransactionRead:
    """A transaction with what it moved.

    Attributes:
        is_successful: None where the source does not say.
        sees_internal: whether transfers made by contracts are among the transfers; if not, they are
            unknown, not zero.
        fee_payer, fee_units: None where not known.
    """

    txid: str
    block_hash: str
    height: int | None
    block_index: int
    mined_at_unix: int | None
    is_successful: bool | None
    sees_internal: bool
    fee_payer: str | None
    fee_units: int | None
    transfers: tuple[TransferRead, ...]
    verified: Verified
    note: str = ""


@dataclass(frozen=True, slots=True)
class AssetRead:
    """What a token contract says of itself; `decimals` is None where it does not say."""

    contract: str
    symbol: str
    decimals: int | None
    verified: Verified
    note: str = ""


@dataclass(frozen=True, slots=True)
class ContractRead:
    """What an account is at a height: with code or without, and whose code a proxy runs.

    Attributes:
        kind: in the chain's own words.
        implementation: whose code it runs; None where that is its own, or not known.
        beacon: the contract that a beacon proxy asks for its implementation.
    """

    account: str
    kind: str
    implementation: str | None
    beacon: str | None
    height: int | None
    verified: Verified


AccountEvent = AccountBlockRead | AccountTransactionRead | AssetRead | ContractRead | Skipped


class AccountSource(ABC):
    """One form of file. `form` is the name in the journal; it never changes."""

    form: str

    @abstractmethod
    def recognises(self, content: bytes, request: AccountRequest) -> bool:
        """Whether the unpacked bytes have this form."""

    @abstractmethod
    def read(self, content: bytes, request: AccountRequest) -> Iterator[AccountEvent]:
        """What the bytes hold, in their order.

        Raises:
            WrongNetworkError: all of it belongs to another network.
            LedgerError: the whole file is unusable.
        """
