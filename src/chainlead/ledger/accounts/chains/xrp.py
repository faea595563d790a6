"""XRP Ledger: accounts, XRP in drops, issued currencies, destination tags.

Spec: https://xrpl.org, transaction and ledger formats.
"""

from collections.abc import Mapping
from typing import ClassVar

from chainlead.codecs import parse_address
from chainlead.errors import ChecksumError
from chainlead.ledger.accounts.account_chain import AccountChain
from chainlead.model import Chain, Network


class Xrp(AccountChain):
    """The XRP Ledger, by network id."""

    chain = Chain.XRP
    networks: ClassVar[Mapping[Network, str]] = {Network.MAIN: "0", Network.TEST: "1"}
    reads = (
        "ledgers, account histories, payments with destination tags, what was delivered, issued "
        "currencies, exchanges, escrows, checks, payment channels, pools (AMM)"
    )
    verifies = "transaction hashes and ledger hashes from their own bytes, where these are at hand"
    cannot = (
        "name the customer behind a service's account without the destination tag; say whose unit went "
        "where if several paid and several were paid at once; follow NFTs, vaults, loans, bridges"
    )

    def canonical(self, account: str) -> str:
        """The classic form, beginning with `r`."""
        parsed = parse_address(account)
        text = parsed.classic or parsed.canonical
        if not text.startswith("r"):
            raise ChecksumError(f"{account[:60]!r} is no account of the XRP Ledger.")
        return text
