"""Vectors: Bitcoin Cash specification `cashaddr.md` (examples of address translation)."""

from collections.abc import Callable, Iterator

import pytest
from bip_utils import BchBech32Encoder

from chainlead.codecs import (
    CashAddr,
    from_cash_address,
    lookup_address,
    parse_address,
    to_cash_address,
    to_cashaddr,
)
from chainlead.errors import ChecksumError, CodecError
from chainlead.model import Chain, Network

TRANSLATION = [
    (
        "1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu",
        "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a",
    ),
    (
        "1KXrWXciRDZUpQwQmuM1DbwsKDLYAYsVLR",
        "bitcoincash:qr95sy3j9xwd2ap32xkykttr4cvcu7as4y0qverfuy",
    ),
    ("16w1D5WRVKJuZUsSRzdLp9w3YGcgoxDXb", "bitcoincash:qqq3728yw0y47sqn6l2na30mcw6zm78dzqre909m2r"),
    (
        "3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC",
        "bitcoincash:ppm2qsznhks23z7629mms6s4cwef74vcwvn0h829pq",
    ),
    (
        "3LDsS579y7sruadqu11beEJoTjdFiFCdX4",
        "bitcoincash:pr95sy3j9xwd2ap32xkykttr4cvcu7as4yc93ky28e",
    ),
    (
        "31nwvkZwyPdgzjBJZXfDmSWsC4ZLKpYyUw",
        "bitcoincash:pqq3728yw0y47sqn6l2na30mcw6zm78dzq5ucqzc37",
    ),
]


@pytest.mark.parametrize(("legacy", "cash"), TRANSLATION)
def test_published_translations(legacy: str, cash: str):
    old, new = parse_address(legacy), parse_address(cash)
    assert old.payload == new.payload
    assert old.is_candidate_of(Chain.BITCOIN_CASH)
    assert new.form == f"cashaddr {old.form}"
    assert to_cash_address(old.payload, script=old.form == "p2sh") == cash


@pytest.mark.parametrize("cash", [cash for _, cash in TRANSLATION])
def test_all_spellings_have_one_canonical_form(cash: str):
    bare = cash.partition(":")[2]
    for text in (cash, cash.upper(), bare, bare.upper()):
        parsed = parse_address(text)
        assert (parsed.canonical, parsed.chain) == (cash, Chain.BITCOIN_CASH)


@pytest.mark.parametrize("network", [Network.TEST, Network.REGTEST])
def test_test_networks_are_flagged_with_and_without_prefix(network: Network):
    text = to_cash_address(bytes(range(20)), network)
    assert parse_address(text).network is network
    assert parse_address(text.partition(":")[2]).network is network


def test_scripts_may_have_32_bytes_keys_may_not():
    long = to_cash_address(bytes(32), script=True)
    assert parse_address(long.partition(":")[2]).form == "cashaddr p2sh"
    with pytest.raises(CodecError, match="20 bytes"):
        from_cash_address(to_cash_address(bytes(32)))


def test_token_aware_addresses_are_the_same_owner():
    parsed = parse_address(to_cashaddr(CashAddr("bitcoincash", 2, bytes(20))))
    assert (parsed.form, parsed.payload) == ("cashaddr p2pkh", bytes(20))
    assert "tokens" in parsed.candidates[0].reason


@pytest.mark.parametrize(
    "text",
    [
        to_cashaddr(CashAddr("bitcoincash", 4, bytes(20))),
        to_cashaddr(CashAddr("ecash", 0, bytes(20))),
        BchBech32Encoder.Encode("bitcoincash", b"\x80", bytes(20)),
        "bitcoincash:",
        "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6",
        "bitcoincash:" + "q" * 42,
    ],
)
def test_other_types_prefixes_and_lengths_are_refused(text: str):
    with pytest.raises(CodecError):
        from_cash_address(text)
    assert lookup_address(text) is None


def test_networks_without_a_prefix_are_refused():
    with pytest.raises(CodecError):
        to_cash_address(bytes(20), Network.SIGNET)


def test_a_typing_error_has_its_own_error():
    with pytest.raises(ChecksumError):
        parse_address("bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6q")


def test_one_wrong_character_is_always_rejected(spoiled: Callable[[str, str], Iterator[str]]):
    prefix, _, bare = TRANSLATION[0][1].partition(":")
    for wrong in spoiled(bare, "qpzry9x8gf2tvdw0s3jn54khce6mua7l"):
        assert lookup_address(f"{prefix}:{wrong}") is None
        assert lookup_address(wrong) is None
