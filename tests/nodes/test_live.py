"""A trace that fetches as it goes, against a real bitcoind: breadth first, within a budget, resumable."""

import json
import time
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from chainlead.cli import trace_cmd
from chainlead.errors import OriginNotFoundError, WireError
from chainlead.ledger import CaseLedger
from chainlead.model import Chain, Network
from chainlead.wire import Login, Route, Spending, WireBudget
from chainlead.workflow.case import Case
from chainlead.workflow.consent import grant
from chainlead.workflow.conversation import NodeAddress
from chainlead.workflow.fetch import fetch_blocks
from chainlead.workflow.live_bitcoin import BitcoinFetcher
from chainlead.workflow.trace import trace
from chainlead.workflow.trace_live import LiveOptions, trace_live
from chainlead.workflow.verify import verify

REGTEST = {"chain": Chain.BITCOIN, "network": Network.REGTEST}


def address_of(node, **more) -> NodeAddress:
    user, _, password = node.cookie.read_text().partition(":")
    return NodeAddress(node.url, Route(login=Login(user, password)), **more)


def until_filtered(node) -> None:
    end = time.monotonic() + 30
    height = node.call("getblockcount")
    while node.call("getindexinfo")["basic block filter index"]["best_block_height"] < height:
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture
def trail(bitcoind):
    """Miner pays a thief, who pays two mules; one pays a third person; blocks of others between."""
    miner = bitcoind.wallet("miner")
    people = {name: bitcoind.wallet(name) for name in ("thief", "mule", "friend", "shop")}
    bitcoind.mine(102, miner)
    txid = bitcoind.call("sendtoaddress", people["thief"], "1.0", wallet="miner")
    bitcoind.mine(3, miner)
    for payer, payee, amount in (
        ("thief", "mule", "0.4"), ("thief", "friend", "0.3"), ("mule", "shop", "0.2"),
        ("friend", "shop", "0.1"),
    ):  # fmt: skip
        bitcoind.call("sendtoaddress", people[payee], amount, wallet=payer)
        bitcoind.mine(3, miner)
    bitcoind.mine(5, miner)
    until_filtered(bitcoind)
    return txid, people


@pytest.fixture
def agreed(case, bitcoind):
    consents = ("chain state", "blocks", "transaction")
    grant(case, bitcoind.host, consents, why="our own node")
    return case


def live(case, node, origin, **more):
    place = more.pop("place", None) or address_of(node)
    fetcher = BitcoinFetcher(case, place, **REGTEST)
    return trace_live(case, origin, fetcher, chain=Chain.BITCOIN, **more)


def ends(document, rule="fifo"):
    return sorted(
        (n["address"] or "", n["traced_units"], n["reason"])
        for n in document["rules"][rule]["frontier"]
    )


def comparable(document):
    """Where the money went under each rule, without the sentences about the last known block."""
    return {
        name: [
            {**node, "note": "" if node["reason"] == "unspent" else node["note"]}
            for node in result["frontier"]
        ] + result["transfers"] + [result["sums"]]
        for name, result in document["rules"].items()
    }  # fmt: skip


def test_the_answer_is_that_of_a_case_that_holds_every_block(agreed, bitcoind, trail, tmp_path):
    txid, people = trail
    found = live(agreed, bitcoind, txid)
    assert not found.is_spent
    assert not any(n[2] in {"not fetched", "left the known blocks"} for n in ends(found.document))
    held = len(list(agreed.store.rows("blocks", chain="bitcoin")))
    assert held < bitcoind.call("getblockcount")
    with Case.create(tmp_path / "whole", key=bytes(32)) as whole:
        grant(whole, bitcoind.host, ("chain state", "blocks"), why="our own node")
        fetch_blocks(whole, address_of(bitcoind), 0, **REGTEST)
        _, document = trace(whole, txid)
    assert comparable(found.document) == comparable(document)
    assert people["shop"] in {n[0] for n in ends(found.document)}


def test_the_node_hears_no_address(agreed, bitcoind, trail):
    txid, people = trail
    live(agreed, bitcoind, txid)
    for entry in agreed.entries:
        if entry.act == "fetch.ask":
            assert not any(address in str(entry.what) for address in people.values())


