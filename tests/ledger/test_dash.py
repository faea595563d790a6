"""Dash's blocks: X11, special transactions, ids as the chain has them."""

import importlib.util
import json
import sys

import pytest

from chainlead.codecs import sha256d
from chainlead.errors import LedgerSourceError
from chainlead.ledger import get_parameters, parse_block, parse_header
from chainlead.ledger.chains.dash import x11
from chainlead.model import Chain, Network
from chainlead.workflow.ledger import add

needs_x11 = pytest.mark.skipif(
    importlib.util.find_spec("dash_hash") is None,
    reason="the library dash-hash is not here (it needs Python's headers to build)",
)
DASH = get_parameters(Chain.DASH)
GENESIS = bytes.fromhex(
    "01000000" + "00" * 32 + "c762a6567f3cc092f0684bb62b7e00a84890b990f07cc71a6bb58d64b98e02e0"
    "022ddb52f0ff0f1ec23fb901"
)


def block_of(content: bytes):
    return parse_block(
        content,
        max_units=DASH.max_units,
        pow_hash=DASH.pow_hash,
        header_hash=DASH.header_hash,
        form=DASH.form,
    )


@needs_x11
def test_the_first_block_has_its_published_hash_and_meets_its_target():
    header = parse_header(GENESIS, pow_hash=x11, header_hash=x11)
    assert header.block_hash == DASH.networks[Network.MAIN].genesis.wire


def test_without_the_library_a_named_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "dash_hash", None)
    with pytest.raises(LedgerSourceError, match="dash-hash") as raised:
        x11(GENESIS)
    assert "python3-dev" in raised.value.next_step


@needs_x11
@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "network"),
    [("dash_mainnet_844898", Network.MAIN), ("dash_testnet_2999", Network.TEST)],
)
def test_blocks_have_the_hash_and_the_ids_that_the_chain_gave_them(shared_data, name, network):
    told = json.loads((shared_data / "ltc-dash" / "dash" / f"{name}.json").read_text("utf-8"))
    block = block_of(bytes.fromhex(told["block"]))
    assert block.header.block_hash[::-1].hex() == told["hash"]
    assert [t.txid[::-1].hex() for t in block.transactions] == told["tx"]
    assert DASH.refusal(block, network) == ""


@needs_x11
@pytest.mark.real
def test_blocks_with_special_transactions_go_into_a_case(case, shared_data):
    files = sorted((shared_data / "ltc-dash" / "dash").glob("block_*.hex"))
    result = add(case, files, chain=Chain.DASH)
    assert result.total("blocks") == len(files) > 1
    special = [r for r in case.store.rows("transactions") if r["version"] >> 16]
    assert special


def test_a_quorum_commitment_without_inputs_and_outputs_is_a_transaction():
    from chainlead.ledger import parse_transaction

    content = (3 | 6 << 16).to_bytes(4, "little") + b"\x00\x00" + bytes(4) + b"\x03abc"
    found = parse_transaction(content, max_units=DASH.max_units, form=DASH.form)
    assert (found.inputs, found.outputs, found.is_coinbase) == ((), (), False)


HEADLINE = (
    b"Wired 09/Jan/2014 The Grand Experiment Goes Live: Overstock.com Is Now Accepting Bitcoins"
)
FIRST_KEY = (
    "040184710fa689ad5023690c80f3a49c8f13f8d45b8c857fbcbc8bc4a8e4d3eb4b"
    "10f4d4604fa08dce601aaf0f470216fe1b51850b4acf21b179c45070ac7b03a9"
)


@needs_x11
@pytest.mark.parametrize(
    ("network", "mined_at", "nonce", "bits"),
    [
        (Network.MAIN, 1_390_095_618, 28_917_698, 0x1E0FFFF0),
        (Network.TEST, 1_390_666_206, 3_861_367_235, 0x1E0FFFF0),
        (Network.REGTEST, 1_417_713_337, 1_096_447, 0x207FFFFF),
    ],
)
def test_each_network_s_first_block_is_the_one_that_its_parameters_make(
    network, mined_at, nonce, bits
):
    """Made from headline, key, time and nonce (Dash Core, src/chainparams.cpp): no hash fits by chance."""
    script = b"\x04" + (486_604_799).to_bytes(4, "little") + b"\x01\x04\x4c"
    script += bytes([len(HEADLINE)]) + HEADLINE
    coinbase = (
        b"\1\0\0\0\1" + bytes(32) + b"\xff" * 4 + bytes([len(script)]) + script + b"\xff" * 4
        + b"\1" + (50 * 10**8).to_bytes(8, "little")
        + b"\x43\x41" + bytes.fromhex(FIRST_KEY) + b"\xac" + bytes(4)
    )  # fmt: skip
    root = sha256d(coinbase)
    assert root[::-1].hex() == "e0028eb9648db56b1ac77cf090b99048a8007e2bb64b68f092c03c7f56a662c7"
    header = b"\1\0\0\0" + bytes(32) + root
    header += b"".join(number.to_bytes(4, "little") for number in (mined_at, bits, nonce))
    assert x11(header) == DASH.networks[network].genesis.wire
