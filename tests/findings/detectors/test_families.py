"""One published valid and one broken example of every family."""

import pytest

from chainlead.codecs import CryptoNoteAddress, to_cryptonote_address
from chainlead.model import Certainty, Chain

MONERO = to_cryptonote_address(CryptoNoteAddress(18, bytes(range(32)), bytes(range(32, 64)), b""))
XPUB = (
    "xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqsefD265"
    "TMg7usUDFdp6W1EGMcet8"
)
VALID = [
    ("address.base58check", "16UwLL9Risc3QfPqBUvKofHmBQ7wMtjvM", Chain.BITCOIN),
    ("address.base58check", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", Chain.BITCOIN),
    ("address.base58check", "1111111111111111111114oLvT2", Chain.BITCOIN),
    ("address.base58check", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", Chain.TRON),
    ("address.bech32", "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
     Chain.BITCOIN),
    ("address.evm", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", Chain.ETHEREUM),
    ("address.xrp", "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", Chain.XRP),
    ("address.xrp", "X7AcgcsBL6XDcUb289X4mJ8djcdyKaB5hJDWMArnXr61cqZ", Chain.XRP),
    ("address.cashaddr", "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a",
     Chain.BITCOIN_CASH),
    ("address.cashaddr", "qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", Chain.BITCOIN_CASH),
    ("address.cryptonote",
     MONERO, Chain.MONERO),
    ("key.extended",
     XPUB, Chain.BITCOIN),
]  # fmt: skip


@pytest.mark.parametrize(("detector", "text", "chain"), VALID)
def test_a_valid_text_is_checked_and_has_its_chain_first(find, detector, text, chain):
    found = [f for f in find(f"\nto: {text}\n") if f.detector == detector]
    assert [f.value for f in found] == [text]
    assert found[0].certainty is Certainty.CHECKED
    assert found[0].candidates[0].chain is chain
    assert found[0].false_positive_rate.startswith("2^-")
    assert found[0].check_made


@pytest.mark.parametrize(("detector", "text", "chain"), VALID)
def test_one_wrong_character_and_it_is_nothing(find, detector, text, chain):
    at = len(text) - 5
    other = "3" if text[at] != "3" else "4"
    if detector == "address.evm":
        at, other = 5, text[5].swapcase()
    broken = text[:at] + other + text[at + 1 :]
    assert [f for f in find(f" {broken} ") if f.certainty is Certainty.CHECKED] == []
