"""Monero until 2017: real blocks and transactions of version 1, and rings of one followed exactly."""

import json

import pytest

from chainlead.guide import CaseFacts, FoundAddress, next_steps
from chainlead.ledger import coin_table
from chainlead.ledger.cryptonote.material import LooseOpen, read_open_material
from chainlead.ledger.cryptonote.open_block import OpenBlock
from chainlead.ledger.cryptonote.open_transaction import RingInput
from chainlead.ledger.source import Skipped
from chainlead.model import Chain
from chainlead.trace import Direction
from chainlead.workflow.case import Case
from chainlead.workflow.ledger import add
from chainlead.workflow.trace import trace

XMR = Chain.MONERO


@pytest.fixture
def case(tmp_path):
    with Case.create(tmp_path / "case", key=bytes(32)) as opened:
        yield opened


@pytest.mark.real
@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("monero/txs", "v1_tx_hf3_effcceb9.bin"),
        ("cuprate/tx", "9e3f73e66d7c7293af59c59c1ff5d6aae047289f49e5884c66caaf4aea49fb34.bin"),
    ],
)
def test_real_transactions_of_version_1_keep_their_ids(shared_data, folder, name):
    (found,) = read_open_material((shared_data / "xmr-etn" / folder / name).read_bytes(), XMR)
    assert isinstance(found, LooseOpen)
    assert name.removesuffix(".bin").rpartition("_")[2] in found.transaction.txid.hex()
    assert all(isinstance(spent, RingInput) for spent in found.transaction.inputs)


@pytest.mark.real
def test_the_block_with_the_faulty_id_keeps_it(shared_data):
    content = (shared_data / "xmr-etn/monero/blocks/block_202612_mainnet.bin").read_bytes()
    (found,) = read_open_material(content, XMR)
    assert isinstance(found, OpenBlock)
    assert found.height == 202_612
    assert found.block_id.hex().startswith("bbd604d2ba11ba27")


@pytest.mark.real
def test_a_real_transaction_with_hidden_amounts_is_left_out_with_the_reason(shared_data):
    content = (shared_data / "xmr-etn/monero/txs/bpp_tx_e89415.bin").read_bytes()
    events = list(read_open_material(f"{content.hex()}\n{content.hex()}\n".encode(), XMR))
    assert all(isinstance(event, Skipped) for event in events)
    assert "are not open on monero" in events[0].reason


def test_a_ring_of_one_is_followed_and_a_ring_of_several_is_not(case, forge, tmp_path):
    alice, bob = forge.wallet("alice"), forge.wallet("bob")
    minted = forge.mint([(alice, 10**12)] * 3)
    exact = forge.pay([(minted.coins[0], [])], [(bob, 9 * 10**11)])
    mixed = forge.pay([(minted.coins[1], [minted.coins[2]])], [(bob, 8 * 10**11)])
    path = tmp_path / "some.hex"
    path.write_text("\n".join(one.raw.hex() for one in (minted, exact, mixed)))
    add(case, [path], chain=XMR)
    _, forward = trace(case, f"{minted.txid.hex()}:0", chain=XMR)
    ends = {end["outpoint"] for end in forward["rules"]["haircut"]["frontier"]}
    assert f"{exact.txid.hex()}:0" in ends
    _, back = trace(case, f"{mixed.txid.hex()}:0", chain=XMR, direction=Direction.BACKWARD)
    (end,) = back["rules"]["haircut"]["frontier"]
    assert "one of 2 outputs" in end["note"]


def test_an_officer_with_a_monero_address_is_not_told_to_trace_it():
    address = FoundAddress("4" + "a" * 94, ("monero",), "own", "relevant", "checked")
    steps = next_steps(CaseFacts(folder="c", addresses=(address,)))
    told = {step.step_id: step for step in steps}
    assert "Do not expect to follow monero" in told["ledger:monero"].title
    with_ledger = CaseFacts(folder="c", addresses=(address,), ledger_chains={"monero": None})
    assert not [s for s in next_steps(with_ledger) if s.step_id.startswith("trace")]


def test_the_coins_page_says_what_is_possible_until_2017_and_not_today():
    rows = {row.chain: row for row in coin_table()}
    row = rows[XMR]
    assert row.hides_today
    assert "until 2017" in row.reads
    assert "of today" in row.cannot
    assert json.dumps(row.advice) != '""'
    assert not rows[Chain.ELECTRONEUM].hides_today
