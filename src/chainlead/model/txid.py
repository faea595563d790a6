"""Transaction and block ids: 32 bytes in the ledger's internal order, printed reversed.

Byte order is handled here and nowhere else (STYLE: `from_display`, `from_wire`).
"""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True, order=True)
class _Hash32:
    wire: bytes

    def __post_init__(self) -> None:
        if type(self.wire) is not bytes or len(self.wire) != 32:
            raise ValueError(f"{type(self).__name__} takes 32 bytes")

    @classmethod
    def from_wire(cls, wire: bytes) -> Self:
        """Make it from the bytes as they stand in a block or transaction."""
        return cls(bytes(wire))

    @classmethod
    def from_display(cls, text: str) -> Self:
        """Make it from the 64 hex characters that explorers and nodes print.

        Raises:
            ValueError: not 64 hex characters.
        """
        if len(text) != 64 or not text.isascii():
            raise ValueError(f"not 64 hex characters: {text[:80]!r}")
        return cls(bytes.fromhex(text)[::-1])

    @property
    def display(self) -> str:
        """The 64 hex characters that explorers and nodes print."""
        return self.wire[::-1].hex()

    def __str__(self) -> str:
        return self.display


@dataclass(frozen=True, slots=True, order=True)
class Txid(_Hash32):
    """A transaction id of a UTXO chain."""


@dataclass(frozen=True, slots=True, order=True)
class BlockHash(_Hash32):
    """A block hash of a UTXO chain."""


@dataclass(frozen=True, slots=True, order=True)
class Outpoint:
    """One created output: `txid:output_index`."""

    txid: Txid
    output_index: int

    def __post_init__(self) -> None:
        """Refuse an index that no transaction can have."""
        if not 0 <= self.output_index <= 0xFFFFFFFF:
            raise ValueError(f"output index out of range: {self.output_index}")

    def __str__(self) -> str:
        """`txid:output_index`."""
        return f"{self.txid.display}:{self.output_index}"

    @classmethod
    def from_display(cls, text: str) -> Self:
        """Read `txid:output_index`.

        Raises:
            ValueError: not that form.
        """
        txid, _, index = text.partition(":")
        if not index.isdecimal():
            raise ValueError(f"not txid:output_index: {text[:100]!r}")
        return cls(Txid.from_display(txid), int(index))
