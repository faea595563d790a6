"""Blocks from a real bitcoind: the case's ledger says what the node's own wallets say."""

import time
from collections import Counter

import pytest

from chainlead.errors import (
    LoginRefusedError,
    NodeUnfitError,
    NotConsentedError,
    OfflineError,
    WireBudgetSpentError,
    WireError,
)
from chainlead.ledger import CaseLedger
from chainlead.model import Chain, Network, Txid
from chainlead.wire import Login, Route, WireBudget
from chainlead.workflow.case import Case
from chainlead.workflow.consent import grant
from chainlead.workflow.conversation import NodeAddress
from chainlead.workflow.fetch import (
    fetch_addresses,
    fetch_blocks,
    fetch_transactions,
)
from chainlead.workflow.ledger import add
from chainlead.workflow.rerun import rerun
from chainlead.workflow.trace import get_trace, trace
from chainlead.workflow.verify import verify

REGTEST = {"chain": Chain.BITCOIN, "network": Network.REGTEST}
COIN = 10**8


def address_of(node, **budget) -> NodeAddress:
    user, _, password = node.cookie.read_text().partition(":")
    return NodeAddress(node.url, Route(login=Login(user, password)), WireBudget(**budget))


@pytest.fixture
def agreed(case, bitcoind):
    grant(case, bitcoind.host, ("chain state", "blocks", "transaction"), why="our own node")
    return case


@pytest.fixture
def lived_in(bitcoind):
    """Two wallets that paid each other; returns their addresses."""
    shop, customer = bitcoind.wallet("shop"), bitcoind.wallet("customer")
    bitcoind.mine(101, customer)
    for turn in range(12):
        target = bitcoind.call("getnewaddress", wallet="shop")
        bitcoind.call("sendtoaddress", target, f"0.{turn + 1:02}", wallet="customer")
        bitcoind.mine(3, customer)
    bitcoind.call("sendtoaddress", shop, "0.5", wallet="customer")
    bitcoind.mine(1, customer)
    return shop, customer


def paid_to_shop(node) -> Counter:
    rows = node.call("listtransactions", "*", 1000, wallet="shop")
    return Counter((r["txid"], r["address"], round(r["amount"] * COIN)) for r in rows)


def test_the_transfers_are_those_of_the_nodes_own_wallet(agreed, bitcoind, lived_in):
    result = fetch_blocks(agreed, address_of(bitcoind), 0, **REGTEST)
    height = bitcoind.call("getblockcount")
    assert (result.pin.height, result.new_blocks) == (height, height + 1)
    assert result.pin.block_hash.display == bitcoind.call("getbestblockhash")
    ledger = CaseLedger(agreed.store, Chain.BITCOIN)
    truth = paid_to_shop(bitcoind)
    own = {address for _, address, _ in truth}
    seen = Counter(
        (t.txid.display, t.receiver, t.amount_units)
        for t in ledger.transfers()
        if t.receiver in own
    )
    assert seen == truth


def test_what_the_case_has_is_not_asked_for_again(agreed, bitcoind, lived_in):
    fetch_blocks(agreed, address_of(bitcoind), 0, 60, **REGTEST)
    result = fetch_blocks(agreed, address_of(bitcoind), 0, **REGTEST)
    assert result.new_blocks == bitcoind.call("getblockcount") - 60
    again = fetch_blocks(agreed, address_of(bitcoind), 0, **REGTEST)
    assert again.new_blocks == 0


def test_a_reorganisation_moves_the_pin_and_drops_the_payment(agreed, bitcoind, lived_in):
    shop, customer = lived_in
    txid = bitcoind.call("sendtoaddress", shop, "0.77", wallet="customer")
    (block,) = bitcoind.mine(1, customer)
    fetch_blocks(agreed, address_of(bitcoind), 0, **REGTEST)
    assert (
        CaseLedger(agreed.store, Chain.BITCOIN).lookup_transaction(Txid.from_display(txid)).height
    )
    bitcoind.call("invalidateblock", block)
    tip = bitcoind.call("getblockheader", bitcoind.call("getbestblockhash"))
    bitcoind.call("setmocktime", tip["time"] + 900)
    for _ in range(2):
        bitcoind.call("generateblock", customer, [])
    result = fetch_blocks(agreed, address_of(bitcoind), 0, **REGTEST)
    assert result.pin.block_hash.display == bitcoind.call("getbestblockhash")
    ledger = CaseLedger(agreed.store, Chain.BITCOIN)
    lost = ledger.lookup_transaction(Txid.from_display(txid))
    assert lost.height is None or lost.block_hash.display != block
    assert txid not in {t.txid.display for t in ledger.transactions()}


