"""An address as a pack writes it: its canonical form and ledger; odd ones are flagged, never dropped."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from chainlead.attribution.bounded_yaml import parse_bounded_yaml
from chainlead.codecs import lookup_address
from chainlead.model import Chain

_EVM = re.compile(r"0[xX][0-9a-fA-F]{40}")


@dataclass(frozen=True, slots=True)
class AddressForm:
    """`canonical` is what look-ups compare; `chain` is None where no known ledger is meant."""

    canonical: str
    chain: str | None
    is_address: bool
    note: str = ""


@cache
def currency_chains() -> dict[str, tuple[Chain, ...]]:
    """Ledgers that a currency symbol can mean, best first."""
    source = resources.files("chainlead.attribution").joinpath("data/currencies.yaml")
    table = parse_bounded_yaml(source.read_bytes(), name="currencies.yaml")
    return {symbol: tuple(Chain(name) for name in chains) for symbol, chains in table.items()}


def canonical_address(address: str) -> str:
    """The form under which two spellings of one address are equal; other texts stay as they are."""
    parsed = lookup_address(address)
    if parsed is not None:
        return parsed.canonical
    return address.lower() if _EVM.fullmatch(address) else address


@lru_cache(maxsize=4096)
def _wanted(currency: str) -> tuple[Chain, ...] | None:
    symbol = currency.strip().upper()
    known = currency_chains().get(symbol)
    if known is None and symbol.lower() in {chain.value for chain in Chain}:
        return (Chain(symbol.lower()),)
    return known


def currency_chain(currency: str) -> str | None:
    """The ledger that a currency symbol means first, or None: not known."""
    wanted = _wanted(currency)
    return wanted[0].value if wanted else None


def read_address(address: str, currency: str) -> AddressForm:
    """Check an address and say which ledger the tag means.

    Args:
        address: as the pack writes it.
        currency: symbol or ledger that the pack names; empty if none.
    """
    wanted = _wanted(currency)
    parsed = lookup_address(address)
    if parsed is None:
        chain = wanted[0].value if wanted else None
        if _EVM.fullmatch(address):
            note = "an EVM address whose upper and lower case do not follow EIP-55"
            return AddressForm(address.lower(), chain, is_address=True, note=note)
        if currency and wanted is None:
            note = f"the ledger {currency[:20]} is not known: its addresses cannot be checked"
            return AddressForm(address, None, is_address=False, note=note)
        named = f"{currency[:20]} " if currency else ""
        return AddressForm(address, chain, is_address=False, note=f"no {named}address")
    if not currency:
        return AddressForm(parsed.canonical, parsed.chain.value, is_address=True)
    if wanted is None:
        note = f"the ledger {currency[:20]} is not known; the address has the form of {parsed.chain.value}"
        return AddressForm(parsed.canonical, None, is_address=True, note=note)
    for chain_ in wanted:
        if parsed.is_candidate_of(chain_):
            return AddressForm(parsed.canonical, chain_.value, is_address=True)
    note = f"the pack says {currency[:20]}, the address has the form of {parsed.chain.value}"
    return AddressForm(parsed.canonical, None, is_address=True, note=note)
