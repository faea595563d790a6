"""A trace that fetches as it goes, against a real Ethereum node, in each of the three ways."""

import json
import time

import pytest
from typer.testing import CliRunner

from chainlead.cli import trace_cmd
from chainlead.errors import NodeUnfitError
from chainlead.model import Chain
from chainlead.wire import Spending, WireBudget
from chainlead.workflow import fetch_evm
from chainlead.workflow.case import Case
from chainlead.workflow.consent import grant
from chainlead.workflow.conversation import NodeAddress
from chainlead.workflow.fetch_evm import fetch_evm_blocks
from chainlead.workflow.live_evm import EvmFetcher, EvmWays
from chainlead.workflow.trace_accounts import trace_accounts
from chainlead.workflow.trace_live import LiveOptions, trace_live
from chainlead.workflow.verify import verify

ALL = ("chain state", "blocks", "transaction", "account", "address history")


@pytest.fixture
def chainful(anvil, town):
    """After the town's payments: a thief's money goes over two mules, blocks of others between."""
    one, two, three, four = town.people[6:10]
    paid = {}
    for name, payer, payee, amount in (
        ("theft", town.people[0], one, 10 * 10**18), ("first", one, two, 6 * 10**18),
        ("side", one, three, 2 * 10**18), ("second", two, four, 5 * 10**18),
    ):  # fmt: skip
        paid[name] = anvil.send(payer, payee, value=amount)["transactionHash"]
        anvil.send(town.people[4], town.people[5], value=1)
    return paid, (one, two, three, four)


@pytest.fixture
def trusted(case, anvil):
    grant(case, anvil.host, ALL, why="our own node")
    return case


def ends(document, rule="poison"):
    return {
        (n["account"], n["traced_units"], n["reason"])
        for n in document["rules"][rule]["frontier"]
        if n["reason"] != "fee"
    }


def comparable(document):
    """The trail under LIFO, which needs no balance; a live trace may know balances that others do not."""
    result = document["rules"]["lifo"]
    ends = [{**n, "note": "", "amount_units": ""} for n in result["frontier"]]
    return ends, result["transfers"], result["sums"]


@pytest.fixture
def indexed(trusted, town, chainful, service):
    grant(trusted, service.host, ("address index",), why="histories are not secret here")
    return EvmWays(index=service)


@pytest.fixture
def whole(anvil, tmp_path):
    """What a case with every block says."""

    def trace_whole(origin: str, contract: str = ""):
        with Case.create(tmp_path / "whole", key=bytes(32)) as made:
            grant(made, anvil.host, ALL, why="our own node")
            fetch_evm_blocks(made, anvil.address, 0)
            return trace_accounts(
                made, origin, chain=Chain.ETHEREUM, contract=contract, rules=["poison", "lifo"]
            )[1]

    return trace_whole


def live(case, place, origin, ways=None, **more):
    fetcher = EvmFetcher(case, place, ways or EvmWays(), contract=more.get("contract", ""))
    return trace_live(case, origin, fetcher, chain=Chain.ETHEREUM, rules=["poison", "lifo"], **more)


def test_by_every_block_the_node_learns_no_account(trusted, anvil, chainful, whole):
    paid, people = chainful
    found = live(trusted, anvil.address, paid["theft"])
    assert comparable(found.document) == comparable(whole(paid["theft"]))
    assert {end[0] for end in ends(found.document)} >= set(people)
    for entry in trusted.entries:
        if entry.act == "fetch.ask":
            assert not any(one[2:] in str(entry.what) for one in people)


def test_by_a_service_only_blocks_that_matter_come(trusted, anvil, chainful, indexed, whole):
    paid, people = chainful
    found = live(trusted, anvil.address, paid["theft"], indexed)
    assert comparable(found.document) == comparable(whole(paid["theft"]))
    assert set(found.fetched) == set(people)
    held = trusted.store.count("account_blocks", chain="ethereum")
    assert held == 4


def test_by_logs_a_token_is_followed(trusted, anvil, town, chainful, whole):
    txid = town.receipts["token"]["transactionHash"]
    ways = EvmWays(by_logs=True)
    found = live(trusted, anvil.address, txid, ways, contract=town.token)
    assert comparable(found.document) == comparable(whole(txid, town.token))
    with pytest.raises(NodeUnfitError, match="Logs tell of tokens only"):
        EvmFetcher(trusted, anvil.address, ways)