def test_what_rests_on_a_block_that_left_is_made_again_and_again(agreed, bitcoind, lived_in):
    _, customer = lived_in
    paid = bitcoind.call("getnewaddress", wallet="shop")
    txid = bitcoind.call("sendtoaddress", paid, "0.77", wallet="customer")
    (block,) = bitcoind.mine(1, customer)
    fetch_blocks(agreed, address_of(bitcoind), 0, **REGTEST)
    first, document = trace(agreed, paid)
    assert document["pinned"]["block_hash"] == block
    bitcoind.call("invalidateblock", block)
    tip = bitcoind.call("getblockheader", bitcoind.call("getbestblockhash"))
    bitcoind.call("setmocktime", tip["time"] + 900)
    for _ in range(2):
        bitcoind.call("generateblock", customer, [])
    fetch_blocks(agreed, address_of(bitcoind), 0, **REGTEST)
    (waits,) = rerun(agreed)
    assert (waits.old_id, waits.state, waits.waits_for) == (first, "waiting", (txid,))
    bitcoind.call("generateblock", customer, [txid])
    fetch_blocks(agreed, address_of(bitcoind), 0, **REGTEST)
    (again,) = rerun(agreed)
    assert (again.kind, again.waits_for) == ("trace", ())
    found = get_trace(agreed, again.new_id)
    assert found["pinned"]["block_hash"] == bitcoind.call("getbestblockhash")
    assert get_trace(agreed, first) == document
    folder = agreed.folder
    agreed.close()
    assert verify(folder).problems == []


def test_an_address_is_found_by_filters_and_never_sent(agreed, bitcoind, lived_in, monkeypatch):
    shop, _ = lived_in
    sent: list[bytes] = []
    from chainlead.wire.door import Door

    real = Door.ask
    monkeypatch.setattr(
        Door,
        "ask",
        lambda self, url, *, question, body=None: (
            sent.append(body or b"") or real(self, url, question=question, body=body)
        ),
    )
    until = time.monotonic() + 30
    while not bitcoind.call("getindexinfo")["basic block filter index"]["synced"]:
        assert time.monotonic() < until
    result = fetch_addresses(agreed, address_of(bitcoind), [shop], 0, **REGTEST)
    rows = bitcoind.call("listtransactions", "*", 1000, wallet="shop")
    truth = {row["txid"] for row in rows if row["address"] == shop}
    found = {
        o.outpoint.txid.display for o in CaseLedger(agreed.store, Chain.BITCOIN).outputs_to(shop)
    }
    assert found == truth
    assert result.asked_blocks < 5
    assert shop.encode() not in b"".join(sent)


def test_a_transaction_comes_with_its_whole_block(agreed, bitcoind, lived_in):
    shop, _ = lived_in
    rows = bitcoind.call("listtransactions", "*", 1000, wallet="shop")
    wanted = Txid.from_display(next(row["txid"] for row in rows if row["address"] == shop))
    result = fetch_transactions(agreed, address_of(bitcoind), [wanted], **REGTEST)
    assert (result.asked_blocks, result.unconfirmed) == (1, ())
    assert CaseLedger(agreed.store, Chain.BITCOIN).lookup_transaction(wanted).block_hash


def test_a_payment_without_a_block_is_said_and_not_taken(agreed, bitcoind, lived_in):
    shop, _ = lived_in
    txid = bitcoind.call("sendtoaddress", shop, "0.3", wallet="customer")
    bumped = bitcoind.call("bumpfee", txid, wallet="customer")["txid"]
    wanted = [Txid.from_display(bumped)]
    result = fetch_transactions(agreed, address_of(bitcoind), wanted, **REGTEST)
    assert [t.display for t in result.unconfirmed] == [bumped]
    with pytest.raises(NodeUnfitError, match="does not find"):
        fetch_transactions(agreed, address_of(bitcoind), [Txid.from_display(txid)], **REGTEST)


