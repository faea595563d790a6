import re
import string
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from bip_utils import Base58ChecksumError, Base58Decoder
from hypothesis import example, given
from hypothesis import strategies as st

from chainlead.codecs import (
    BITCOIN_ALPHABET,
    FORMS,
    VERSIONS,
    ParsedAddress,
    lookup_address,
    parse_address,
)
from chainlead.errors import CodecError
from chainlead.model import Chain

OFAC_CHAIN = {
    "ARB": "ethereum",
    "BCH": "bitcoin-cash",
    "BSC": "ethereum",
    "BSV": "bitcoin",  # same text as Bitcoin's
    "DASH": "dash",
    "ETC": "ethereum",  # same form as Ethereum's
    "ETH": "ethereum",
    "LTC": "litecoin",
    "TRX": "tron",
    "USDC": "ethereum",
    "XMR": "monero",
    "XRP": "xrp",
    "XVG": "dogecoin",  # Verge shares version 0x1E
    "ZEC": "zcash",
}
NO_ADDRESS = {"5be5543ff73456ab9f2d207887e2af87322c651ea1a873c5b25b7ffae456c320"}


def _ofac(shared_data: Path, coin: str) -> list[str]:
    folder = shared_data / "attribution" / "ofac"
    return (folder / f"sanctioned_addresses_{coin}.txt").read_text("utf-8").split()


@pytest.mark.real
@pytest.mark.parametrize("coin", OFAC_CHAIN)
def test_official_lists_parse_to_the_named_coin(shared_data: Path, coin: str):
    chain = Chain(OFAC_CHAIN[coin])
    texts = _ofac(shared_data, coin)
    assert texts
    for text in texts:
        parsed = lookup_address(text)
        assert (parsed is None) == (text in NO_ADDRESS), text
        assert parsed is None or parsed.is_candidate_of(chain), text


@pytest.mark.real
def test_official_bitcoin_list_is_bitcoin_but_for_one_tron_address(shared_data: Path):
    chains = Counter(parse_address(text).chain for text in _ofac(shared_data, "XBT"))
    assert chains == {Chain.BITCOIN: 434, Chain.TRON: 1}


@pytest.mark.real
def test_official_tether_list_is_on_three_ledgers(shared_data: Path):
    chains = Counter(parse_address(text).chain for text in _ofac(shared_data, "USDT"))
    assert chains == {Chain.BITCOIN: 7, Chain.ETHEREUM: 8, Chain.TRON: 11}


@pytest.mark.real
def test_a_coin_outside_our_list_is_refused_by_its_version(shared_data: Path):
    for text in _ofac(shared_data, "BTG"):
        with pytest.raises(CodecError, match="version byte"):
            parse_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "1",
        "bitcoin:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
        " 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa\n",
        "1А1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",  # a Cyrillic letter in it
        "4" * 37,
        "x" * 161,
        "1" * 1_000_000,
    ],
)
def test_other_texts_are_refused_by_name(text: str):
    with pytest.raises(CodecError):
        parse_address(text)
    assert lookup_address(text) is None


@given(st.text(max_size=170))
@example("0x" + "\u0660" * 40)
@example("bc1")
@example("ltcmweb1")
@example("bitcoincash:")
@example("X" + "1" * 46)
def test_no_text_does_more_than_raise_a_codec_error(text: str):
    assert lookup_address(text) is None or isinstance(lookup_address(text), ParsedAddress)


@given(st.text(string.ascii_letters + string.digits + ":", min_size=14, max_size=120))
def test_random_texts_of_the_right_letters_never_crash(text: str):
    assert lookup_address(text) is None


def test_random_texts_of_the_right_shape_are_no_addresses(rng: Random, rounds: int):
    for _ in range(rounds):
        length = rng.choice([34, 34, 42, 47, 95, 98, 106, 109])
        text = rng.choice("13LMXDtrT4e") + "".join(rng.choices(BITCOIN_ALPHABET, k=length - 1))
        assert lookup_address(text) is None


def test_an_error_never_repeats_the_text():
    text = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"
    for broken in (text, text[:-1], text + text):
        with pytest.raises(CodecError) as caught:
            parse_address(broken)
        assert text[:8] not in " ".join(caught.value.sentences())


@pytest.mark.parametrize(
    "text",
    [
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
        "ltc1qg42tkwuuxefutzxezdkdel39gfstuap288mfea",
        "tex1s2rt77ggv6q989lr49rkgzmh5slsksa9khdgte",
    ],
)
def test_one_wrong_character_in_bech32_is_always_rejected(
    text: str, spoiled: Callable[[str, str], Iterator[str]]
):
    start = text.index("1") + 1
    for wrong in spoiled(text[start:], "qpzry9x8gf2tvdw0s3jn54khce6mua7l"):
        assert lookup_address(text[:start] + wrong) is None, wrong


def test_every_form_of_the_table_is_reached_and_names_its_chains():
    reached = {
        "p2pkh": "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
        "p2sh": "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
        "p2wpkh": "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
        "p2wsh": "bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3",
        "p2tr": "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
        "witness": "BC1SW50QGDZ25J",
        "mweb": "ltcmweb1qq20e2arnhvxw97katjkmsd35agw3capxjkrkh7dk8d30rczm8ypxuq329nwh2twmchhqn3jqh7ua4ps539f6aazh79jy76urqht4qa59ts3at6gf",
        "tex": "tex1s2rt77ggv6q989lr49rkgzmh5slsksa9khdgte",
        "cashaddr p2pkh": "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a",
        "cashaddr p2sh": "bitcoincash:ppm2qsznhks23z7629mms6s4cwef74vcwvn0h829pq",
        "evm": "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "evm one-case": "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
        "tron": "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
        "xrp classic": "r9cZA1mLK5R5Am25ArfXFmqgNwjZgnfk59",
        "xrp x-address": "X7AcgcsBL6XDcUb289X4mJ8djcdyKaB5hJDWMArnXr61cqZ",
        "cryptonote standard": "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A",
        "cryptonote integrated": "4HMcpBpe4ddJEEnFKUJHAYhGxkeTRH82sf36giEp9AcNfDBfkAtRLX7A6rZz18bbNHPNV7ex6WYbMN3aKisFRJZ8M7yKhzQhKW3ECCLWQw",
        "cryptonote subaddress": "84LooD7i35SFppgf4tQ453Vi3q5WexSUXaVgut69ro8MFnmHwuezAArEZTZyLr9fS6QotjqkSAxSF6d1aDgsPoX849izJ7m",
    }
    assert reached.keys() == FORMS.keys()
    for form, text in reached.items():
        parsed = parse_address(text)
        assert parsed.form == form
        assert {candidate.chain for candidate in parsed.candidates} <= set(FORMS[form].chains)
        assert parsed.check_made
        assert parsed.false_positive_rate


@pytest.mark.real
def test_tag_packs_hold_263_428_addresses_that_decode_and_141_other_strings(shared_data: Path):
    packs = shared_data / "attribution" / "graphsense-tagpacks" / "packs"
    row = re.compile(r"^\s*-?\s*address:\s*['\"]?([^'\"\s]+)", re.MULTILINE)
    texts = {
        text for pack in packs.rglob("*.yaml") for text in row.findall(pack.read_text("utf-8"))
    }
    refused = {text for text in texts if lookup_address(text) is None}
    assert (len(texts), len(refused)) == (263_569, 141)
    for text in refused:  # the oracle agrees: no Base58Check of a version that is ours
        try:
            payload = Base58Decoder.CheckDecode(text)
        except (ValueError, Base58ChecksumError):
            continue
        assert payload[:-20] not in VERSIONS, text