def test_balances_that_the_node_tells_make_fifo_exact(trusted, anvil, town, chainful, indexed):
    paid, _ = chainful
    fetcher = EvmFetcher(trusted, anvil.address, indexed)
    found = trace_live(trusted, paid["theft"], fetcher, chain=Chain.ETHEREUM, rules=["fifo"])
    reasons = {end[2] for end in ends(found.document, "fifo")}
    assert reasons == {"unspent"}


def test_a_contract_is_not_fetched_unasked(trusted, anvil, town, chainful, indexed):
    txid = town.receipts["split"]["transactionHash"]
    found = live(trusted, anvil.address, txid, indexed)
    assert town.till in found.too_many
    notes = {
        n["note"] for n in found.document["rules"]["poison"]["frontier"]
        if n["account"] == town.till
    }  # fmt: skip
    assert any("it may pool the money of many" in note for note in notes)
    asked = []
    options = LiveOptions(ask=lambda place, words: bool(asked.append((place, words))) or True)
    again = live(trusted, anvil.address, txid, indexed, options=options)
    assert again.document["trace_id"]


def test_a_large_history_is_counted_first(trusted, anvil, town, chainful, indexed):
    paid, people = chainful
    options = LiveOptions(most=1)
    found = live(trusted, anvil.address, paid["theft"], indexed, options=options)
    assert people[0] in found.too_many
    assert (people[0], "10000000000000000000", "not fetched") in ends(found.document, "lifo")


def test_a_history_that_a_service_finds_too_long_is_left(trusted, anvil, chainful, indexed, index):
    paid, people = chainful
    for _ in range(5):
        anvil.send(people[2], people[3], value=1)
    index.look_at_new_blocks(anvil)
    options = LiveOptions(most=4)
    found = live(trusted, anvil.address, paid["second"], indexed, options=options)
    assert found.too_many == (people[3],)
    notes = {n["note"] for n in found.document["rules"]["lifo"]["frontier"]}
    assert "not fetched: the service names more than 4 transactions" in notes


def test_interrupted_and_resumed_it_says_the_same(trusted, anvil, chainful, whole):
    paid, _ = chainful
    runs = 0
    while True:
        spending = Spending(WireBudget(requests=25), time.monotonic)
        place = NodeAddress(anvil.address.url, spending=spending)
        found = live(trusted, place, paid["theft"])
        runs += 1
        if not found.is_spent:
            break
        assert any(end[2] == "not fetched" for end in ends(found.document))
        assert runs < 30
    assert runs > 1
    assert comparable(found.document) == comparable(whole(paid["theft"]))


def test_a_look_at_many_blocks_goes_on_where_the_budget_ended(
    trusted, anvil, chainful, monkeypatch
):
    paid, people = chainful
    anvil.call("anvil_mine", hex(120))
    monkeypatch.setattr(fetch_evm, "_HEIGHTS_AT_ONCE", 10)
    reached = []
    for _ in range(40):
        spending = Spending(WireBudget(requests=45), time.monotonic)
        place = NodeAddress(anvil.address.url, spending=spending)
        found = live(trusted, place, paid["theft"])
        row = trusted.store.lookup("fetched_places", chain="ethereum", place=people[0])
        reached.append(row["last_height"] if row else 0)
        if not found.is_spent:
            break
    assert not found.is_spent
    assert reached == sorted(reached)
    assert reached[0] < reached[-1] == int(anvil.call("eth_blockNumber"), 16)


def test_it_is_made_again_without_the_node(trusted, anvil, chainful):
    paid, _ = chainful
    live(trusted, anvil.address, paid["theft"])
    anvil.stop()
    folder = trusted.folder
    trusted.close()
    assert verify(folder).problems == []


def test_the_command_goes_on_by_itself(trusted, anvil, town, chainful):
    paid, people = chainful
    folder = str(trusted.folder)
    trusted.close()
    asked = [folder, paid["theft"], "--chain", "ethereum", "--fetch", anvil.address.url, "--json"]
    shown = CliRunner().invoke(trace_cmd.app, asked)
    assert shown.exit_code in {0, 1}, shown.output
    document = json.loads(shown.stdout)
    assert people[3] in {end[0] for end in ends(document)}
    assert "Histories fetched: 4." in shown.stderr
