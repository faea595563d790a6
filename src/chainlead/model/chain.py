"""Ledgers and what moves on them.

Sources: SLIP-0044 and each project's own unit definitions; CAIP-2/19 for the asset names.
"""

from dataclasses import dataclass
from enum import Enum


class Chain(Enum):
    """A ledger. The value is the name used in every table, file and command."""

    BITCOIN = "bitcoin"
    LITECOIN = "litecoin"
    DASH = "dash"
    ETHEREUM = "ethereum"
    XRP = "xrp"
    MONERO = "monero"
    ELECTRONEUM = "electroneum"
    ELECTRONEUM_SMART_CHAIN = "electroneum-smart-chain"
    BITCOIN_CASH = "bitcoin-cash"
    DOGECOIN = "dogecoin"
    ZCASH = "zcash"
    TRON = "tron"


class Network(Enum):
    """Which of a chain's networks: only `main` carries money."""

    MAIN = "main"
    TEST = "test"
    SIGNET = "signet"
    REGTEST = "regtest"


@dataclass(frozen=True, slots=True)
class Asset:
    """Something that moves on one chain: its native coin, or a token named by its contract."""

    chain: Chain
    symbol: str
    decimals: int
    contract: str = ""

    def __str__(self) -> str:
        """`bitcoin`, or `ethereum/0x…` for a token."""
        return f"{self.chain.value}/{self.contract}" if self.contract else self.chain.value


NATIVE: dict[Chain, Asset] = {
    asset.chain: asset
    for asset in (
        Asset(Chain.BITCOIN, "BTC", 8),
        Asset(Chain.LITECOIN, "LTC", 8),
        Asset(Chain.DASH, "DASH", 8),
        Asset(Chain.ETHEREUM, "ETH", 18),
        Asset(Chain.XRP, "XRP", 6),
        Asset(Chain.MONERO, "XMR", 12),
        Asset(Chain.ELECTRONEUM, "ETN", 2),
        Asset(Chain.ELECTRONEUM_SMART_CHAIN, "ETN", 18),
        Asset(Chain.BITCOIN_CASH, "BCH", 8),
        Asset(Chain.DOGECOIN, "DOGE", 8),
        Asset(Chain.ZCASH, "ZEC", 8),
        Asset(Chain.TRON, "TRX", 6),
    )
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ledger that a string could belong to, with the reason in words."""

    chain: Chain
    network: Network
    reason: str
