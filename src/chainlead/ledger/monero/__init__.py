"""Monero: what its ledger shows, what a view key opens, and which proofs of payment hold."""

from chainlead.ledger.monero.address import (
    MoneroAddress,
    parse_electroneum_address,
    parse_monero_address,
)
from chainlead.ledger.monero.block import MoneroBlock, parse_block
from chainlead.ledger.monero.material import LooseTransaction, read_material
from chainlead.ledger.monero.proofs import Paid, check_payment_proof, check_transaction_key
from chainlead.ledger.monero.transaction import MoneroTransaction, Ring, parse_transaction
from chainlead.ledger.monero.view_key import ACCOUNTS, NUMBERS, Received, ViewKey
from chainlead.ledger.nodes.monero_daemon import KIND as MONERO_DAEMON
from chainlead.ledger.nodes.monero_daemon import DaemonState, MoneroDaemon
from chainlead.ledger.nodes.monero_wallet import KIND as MONERO_WALLET
from chainlead.ledger.nodes.monero_wallet import MoneroWallet, WalletVerdict

__all__ = [
    "ACCOUNTS",
    "MONERO_DAEMON",
    "MONERO_WALLET",
    "NUMBERS",
    "DaemonState",
    "LooseTransaction",
    "MoneroAddress",
    "MoneroBlock",
    "MoneroDaemon",
    "MoneroTransaction",
    "MoneroWallet",
    "Paid",
    "Received",
    "Ring",
    "ViewKey",
    "WalletVerdict",
    "check_payment_proof",
    "check_transaction_key",
    "parse_block",
    "parse_electroneum_address",
    "parse_monero_address",
    "parse_transaction",
    "read_material",
]