def test_a_spent_budget_is_a_reason_and_the_next_run_goes_on(agreed, bitcoind, trail, tmp_path):
    txid, _ = trail
    whole = None
    with Case.create(tmp_path / "at-once", key=bytes(32)) as other:
        grant(other, bitcoind.host, ("chain state", "blocks", "transaction"), why="our own")
        whole = live(other, bitcoind, txid)
    budget = 12
    runs = 0
    while True:
        place = address_of(bitcoind, spending=Spending(WireBudget(requests=budget), time.monotonic))
        found = live(agreed, bitcoind, txid, place=place)
        runs += 1
        if not found.is_spent:
            break
        assert any(n[2] in {"not fetched", "left the known blocks"} for n in ends(found.document))
        assert runs < 40
    assert runs > 1
    assert found.document == whole.document


def test_a_large_history_is_left_until_somebody_says_yes(agreed, bitcoind, trail):
    txid, people = trail
    found = live(agreed, bitcoind, txid, options=LiveOptions(most=1))
    assert found.too_many
    reasons = [
        n for n in found.document["rules"]["fifo"]["frontier"] if n["reason"] == "not fetched"
    ]
    assert any("blocks concern it" in n["note"] for n in reasons)
    again = live(agreed, bitcoind, txid, options=LiveOptions(most=1))
    assert again.document == found.document
    allowed = LiveOptions(most=1, allowed=frozenset({*found.too_many, *people.values()}))
    for _ in range(6):
        found = live(agreed, bitcoind, txid, options=allowed)
        allowed = replace(allowed, allowed=allowed.allowed | {*found.too_many})
    assert not any(n[2] == "not fetched" for n in ends(found.document))


def test_an_address_that_the_case_does_not_know_needs_a_height(agreed, bitcoind, trail):
    _, people = trail
    with pytest.raises(OriginNotFoundError, match="from which block on to look"):
        live(agreed, bitcoind, people["thief"])
    found = live(agreed, bitcoind, people["thief"], options=LiveOptions(first=100))
    assert people["shop"] in {n[0] for n in ends(found.document)}


def test_an_origin_that_may_not_be_asked_for_is_named(case, bitcoind, trail):
    grant(case, bitcoind.host, ("chain state", "blocks"), why="no ids of transactions")
    with pytest.raises(OriginNotFoundError, match="Neither the case nor the node"):
        live(case, bitcoind, trail[0])


def test_looking_back_fetches_what_made_the_inputs(agreed, bitcoind, trail):
    from chainlead.trace import Direction

    txid, people = trail
    found = live(
        agreed, bitcoind, people["shop"], direction=Direction.BACKWARD,
        options=LiveOptions(first=100),
    )  # fmt: skip
    ledger = CaseLedger(agreed.store, Chain.BITCOIN)
    assert any(t["txid"] == txid for t in found.document["transactions"])
    assert {n[2] for n in ends(found.document, "poison")} <= {"coinbase", "fee"}
    assert ledger.pin.height


def test_a_node_that_dies_leaves_what_was_fetched_and_the_work_goes_on(agreed, bitcoind, trail):
    txid, _ = trail
    place = address_of(bitcoind)
    fetcher = BitcoinFetcher(agreed, place, **REGTEST)
    real = fetcher.fetch

    def dying(wanted, most):
        for number, covered in enumerate(real(wanted, most)):
            yield covered
            if number == 1:
                bitcoind.stop()

    fetcher.fetch = dying
    with pytest.raises(WireError):
        trace_live(agreed, txid, fetcher, chain=Chain.BITCOIN)
    known = agreed.store.count("fetched_places")
    assert known >= 1


def test_a_live_trace_is_made_again_without_the_node(agreed, bitcoind, trail):
    txid, _ = trail
    live(agreed, bitcoind, txid)
    bitcoind.stop()
    folder = agreed.folder
    agreed.close()
    assert verify(folder).problems == []


def test_the_command_fetches_with_the_node_s_cookie(agreed, bitcoind, trail):
    txid, people = trail
    folder = str(agreed.folder)
    agreed.close()
    asked = [folder, txid, "--chain", "bitcoin", "--network", "regtest", "--json",
             "--fetch", bitcoind.url, "--cookie", str(bitcoind.cookie)]  # fmt: skip
    shown = CliRunner().invoke(trace_cmd.app, asked)
    assert shown.exit_code == 0, shown.output
    assert people["shop"] in {n[0] for n in ends(json.loads(shown.stdout))}
    password = bitcoind.cookie.read_text().partition(":")[2]
    for path in agreed.folder.rglob("*"):
        assert not path.is_file() or password.encode() not in path.read_bytes()
