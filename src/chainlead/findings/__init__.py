"""Reads items and yields findings, each proved by checksum or structure and exactly placed."""

from chainlead.findings.accounts import Account, derive_accounts
from chainlead.findings.context import make_visible, masked
from chainlead.findings.derivation import (
    GAP_LIMIT,
    DerivedAddress,
    addresses_of_descriptor,
    addresses_of_extended_key,
    scripts_of_chain,
)
from chainlead.findings.finding import Finding
from chainlead.findings.knowledge import Explorer, Knowledge, Service, load_knowledge
from chainlead.findings.page_check import PageCheck, SeenPage, check_page
from chainlead.findings.page_prices import Price, parse_number
from chainlead.findings.page_template import TextPrint, derive_print
from chainlead.findings.page_text import PageText, read_page_texts
from chainlead.findings.revealing import RevealedSecret, lookup_secret
from chainlead.findings.scan import scan_items
from chainlead.findings.wallet_table import WalletEntry, extension_ids, wallet_table

__all__ = [
    "GAP_LIMIT",
    "Account",
    "DerivedAddress",
    "Explorer",
    "Finding",
    "Knowledge",
    "PageCheck",
    "PageText",
    "Price",
    "RevealedSecret",
    "SeenPage",
    "Service",
    "TextPrint",
    "WalletEntry",
    "addresses_of_descriptor",
    "addresses_of_extended_key",
    "check_page",
    "derive_accounts",
    "derive_print",
    "extension_ids",
    "load_knowledge",
    "lookup_secret",
    "make_visible",
    "masked",
    "parse_number",
    "read_page_texts",
    "scan_items",
    "scripts_of_chain",
    "wallet_table",
]
