"""A single transaction, in wire format or as hexadecimal text.

Found in: answers of a node (`getrawtransaction`), explorers' raw pages, wallets' exports.
Proof: the id is recomputed from the bytes. Limits: nothing says that it was ever mined; it is kept
without a place in the chain until a block or a history gives it one. Spec: BIP-144.
"""

from collections.abc import Iterator

from chainlead.errors import TransactionInvalidError
from chainlead.ledger.hex_text import bytes_from_hex_text
from chainlead.ledger.source import Claims, Event, LedgerSource, Request, TransactionRead
from chainlead.ledger.wire_transaction import WireTransaction, parse_transaction

_HIGHEST_VERSION = 4


class RawTransaction(LedgerSource):
    """A transaction in wire format or hexadecimal."""

    form = "raw-transaction"

    def recognises(self, content: bytes, request: Request) -> bool:
        """The bytes are one transaction, to the last byte."""
        return _transaction(content, request) is not None

    def read(self, content: bytes, request: Request) -> Iterator[Event]:
        """The one transaction."""
        transaction = _transaction(content, request)
        if transaction is None:
            raise TransactionInvalidError("These bytes are not one transaction.")
        yield TransactionRead(transaction, Claims(), "0")


def _transaction(content: bytes, request: Request) -> WireTransaction | None:
    raw = bytes_from_hex_text(content)
    raw = content if raw is None else raw
    if len(raw) < 4 or not 1 <= int.from_bytes(raw[:4], "little") <= _HIGHEST_VERSION:
        return None
    try:
        return parse_transaction(
            raw, max_units=request.parameters.max_units, form=request.parameters.form
        )
    except TransactionInvalidError:
        return None
