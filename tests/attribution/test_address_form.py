"""Which ledger a tag means, and the form in which spellings of one address are equal."""

import pytest

from chainlead.attribution import canonical_address
from chainlead.attribution.address_form import currency_chains, read_address
from chainlead.model import Chain

BASE58 = "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S"
EVM = "0x8589427373D6D84E98730D7795D8f6f8731FDA16"


@pytest.mark.parametrize(
    ("address", "currency", "chain", "is_address", "note"),
    [
        (BASE58, "BTC", "bitcoin", True, ""),
        (BASE58, "xbt", "bitcoin", True, ""),
        (BASE58, "bitcoin", "bitcoin", True, ""),
        (BASE58, "BCH", "bitcoin-cash", True, ""),
        (BASE58, "USDT", "bitcoin", True, ""),
        (BASE58, "", "bitcoin", True, ""),
        (BASE58, "LTC", None, True, "the pack says LTC, the address has the form of bitcoin"),
        (BASE58[:-1] + "4", "BTC", "bitcoin", False, "no BTC address"),
        (EVM, "ETH", "ethereum", True, ""),
        (EVM, "USDC", "ethereum", True, ""),
        (EVM, "ARB", None, True, "the ledger ARB is not known"),
        (EVM.swapcase().replace("0X", "0x"), "ETH", "ethereum", True, "do not follow EIP-55"),
        ("addr1xyz", "ADA", None, False, "the ledger ADA is not known"),
    ],
)
def test_an_address_is_read_with_the_currency_of_its_tag(
    address: str, currency: str, chain: str | None, is_address: bool, note: str
) -> None:
    form = read_address(address, currency)
    assert (form.chain, form.is_address) == (chain, is_address)
    assert note in form.note
    assert bool(form.note) == bool(note)


def test_spellings_of_one_account_are_equal() -> None:
    assert canonical_address(EVM) == canonical_address(EVM.lower()) == EVM.lower()
    assert canonical_address("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4") == (
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
    )


def test_base58_is_compared_with_its_case() -> None:
    assert canonical_address(BASE58.lower()) != canonical_address(BASE58)


def test_every_ledger_of_the_table_exists() -> None:
    assert all(
        isinstance(chain, Chain) for chains in currency_chains().values() for chain in chains
    )
