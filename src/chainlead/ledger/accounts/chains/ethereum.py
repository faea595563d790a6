"""Ethereum: accounts, ether in wei, tokens by their contract.

Spec: the Ethereum Yellow Paper; EIP-155 (chain ids); ERC-20.
"""

from collections.abc import Mapping
from typing import ClassVar

from chainlead.codecs import parse_address
from chainlead.errors import ChecksumError
from chainlead.ledger.accounts.account_chain import AccountChain
from chainlead.model import Chain, Network


class Ethereum(AccountChain):
    """Ethereum and its test networks, by chain id."""

    chain = Chain.ETHEREUM
    networks: ClassVar[Mapping[Network, str]] = {
        Network.MAIN: "1",
        Network.TEST: "11155111",
        Network.REGTEST: "31337",
    }
    reads = (
        "transactions, token transfers by logs, transfers inside contracts by traces, contracts and "
        "whose code a proxy runs"
    )
    verifies = (
        "transaction hashes from their own bytes, block hashes from their headers, receipts and code by "
        "the roots in a header"
    )
    cannot = "say what a contract moved inside where no trace is at hand: unknown, not zero"

    def canonical(self, account: str) -> str:
        """`0x` and lower case."""
        parsed = parse_address(account)
        if parsed.form not in {"evm", "evm-checksummed"} and not parsed.canonical.startswith("0x"):
            raise ChecksumError(f"{account[:60]!r} is no account of {self.chain.value}.")
        return parsed.canonical
