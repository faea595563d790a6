"""Raw blocks and histories to transactions and transfers: verified, pinned, with both sides."""

from chainlead.ledger.case_ledger import CaseLedger, derive_transfers
from chainlead.ledger.co_spends import CoSpends
from chainlead.ledger.filling import LedgerWriter
from chainlead.ledger.parameters import ChainParameters, NetworkParameters, get_parameters
from chainlead.ledger.price_match import (
    AskedPrice,
    PriceMatch,
    PriceTest,
    Window,
    match_prices,
)
from chainlead.ledger.reading import find_form, read_source
from chainlead.ledger.signature_marks import ANYONE_CAN_PAY, SignatureMark
from chainlead.ledger.source import BlockRead, Claims, Request, Skipped, TransactionRead
from chainlead.ledger.status import ChainStatus, HeightGap, derive_status
from chainlead.ledger.transaction import Input, Output, Pin, Transaction, Transfer
from chainlead.ledger.view import LedgerView
from chainlead.ledger.wire_block import (
    WireBlock,
    WireHeader,
    derive_merkle_root,
    parse_block,
    parse_header,
    target_from_bits,
)
from chainlead.ledger.wire_transaction import (
    WireInput,
    WireOutput,
    WireTransaction,
    parse_transaction,
    serialize_count,
    serialize_transaction,
)

__all__ = [
    "ANYONE_CAN_PAY",
    "AskedPrice",
    "BlockRead",
    "CaseLedger",
    "ChainParameters",
    "ChainStatus",
    "Claims",
    "HeightGap",
    "Input",
    "LedgerView",
    "LedgerWriter",
    "NetworkParameters",
    "Output",
    "Pin",
    "PriceMatch",
    "PriceTest",
    "Request",
    "SignatureMark",
    "Skipped",
    "Transaction",
    "TransactionRead",
    "Transfer",
    "Window",
    "WireBlock",
    "WireHeader",
    "WireInput",
    "WireOutput",
    "WireTransaction",
    "derive_merkle_root",
    "derive_status",
    "derive_transfers",
    "find_form",
    "get_parameters",
    "CoSpends",
    "match_prices",
    "parse_block",
    "parse_header",
    "parse_transaction",
    "read_source",
    "serialize_count",
    "serialize_transaction",
    "target_from_bits",
]
