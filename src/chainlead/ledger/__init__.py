"""Raw blocks and histories to transactions and transfers: verified, pinned, with both sides."""

from chainlead.ledger.accounts.account_chain import (
    AccountChain,
    find_account_chain,
    get_account_chain,
)
from chainlead.ledger.accounts.account_filling import AccountWriter
from chainlead.ledger.accounts.account_reading import find_account_form, read_account_source
from chainlead.ledger.accounts.account_source import (
    AccountBlockRead,
    AccountRequest,
    AccountTransactionRead,
    AssetRead,
    ContractRead,
    TransferRead,
)
from chainlead.ledger.accounts.account_status import AccountStatus, derive_account_status
from chainlead.ledger.accounts.case_accounts import AccountEntry, CaseAccounts
from chainlead.ledger.accounts.evm_contracts import CONTRACTS
from chainlead.ledger.accounts.evm_index_check import (
    IndexCheck,
    IndexDoubt,
    check_index,
    read_index_history,
)
from chainlead.ledger.accounts.evm_index_log import KIND as EVM_INDEX
from chainlead.ledger.accounts.evm_index_log import IndexHistory, read_index_log
from chainlead.ledger.accounts.sources.evm_json import FORM as EVM_JSON
from chainlead.ledger.accounts.xrp_changes import is_held
from chainlead.ledger.anchors import Anchors, load_anchors
from chainlead.ledger.block_filter import WantedScripts, may_hold, next_filter_header
from chainlead.ledger.block_levels import BlockLevel, checkpoints, derive_block_levels
from chainlead.ledger.case_ledger import CaseLedger, derive_transfers
from chainlead.ledger.co_spends import CoSpends
from chainlead.ledger.coins.coin_table import CoinRow, SourceRow, coin_table, source_table
from chainlead.ledger.cryptonote.keys import as_monero, find_received, named_evm_address
from chainlead.ledger.cryptonote.material import LooseOpen, read_open_material
from chainlead.ledger.cryptonote.open_block import OpenBlock, parse_open_block
from chainlead.ledger.cryptonote.open_transaction import (
    NamedRing,
    OpenTransaction,
    parse_open_transaction,
)
from chainlead.ledger.filling import LedgerWriter
from chainlead.ledger.history_server import (
    ABOUT_HISTORY,
    ABOUT_TRANSACTION,
    HistoryEntry,
    HistoryServer,
    PreparingServer,
)
from chainlead.ledger.lost_places import LostPlace, find_lost_places
from chainlead.ledger.nodes.bitcoin_node import KIND as BITCOIN_RPC
from chainlead.ledger.nodes.bitcoin_node import BitcoinNode, NodeState
from chainlead.ledger.nodes.blockbook_server import KIND as BLOCKBOOK_REST
from chainlead.ledger.nodes.blockbook_server import BlockbookServer
from chainlead.ledger.nodes.electrum_server import (
    HEADERS_AT_ONCE,
    ElectrumServer,
    ElectrumState,
    derive_script_hash,
    greeting,
)
from chainlead.ledger.nodes.electrum_server import KIND as ELECTRUM_RPC
from chainlead.ledger.nodes.esplora_server import KIND as ESPLORA_REST
from chainlead.ledger.nodes.esplora_server import EsploraServer
from chainlead.ledger.nodes.evm_index import EvmIndex
from chainlead.ledger.nodes.evm_node import KIND as EVM_RPC
from chainlead.ledger.nodes.evm_node import EvmNode, EvmState
from chainlead.ledger.nodes.xrp_node import XrpNode, XrpState
from chainlead.ledger.parameters import ChainParameters, NetworkParameters, get_parameters
from chainlead.ledger.payments import (
    AS_ROUND,
    OTHER_TIMES,
    AdvertisedPrice,
    ChanceCount,
    MatchQuestion,
    MatchResult,
    PaymentMatch,
    Receipts,
    Recurring,
    Times,
    Tolerance,
    UnitPrice,
    find_payments,
    gather_outputs,
    gather_transfers,
    match_receipts,
    parse_price,
    parse_recurring,
)
from chainlead.ledger.price_match import (
    AskedPrice,
    PriceMatch,
    PriceTest,
    Window,
    match_prices,
)
from chainlead.ledger.rates import (
    DISAGREE_PPM,
    RateFile,
    RateHints,
    RateSource,
    RateTable,
    Valuation,
    Value,
    asset_code,
    parse_rate_file,
    rates_to_text,
)
from chainlead.ledger.reading import find_form, read_source
from chainlead.ledger.server_words import load_histories
from chainlead.ledger.signature_marks import ANYONE_CAN_PAY, SignatureMark
from chainlead.ledger.source import (
    BlockRead,
    Claims,
    HeadersRead,
    HistoryRead,
    Request,
    Skipped,
    TransactionRead,
)
from chainlead.ledger.sources.cryptonote import FORM as CRYPTONOTE
from chainlead.ledger.stated.comparing import StatedCheck, compare_stated
from chainlead.ledger.stated.keeping import keep_stated, load_stated
from chainlead.ledger.stated.mapping import (
    RowMapping,
    find_mapping,
    parse_mapping,
    shipped_mappings,
)
from chainlead.ledger.stated.reading import StatedPayment, read_stated
from chainlead.ledger.status import ChainStatus, HeightGap, LostBlock, derive_status
from chainlead.ledger.status_document import (
    find_ledger_status,
    pin_document,
    status_document,
)
from chainlead.ledger.transaction import Input, Output, Pin, Transaction, Transfer
from chainlead.ledger.verified import Verified
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
    "ABOUT_HISTORY",
    "ABOUT_TRANSACTION",
    "ANYONE_CAN_PAY",
    "AS_ROUND",
    "BITCOIN_RPC",
    "BLOCKBOOK_REST",
    "CONTRACTS",
    "CRYPTONOTE",
    "DISAGREE_PPM",
    "ELECTRUM_RPC",
    "ESPLORA_REST",
    "EVM_INDEX",
    "EVM_JSON",
    "EVM_RPC",
    "HEADERS_AT_ONCE",
    "OTHER_TIMES",
    "AccountBlockRead",
    "AccountChain",
    "AccountEntry",
    "AccountRequest",
    "AccountStatus",
    "AccountTransactionRead",
    "AccountWriter",
    "AdvertisedPrice",
    "Anchors",
    "AskedPrice",
    "AssetRead",
    "BitcoinNode",
    "BlockLevel",
    "BlockRead",
    "BlockbookServer",
    "CaseAccounts",
    "CaseLedger",
    "ChainParameters",
    "ChainStatus",
    "ChanceCount",
    "Claims",
    "CoSpends",
    "CoinRow",
    "ContractRead",
    "ElectrumServer",
    "ElectrumState",
    "EsploraServer",
    "EvmIndex",
    "EvmNode",
    "EvmState",
    "HeadersRead",
    "HeightGap",
    "HistoryEntry",
    "HistoryRead",
    "HistoryServer",
    "IndexCheck",
    "IndexDoubt",
    "IndexHistory",
    "Input",
    "LedgerView",
    "LedgerWriter",
    "LooseOpen",
    "LostBlock",
    "LostPlace",
    "MatchQuestion",
    "MatchResult",
    "NamedRing",
    "NetworkParameters",
    "NodeState",
    "OpenBlock",
    "OpenTransaction",
    "Output",
    "PaymentMatch",
    "Pin",
    "PreparingServer",
    "PriceMatch",
    "PriceTest",
    "RateFile",
    "RateHints",
    "RateSource",
    "RateTable",
    "Receipts",
    "Recurring",
    "Request",
    "RowMapping",
    "SignatureMark",
    "Skipped",
    "SourceRow",
    "StatedCheck",
    "StatedPayment",
    "Times",
    "Tolerance",
    "Transaction",
    "TransactionRead",
    "Transfer",
    "TransferRead",
    "UnitPrice",
    "Valuation",
    "Value",
    "Verified",
    "WantedScripts",
    "Window",
    "WireBlock",
    "WireHeader",
    "WireInput",
    "WireOutput",
    "WireTransaction",
    "XrpNode",
    "XrpState",
    "as_monero",
    "asset_code",
    "check_index",
    "checkpoints",
    "coin_table",
    "compare_stated",
    "derive_account_status",
    "derive_block_levels",
    "derive_merkle_root",
    "derive_script_hash",
    "derive_status",
    "derive_transfers",
    "find_account_chain",
    "find_account_form",
    "find_form",
    "find_ledger_status",
    "find_lost_places",
    "find_mapping",
    "find_payments",
    "find_received",
    "gather_outputs",
    "gather_transfers",
    "get_account_chain",
    "get_parameters",
    "greeting",
    "is_held",
    "keep_stated",
    "load_anchors",
    "load_histories",
    "load_stated",
    "match_prices",
    "match_receipts",
    "may_hold",
    "named_evm_address",
    "next_filter_header",
    "parse_block",
    "parse_header",
    "parse_mapping",
    "parse_open_block",
    "parse_open_transaction",
    "parse_price",
    "parse_rate_file",
    "parse_recurring",
    "parse_transaction",
    "pin_document",
    "rates_to_text",
    "read_account_source",
    "read_index_history",
    "read_index_log",
    "read_open_material",
    "read_source",
    "read_stated",
    "serialize_count",
    "serialize_transaction",
    "shipped_mappings",
    "source_table",
    "status_document",
    "target_from_bits",
]
