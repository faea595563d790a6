"""Blocks from a real litecoind, before and after the extension block (MWEB) begins."""

from collections import Counter

import pytest

from chainlead.errors import NodeUnfitError
from chainlead.ledger import CaseLedger
from chainlead.model import Chain, Network
from chainlead.wire import Login, Route
from chainlead.workflow.consent import grant
from chainlead.workflow.conversation import NodeAddress
from chainlead.workflow.fetch import fetch_addresses, fetch_blocks
from chainlead.workflow.ledger import add

REGTEST = {"chain": Chain.LITECOIN, "network": Network.REGTEST}
COIN = 10**8
MWEB_FROM = 432
PEG_IN, HOG_ADDRESS = b"\x59\x20", b"\x58\x20"


def address_of(node) -> NodeAddress:
    user, _, password = node.cookie.read_text().partition(":")
    return NodeAddress(node.url, Route(login=Login(user, password)))


@pytest.fixture
def agreed(case, litecoind):
    grant(case, litecoind.host, ("chain state", "blocks"), why="our own node")
    return case


def test_transfers_before_the_extension_are_those_of_the_nodes_wallet(agreed, litecoind):
    shop, customer = litecoind.wallet("shop"), litecoind.wallet("customer")
    litecoind.mine(101, customer)
    for turn in range(5):
        litecoind.call("sendtoaddress", shop, f"0.{turn + 1:02}", wallet="customer")
        litecoind.mine(1, customer)
    result = fetch_blocks(agreed, address_of(litecoind), 0, **REGTEST)
    assert result.pin.block_hash.display == litecoind.call("getbestblockhash")
    rows = litecoind.call("listtransactions", "*", 1000, wallet="shop")
    truth = Counter((r["txid"], r["address"], round(r["amount"] * COIN)) for r in rows)
    seen = Counter(
        (t.txid.display, t.receiver, t.amount_units)
        for t in CaseLedger(agreed.store, Chain.LITECOIN).transfers()
        if t.receiver == shop
    )
    assert seen == truth


def test_a_peg_in_and_the_hogex_are_never_ordinary_payments(agreed, litecoind):
    customer = litecoind.wallet("customer")
    litecoind.call("generatetoaddress", MWEB_FROM - 1, customer)
    inside = litecoind.call("getnewaddress", "", "mweb", wallet="customer")
    peg_in = litecoind.call("sendtoaddress", inside, "3", wallet="customer")
    litecoind.mine(1, customer)
    outside = litecoind.call("getnewaddress", wallet="customer")
    litecoind.call("sendtoaddress", outside, "1", wallet="customer")
    litecoind.mine(3, customer)
    fetch_blocks(agreed, address_of(litecoind), MWEB_FROM - 10, **REGTEST)
    ledger = CaseLedger(agreed.store, Chain.LITECOIN)
    transactions = {t.txid.display: t for t in ledger.transactions()}
    kinds = {o.script[:2] for o in transactions[peg_in].outputs}
    assert PEG_IN in kinds
    for transaction in transactions.values():
        for output in transaction.outputs:
            if output.script[:2] in {PEG_IN, HOG_ADDRESS}:
                # the text of a future witness version is no address that anybody is paid at
                assert output.address is None or output.address.startswith("rltc1")
    hogex = [t for t in transactions.values() if t.outputs[0].script[:2] == HOG_ADDRESS]
    assert len(hogex) == litecoind.call("getblockcount") - MWEB_FROM + 1


def test_an_address_is_found_by_filters_where_the_node_gives_them(agreed, litecoind):
    shop = litecoind.wallet("shop")
    litecoind.mine(2, shop)
    result = fetch_addresses(agreed, address_of(litecoind), [shop], 0, **REGTEST)
    assert result.asked_blocks == 2
    ledger = CaseLedger(agreed.store, Chain.LITECOIN)
    assert len(list(ledger.outputs_to(shop))) == 2


def test_a_litecoin_node_offered_as_bitcoin_is_named(case, litecoind):
    grant(case, litecoind.host, ("chain state", "blocks"), why="a mistake")
    with pytest.raises(NodeUnfitError, match="first block"):
        fetch_blocks(case, address_of(litecoind), 0, chain=Chain.BITCOIN, network=Network.REGTEST)


def test_the_block_files_that_the_node_wrote_are_read(case, litecoind):
    litecoind.mine(30, litecoind.wallet("w"))
    best = litecoind.call("getbestblockhash")
    litecoind.stop()
    result = add(case, [litecoind.folder / "regtest" / "blocks"], **REGTEST)
    assert result.pin.block_hash.display == best
