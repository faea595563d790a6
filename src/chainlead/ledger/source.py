"""What a ledger source is: a form of file that holds blocks, transactions or histories."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

from chainlead.ledger.parameters import ChainParameters
from chainlead.ledger.transaction_form import TransactionForm
from chainlead.ledger.verified import Verified
from chainlead.ledger.wire_block import WireBlock
from chainlead.ledger.wire_transaction import WireTransaction
from chainlead.model import Network


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a source: whose ledger, and how the file was changed on disk.

    Attributes:
        parameters: the chain.
        network: the network; other networks' data are refused.
        xor_key: key of the node's folder (`xor.dat`), applied by file offset; empty for none.
    """

    parameters: ChainParameters
    network: Network
    xor_key: bytes = b""


@dataclass(frozen=True, slots=True)
class BlockRead:
    """A block that passed its own checks, and where its bytes begin in the unpacked file."""

    block: WireBlock
    offset_bytes: int


@dataclass(frozen=True, slots=True)
class Claims:
    """What a source says about a transaction that the transaction's own bytes do not prove.

    Attributes:
        height, block_hash, mined_at_unix: the block that it is said to be in; None if unconfirmed.
        previous: for each input the amount and script of the output that it spends, as the source
            gives it; None where it gives none. Only the previous transaction itself proves it.
        verified: how far the place was checked.
        is_id_proved: whether the id follows from the transaction's own bytes.
    """

    height: int | None = None
    block_hash: bytes | None = None
    mined_at_unix: int | None = None
    previous: tuple[tuple[int, bytes] | None, ...] = ()
    verified: Verified = Verified.SINGLE_SOURCE
    is_id_proved: bool = True


@dataclass(frozen=True, slots=True)
class TransactionRead:
    """A transaction outside a block: its fields give its id; the rest is the source's word."""

    transaction: WireTransaction
    claims: Claims
    place: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A part of the file that could not be used: byte range (end excluded) or place, and why."""

    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class HistoryRead:
    """Which transactions a server says a script has.

    Attributes:
        script_hash: SHA-256 of the script.
        host: who was asked.
        asked_unix: when, in seconds.
        tip_height: the server's best block then; None where it is not in the record.
        fits_status: whether the list is the one that the server's own status hash names.
        listed: each transaction's id in internal byte order, and its height; 0 and less: in no block.
    """

    script_hash: bytes
    host: str
    asked_unix: int
    tip_height: int | None
    fits_status: bool
    listed: tuple[tuple[bytes, int], ...]


@dataclass(frozen=True, slots=True)
class HeadersRead:
    """A run of linked headers: the hash before it, then their hashes, one after the other."""

    host: str
    first_height: int
    hashes: bytes


@dataclass(frozen=True, slots=True)
class RingKeysRead:
    """The keys that a source says the members of a ring have; see `ledger/cryptonote/material.py`."""

    named: bytes
    keys: tuple[bytes, ...]


Event = BlockRead | TransactionRead | HistoryRead | HeadersRead | RingKeysRead | Skipped


class LedgerSource(ABC):
    """One form of file. `form` is the name in the journal; it never changes."""

    form: str

    def suits(self, request: Request) -> bool:
        """Whether files of this form can be of the asked chain at all."""
        return request.parameters.form is not TransactionForm.CRYPTONOTE

    @abstractmethod
    def recognises(self, content: bytes, request: Request) -> bool:
        """Whether the unpacked bytes have this form."""

    @abstractmethod
    def read(self, content: bytes, request: Request) -> Iterator[Event]:
        """What the bytes hold, in their order.

        Raises:
            WrongNetworkError: all of it belongs to another network.
            LedgerError: the whole file is unusable.
        """


class Packing(ABC):
    """A compression around a source."""

    form: str
    magic: bytes

    @abstractmethod
    def unpack(self, content: bytes, *, max_bytes: int) -> bytes:
        """The bytes inside.

        Raises:
            LedgerSourceError: damaged, or larger than `max_bytes`.
        """
