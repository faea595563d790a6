"""Watching a real bitcoind: money that leaves, a replacement, a reorganisation."""

import time

import pytest

from chainlead.ledger import CaseLedger
from chainlead.model import Chain, Network
from chainlead.wire import Login, Route
from chainlead.workflow.case_facts import gather_facts
from chainlead.workflow.consent import grant
from chainlead.workflow.conversation import NodeAddress
from chainlead.workflow.fetch import fetch_blocks
from chainlead.workflow.next import next_steps
from chainlead.workflow.watch import watch

REGTEST = {"chain": Chain.BITCOIN, "network": Network.REGTEST}
COIN = 10**8


def address_of(node) -> NodeAddress:
    user, _, password = node.cookie.read_text().partition(":")
    return NodeAddress(node.url, Route(login=Login(user, password)))


def until_filtered(node) -> None:
    end = time.monotonic() + 30
    height = node.call("getblockcount")
    while node.call("getindexinfo")["basic block filter index"]["best_block_height"] < height:
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture
def watched(case, bitcoind):
    """A case that knows of 1 coin at the suspect's address; returns the case, address and node."""
    grant(case, bitcoind.host, ("chain state", "blocks"), why="our own node")
    miner, suspect = bitcoind.wallet("miner"), bitcoind.wallet("suspect")
    bitcoind.mine(101, miner)
    bitcoind.call("sendtoaddress", suspect, "1.0", wallet="miner")
    bitcoind.mine(1, miner)
    fetch_blocks(case, address_of(bitcoind), 0, **REGTEST)
    return case, suspect, miner


def test_money_that_leaves_is_seen_and_its_return_to_nowhere_too(watched, bitcoind):
    case, suspect, miner = watched
    bitcoind.mine(2, miner)
    until_filtered(bitcoind)
    assert watch(case, address_of(bitcoind), [suspect], **REGTEST).movements == ()
    away = bitcoind.call("getnewaddress", wallet="miner")
    txid = bitcoind.call("sendtoaddress", away, "0.4", wallet="suspect")
    (block,) = bitcoind.mine(1, miner)
    until_filtered(bitcoind)
    result = watch(case, address_of(bitcoind), [suspect], **REGTEST)
    (movement,) = result.movements
    assert (movement.kind, movement.txid, movement.amount_units) == ("spent", txid, COIN)
    assert (movement.block_hash, result.last) == (block, bitcoind.call("getblockcount"))
    assert any(step.step_id == f"moved:spent:{txid}" for step in next_steps(case))

    bitcoind.call("invalidateblock", block)
    tip = bitcoind.call("getblockheader", bitcoind.call("getbestblockhash"))
    bitcoind.call("setmocktime", tip["time"] + 900)
    for _ in range(2):
        bitcoind.call("generateblock", miner, [])
    until_filtered(bitcoind)
    again = watch(case, address_of(bitcoind), [suspect], **REGTEST)
    assert (again.is_reorganised, again.movements) == (True, ())
    ledger = CaseLedger(case.store, Chain.BITCOIN)
    (output,) = ledger.outputs_to(suspect)
    assert ledger.lookup_spender(output.outpoint) is None
    assert gather_facts(case).movements == ()
