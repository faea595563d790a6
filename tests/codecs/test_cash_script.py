"""Bitcoin Cash writes its scripts as CashAddr, also behind tokens, and reads both forms back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.codecs import address_from_script, script_from_address
from chainlead.codecs.cash_script import script_behind_tokens
from chainlead.model import Chain, Network

P2PKH = bytes.fromhex("76a914" + "76a04053bda0a88bda5177b86a15c3b29f559873" + "88ac")
CASH = "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a"
LEGACY = "1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu"
"""The specification's own pair (cashaddr.md)."""
CATEGORY = bytes(range(32))


def test_the_specifications_pair_has_one_script_and_is_written_as_cashaddr():
    assert address_from_script(P2PKH, Chain.BITCOIN_CASH) == CASH
    assert script_from_address(CASH, Chain.BITCOIN_CASH) == P2PKH
    assert script_from_address(LEGACY, Chain.BITCOIN_CASH) == P2PKH
    assert address_from_script(P2PKH, Chain.BITCOIN) == LEGACY


@given(st.binary(min_size=20, max_size=20), st.sampled_from([Network.MAIN, Network.TEST]))
def test_key_and_script_hashes_go_both_ways(digest: bytes, network: Network):
    for script in (b"\x76\xa9\x14" + digest + b"\x88\xac", b"\xa9\x14" + digest + b"\x87"):
        text = address_from_script(script, Chain.BITCOIN_CASH, network)
        assert text is not None
        assert text.startswith("bitcoincash:" if network is Network.MAIN else "bchtest:")
        assert script_from_address(text, Chain.BITCOIN_CASH, network) == script


@given(st.binary(min_size=32, max_size=32))
def test_script_hashes_of_32_bytes_go_both_ways(digest: bytes):
    script = b"\xaa\x20" + digest + b"\x87"
    text = address_from_script(script, Chain.BITCOIN_CASH)
    assert text is not None
    assert script_from_address(text, Chain.BITCOIN_CASH) == script


@pytest.mark.parametrize(
    "prefix",
    [
        b"\x10\x01", b"\x10\xfd\xfd\x00", b"\x20", b"\x21", b"\x22", b"\x60\x02\xab\xcd",
        b"\x72\x01\x07\xff" + b"\xff" * 7 + b"\x7f",
    ],
)  # fmt: skip
def test_tokens_in_front_of_a_script_do_not_hide_who_is_paid(prefix: bytes):
    script = b"\xef" + CATEGORY + prefix + P2PKH
    assert script_behind_tokens(script) == P2PKH
    assert address_from_script(script, Chain.BITCOIN_CASH) == CASH


@pytest.mark.parametrize("prefix", [b"\x00", b"\x80", b"\x11", b"\x23", b"\x40\x01", b"\x60\x00"])
def test_a_prefix_that_is_none_is_left_in_the_script(prefix: bytes):
    script = b"\xef" + CATEGORY + prefix + P2PKH
    assert script_behind_tokens(script) == script
    assert address_from_script(script, Chain.BITCOIN_CASH) is None


@given(st.binary(max_size=60))
def test_no_bytes_behind_the_mark_of_tokens_do_harm(rest: bytes):
    assert len(script_behind_tokens(b"\xef" + rest)) <= len(rest) + 1


def test_networks_without_a_prefix_have_no_addresses():
    assert address_from_script(P2PKH, Chain.BITCOIN_CASH, Network.SIGNET) is None
