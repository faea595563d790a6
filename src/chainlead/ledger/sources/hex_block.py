"""A single block as hexadecimal text.

Found in: answers of a node (`getblock HASH 0`), explorers' raw block pages, notes.
Proof and limits: those of the raw block. Spec: https://en.bitcoin.it/wiki/Block.
"""

from collections.abc import Iterator

from chainlead.ledger.hex_text import bytes_from_hex_text
from chainlead.ledger.source import Event, LedgerSource, Request
from chainlead.ledger.sources.raw_block import is_raw_block, read_raw_block


class HexBlock(LedgerSource):
    """A block in hexadecimal."""

    form = "hex-block"

    def recognises(self, content: bytes, request: Request) -> bool:
        """Hexadecimal digits only, and a raw block when decoded."""
        raw = bytes_from_hex_text(content)
        return raw is not None and is_raw_block(raw, request)

    def read(self, content: bytes, request: Request) -> Iterator[Event]:
        """The one block."""
        yield read_raw_block(bytes_from_hex_text(content) or b"", request)
