"""The ledger side of a search for payments: one asset, its receipts, and the state that is pinned."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from chainlead.codecs import lookup_address
from chainlead.errors import CodecError, ConfigError, LedgerSourceError
from chainlead.ledger import (
    CaseAccounts,
    CaseLedger,
    Pin,
    Receipts,
    UnitPrice,
    Valuation,
    find_account_chain,
    gather_outputs,
    gather_transfers,
)
from chainlead.ledger import asset_code as code_of
from chainlead.model import NATIVE, Asset, Chain
from chainlead.store import Store

MOST_OTHERS = 200_000


@dataclass(frozen=True, slots=True)
class Searched:
    """What is searched."""

    asset: Asset
    pin: Pin
    receipts: Receipts


def open_ledger(store: Store, chain: Chain, token: str, addresses: tuple[str, ...]) -> Searched:
    """The receipts of one asset of a case.

    Args:
        store: the case's store.
        chain: whose ledger.
        token: contract of a token; empty for the chain's own coin.
        addresses: whose receipts are asked about; empty for everybody's.

    Raises:
        LedgerSourceError: the case holds nothing of this ledger that can be searched.
    """
    if find_account_chain(chain) is not None:
        accounts = CaseAccounts(store, chain, token)
        receipts = gather_transfers(store, chain, token, addresses, MOST_OTHERS)
        return Searched(accounts.asset, accounts.pin, receipts)
    if token or not store.lookup("transactions", chain=chain.value):
        raise LedgerSourceError(
            f"The case holds no {'token' if token else 'transaction'} of {chain.value}: payments "
            "there cannot be searched.",
            next_step=f"Add its blocks or histories with `chainlead ledger add`: {chain.value}.",
        )
    ledger = CaseLedger(store, chain)
    return Searched(NATIVE[chain], ledger.pin, gather_outputs(ledger, addresses, MOST_OTHERS))


def checked_token(chain: Chain, token: str) -> str:
    """The contract of a token as the tables have it.

    Raises:
        ConfigError: the chain has no tokens.
    """
    if not token:
        return ""
    if find_account_chain(chain) is None:
        raise ConfigError(
            f"{chain.value} has no tokens here.", next_step="Leave --token out, or name a chain."
        )
    return token.strip().lower() if token.strip()[:2].lower() == "0x" else token.strip()


def checked_addresses(texts: Iterable[str], chain: Chain) -> list[str]:
    """The addresses in the form of the ledger; a refused text is never repeated: it may be a key.

    Raises:
        ConfigError: one is no address of this chain.
    """
    accounts = find_account_chain(chain)
    found = set()
    for number, text in enumerate(texts, start=1):
        parsed = lookup_address(text.strip())
        if parsed is None or not parsed.is_candidate_of(chain):
            named = "no address" if parsed is None else f"an address of {parsed.chain.value}"
            raise _no_address(number, f"{named}; this ledger is {chain.value}")
        try:
            found.add(accounts.canonical(text.strip()) if accounts else parsed.canonical)
        except CodecError as error:
            raise _no_address(number, f"no account of {chain.value}") from error
    return sorted(found)


def _no_address(number: int, why: str) -> ConfigError:
    return ConfigError(
        f"Address {number} of the search is {why}.",
        next_step="Copy the address whole from `chainlead findings CASE`.",
    )


def unit_prices(valuation: Valuation, asset: Asset) -> UnitPrice:
    """Base units of an asset for one unit of another currency on a day."""
    whole = Fraction(10**asset.decimals)
    code = code_of(asset)

    def unit_price(currency: str, day: date | None) -> Fraction | None:
        if currency == asset.symbol.upper():
            return whole
        price = None if day is None else valuation.price(code, currency, day)
        return None if price is None else whole / price

    return unit_price