def test_the_case_is_made_again_without_the_node(agreed, bitcoind, lived_in, tmp_path):
    fetch_blocks(agreed, address_of(bitcoind), 0, **REGTEST)
    folder = agreed.folder
    agreed.close()
    bitcoind.stop()
    assert verify(folder).problems == []


def test_the_block_files_that_the_node_wrote_are_read(case, bitcoind, lived_in):
    best, height = bitcoind.call("getbestblockhash"), bitcoind.call("getblockcount")
    bitcoind.stop()
    result = add(case, [bitcoind.folder / "regtest" / "blocks"], **REGTEST)
    assert (result.pin.block_hash.display, result.pin.height) == (best, height)


class TestTrouble:
    def test_nothing_is_asked_without_consent(self, case, bitcoind):
        with pytest.raises(NotConsentedError):
            fetch_blocks(case, address_of(bitcoind), 0, **REGTEST)

    def test_the_switch_wins_over_consent(self, agreed, bitcoind, monkeypatch):
        monkeypatch.setenv("CHAINLEAD_OFFLINE", "1")
        with pytest.raises(OfflineError):
            fetch_blocks(agreed, address_of(bitcoind), 0, **REGTEST)

    def test_a_node_without_filters_is_named(
        self, case, socket_enabled, memory_folder, node_starter
    ):
        node = node_starter("bitcoin", memory_folder)
        grant(case, node.host, ("chain state", "blocks"), why="our own node")
        try:
            shop = node.wallet("shop")
            node.mine(2, shop)
            with pytest.raises(NodeUnfitError, match="block filters"):
                fetch_addresses(case, address_of(node), [shop], 0, **REGTEST)
        finally:
            node.stop()

    def test_a_wrong_password_is_named(self, agreed, bitcoind):
        wrong = NodeAddress(bitcoind.url, Route(login=Login("__cookie__", "no")))
        with pytest.raises(LoginRefusedError):
            fetch_blocks(agreed, wrong, 0, **REGTEST)

    def test_a_node_of_another_network_is_named(self, agreed, bitcoind):
        with pytest.raises(NodeUnfitError, match="regtest"):
            fetch_blocks(agreed, address_of(bitcoind), 0)

    def test_the_future_is_named(self, agreed, bitcoind):
        customer = bitcoind.wallet("w")
        bitcoind.call("setmocktime", 1_900_000_000)  # the case's clock stands in March 2024
        bitcoind.call("generatetoaddress", 12, customer)
        with pytest.raises(NodeUnfitError, match="future"):
            fetch_blocks(agreed, address_of(bitcoind), 0, **REGTEST)

    def test_a_node_that_dies_leaves_what_came_and_the_next_run_goes_on(
        self, agreed, bitcoind, lived_in, monkeypatch
    ):
        monkeypatch.setattr("chainlead.workflow.fetch.PART_BYTES", 2_000)
        done = []

        def kill(blocks: int, _total: int) -> None:
            done.append(blocks)
            if blocks == 50:
                bitcoind.process.kill()
                bitcoind.process.wait(10)

        with pytest.raises(WireError):
            fetch_blocks(agreed, address_of(bitcoind), 0, progress=kill, **REGTEST)
        assert 0 < agreed.store.count("blocks") <= 50

    def test_a_spent_budget_keeps_what_came(self, agreed, bitcoind, lived_in, monkeypatch):
        monkeypatch.setattr("chainlead.workflow.fetch.PART_BYTES", 2_000)
        with pytest.raises(WireBudgetSpentError):
            fetch_blocks(agreed, address_of(bitcoind, requests=40), 0, **REGTEST)
        held = agreed.store.count("blocks")
        assert held > 10
        result = fetch_blocks(agreed, address_of(bitcoind), 0, **REGTEST)
        assert result.new_blocks == bitcoind.call("getblockcount") + 1 - held


def test_a_secret_of_the_node_is_nowhere_in_the_case(agreed, bitcoind, lived_in):
    fetch_blocks(agreed, address_of(bitcoind), 0, 20, **REGTEST)
    password = bitcoind.cookie.read_bytes().partition(b":")[2]
    agreed.close()
    for path in agreed.folder.rglob("*"):
        assert not path.is_file() or password not in path.read_bytes()
    Case.open_to_read(agreed.folder).close()
