"""Vectors: Monero project and library addresses, Electroneum repository strings."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from bip_utils import Base58XmrEncoder
from monero.address import address as oracle_address

from chainlead.codecs import (
    BITCOIN_ALPHABET,
    CryptoNoteAddress,
    from_cryptonote_wallet_address,
    keccak256,
    lookup_address,
    parse_address,
    to_cryptonote_address,
)
from chainlead.errors import ChecksumError, CodecError
from chainlead.model import Chain, Network

KNOWN = [
    (
        "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A",
        "standard",
        Chain.MONERO,
        Network.MAIN,
    ),
    (
        "47ewoP19TN7JEEnFKUJHAYhGxkeTRH82sf36giEp9AcNfDBfkAtRLX7A6rZz18bbNHPNV7ex6WYbMN3aKisFRJZ8Ebsmgef",
        "standard",
        Chain.MONERO,
        Network.MAIN,
    ),
    (
        "4HMcpBpe4ddJEEnFKUJHAYhGxkeTRH82sf36giEp9AcNfDBfkAtRLX7A6rZz18bbNHPNV7ex6WYbMN3aKisFRJZ8M7yKhzQhKW3ECCLWQw",
        "integrated",
        Chain.MONERO,
        Network.MAIN,
    ),
    (
        "84LooD7i35SFppgf4tQ453Vi3q5WexSUXaVgut69ro8MFnmHwuezAArEZTZyLr9fS6QotjqkSAxSF6d1aDgsPoX849izJ7m",
        "subaddress",
        Chain.MONERO,
        Network.MAIN,
    ),
    (
        "9wuKTHsxGiwEsMp2fYzJiVahyhU2aZi1oZ6R6fK5U64uRa1Pxi8diZh2S1GJFqYXRRhcbfzfWiPD819zKEZkXTMwP7hMs5N",
        "standard",
        Chain.MONERO,
        Network.TEST,
    ),
    (
        "BaU3yLuDqdcETYzeF7vFSVEKNR4sSGxBV1Evrw5yNBf2VMiuAwfDmiF3RHqLHkaA5A6RGiNNRUqvtaqhMtdjA1SQ1tnQV8D",
        "subaddress",
        Chain.MONERO,
        Network.TEST,
    ),
    (
        "52jzuBBUMty3xPL3JsQxGP74LDuV6E1LS8Zda1PbdqQjGzFmH6N9ep9McbFKMALujVT9S5mKpbEgC5VPhfoAiVj8LdAqbp6",
        "standard",
        Chain.MONERO,
        Network.TEST,
    ),
    (
        "etnjzhAXzXYYXSVmejcTDohsU2cyxksnLYr7Pap4mFx3UCArZoubGYyCsojTmLjXFHYUQAegfNiv9ZjG5a9o8zfy4a35zqbfpw",
        "standard",
        Chain.ELECTRONEUM,
        Network.MAIN,
    ),
    (
        "f4VR1Vz2bo4YXSVmejcTDohsU2cyxksnLYr7Pap4mFx3UCArZoubGYyCsojTmLjXFHYUQAegfNiv9ZjG5a9o8zfyGkpDJ6jzUgm8hRv1hAVS2",
        "integrated",
        Chain.ELECTRONEUM,
        Network.MAIN,
    ),
]
TAGS = {
    ("standard", Chain.MONERO): 18,
    ("integrated", Chain.MONERO): 19,
    ("subaddress", Chain.MONERO): 42,
    ("standard", Chain.ELECTRONEUM): 18018,
    ("integrated", Chain.ELECTRONEUM): 18019,
    ("subaddress", Chain.ELECTRONEUM): 34402,
}


@pytest.mark.parametrize(("text", "form", "chain", "network"), KNOWN)
def test_published_addresses(text: str, form: str, chain: Chain, network: Network):
    parsed = parse_address(text)
    assert parsed.form == f"cryptonote {form}"
    assert (parsed.chain, parsed.network) == (chain, network)
    assert (parsed.payment_id is not None) == (form == "integrated")
    assert len(parsed.payload) == 64


def test_an_integrated_address_holds_the_keys_of_its_standard_one():
    for standard, integrated in ((KNOWN[1], KNOWN[2]), (KNOWN[7], KNOWN[8])):
        assert parse_address(standard[0]).payload == parse_address(integrated[0]).payload


@pytest.mark.real
def test_electroneum_strings_29_valid_2_not(shared_data: Path):
    file = shared_data / "evidence" / "vectors" / "electroneum" / "addresses_in_repo.txt"
    forms = [
        parsed.form if (parsed := lookup_address(text)) else "invalid"
        for text in file.read_text("utf-8").split()
    ]
    assert {form: forms.count(form) for form in set(forms)} == {
        "cryptonote standard": 20,
        "cryptonote subaddress": 7,
        "cryptonote integrated": 2,
        "invalid": 2,
    }


@pytest.mark.real
def test_addresses_of_the_monero_library(shared_data: Path):
    file = shared_data / "evidence" / "vectors" / "monero-python" / "tests" / "test_address.py"
    named = re.findall(r'(\w*addr\w*) = "(\w+)"', file.read_text("utf-8"))
    assert len(named) >= 15
    for name, text in named:
        broken = name.endswith("invalid") or text.startswith("41tjz")  # lower-cased by a site
        assert (lookup_address(text) is None) == broken, (name, text)


@pytest.mark.parametrize(("form", "chain"), TAGS, ids=lambda v: getattr(v, "value", v))
def test_addresses_equal_the_oracle(form: str, chain: Chain, rng: Random, rounds: int):
    tag = TAGS[form, chain]
    prefix = (
        bytes([tag]) if tag < 128 else bytes([tag & 127 | 128, tag >> 7 & 127 | 128, tag >> 14])
    )
    prefix = prefix if tag < 128 or tag >> 14 else bytes([tag & 127 | 128, tag >> 7])
    for number in range(rounds):
        keys, payment_id = rng.randbytes(64), rng.randbytes(8) if form == "integrated" else b""
        body = prefix + keys + payment_id
        text = to_cryptonote_address(CryptoNoteAddress(tag, keys[:32], keys[32:], payment_id))
        assert text == Base58XmrEncoder.Encode(body + keccak256(body)[:4])
        parsed = parse_address(text)
        assert (parsed.form, parsed.payload) == (f"cryptonote {form}", keys)
        assert parsed.payment_id == (payment_id.hex() or None)
        if chain is Chain.MONERO and number % 4 == 0:  # the second oracle is slow
            oracle = oracle_address(text)
            assert oracle.spend_key() + oracle.view_key() == keys.hex()
            if payment_id:
                assert int(oracle.payment_id()) == int.from_bytes(payment_id, "big")


@pytest.mark.parametrize(
    ("tag", "payment_id"), [(18, bytes(8)), (19, b""), (42, bytes(8)), (18019, b""), (17, b"")]
)
def test_tag_and_length_must_go_together(tag: int, payment_id: bytes):
    text = to_cryptonote_address(CryptoNoteAddress(tag, bytes(32), bytes(32), payment_id))
    with pytest.raises(CodecError):
        from_cryptonote_wallet_address(text)


def test_a_typing_error_has_its_own_error():
    with pytest.raises(ChecksumError):
        parse_address(KNOWN[0][0][:-1] + "B")


@pytest.mark.parametrize("text", [KNOWN[0][0], KNOWN[2][0], KNOWN[3][0], KNOWN[7][0], KNOWN[8][0]])
def test_one_wrong_character_is_always_rejected(
    text: str, spoiled: Callable[[str, str], Iterator[str]]
):
    for wrong in spoiled(text, BITCOIN_ALPHABET):
        assert lookup_address(wrong) is None, wrong


def test_a_cut_address_is_rejected():
    text = KNOWN[0][0]
    assert all(lookup_address(text[:end]) is None for end in range(len(text)))
