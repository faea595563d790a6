"""A history service in Etherscan's form in front of a real node: useful, never believed.

The double (conftest.py) makes its rows from the node's own blocks, receipts and traces, without any code of
chainlead; a test tells it what to invent, alter, drop, or how to be busy.
"""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from chainlead.cli import fetch_cmd
from chainlead.errors import AnswerRefusedError, LoginRefusedError, NotConsentedError
from chainlead.ledger import CaseAccounts, derive_account_status
from chainlead.ledger.nodes import evm_index
from chainlead.model import Chain
from chainlead.wire import AccessKey, Route
from chainlead.workflow.consent import grant
from chainlead.workflow.conversation import NodeAddress
from chainlead.workflow.fetch_evm_index import fetch_evm_index
from chainlead.workflow.verify import verify

KEY = "SECRETKEY0123456789"


@pytest.fixture
def fetch(agreed, anvil, service):
    def run(address: str, **more: Any):
        return fetch_evm_index(
            agreed,
            anvil.address,
            more.pop("service", service),
            [address],
            first=0,
            **more,
        )

    return run


def test_an_honest_service_leads_to_all_that_the_node_knows(agreed, anvil, town, fetch):
    for person in town.people[:4]:
        result = fetch(person)
        assert result.doubts == ()
        view = CaseAccounts(agreed.store, Chain.ETHEREUM)
        assert town.balance_of(view, person) == anvil.balance(person) - town.before[person]
        for one in result.sums:
            assert one.node_units == one.case_units
    assert {row["verified"] for row in agreed.store.rows("account_transactions")} == {"in block"}


def test_only_blocks_that_it_names_are_fetched(agreed, anvil, town, fetch):
    result = fetch(town.people[5])
    assert result.fetched.new_blocks == 1
    (check,) = result.checks
    assert (check.named, check.proved) == (1, 1)


def doubted(fetch, index, address, lie) -> str:
    index.lie = lie
    return "\n".join(fetch(address).doubts)


def test_an_invented_transaction_is_told_and_gets_into_no_sum(agreed, town, index, fetch):
    bob, invented = town.people[1], "0x" + "ab" * 32

    def inventing(action, rows):
        if action != "txlist":
            return rows
        return [*rows, {**rows[-1], "hash": invented, "to": bob, "value": "77"}]

    words = doubted(fetch, index, bob, inventing)
    assert f"names transaction {invented[2:]}, which no block of the node holds" in words
    view = CaseAccounts(agreed.store, Chain.ETHEREUM)
    assert 77 not in {entry.amount_units for entry in view.transfers_of(bob)}
    status = derive_account_status(agreed.store, Chain.ETHEREUM)
    assert any(invented[2:] in doubt for doubt in status.doubts)


@pytest.mark.parametrize(
    ("altered", "words"),
    [
        (("txlist", "value", "12345"), "12345 units of the coin went"),
        (("txlist", "from", "0x" + "77" * 20), "went from 0x" + "77" * 20),
        (("txlist", "blockHash", "0x" + "cd" * 32), "it is in block"),
        (("txlist", "timeStamp", "1500000000"), "dates transaction"),
        (("txlist", "isError", "1"), "failed; its receipt says otherwise"),
        (("tokentx", "value", "999"), "999 units of token"),
        (("txlistinternal", "value", "999"), "999 units of the coin went"),
    ],
)
def test_an_altered_row_is_told(town, index, fetch, altered, words):
    action, field, value = altered
    name = {"txlist": "ether", "tokentx": "token", "txlistinternal": "split"}[action]
    txid, bob = town.receipts[name]["transactionHash"], town.people[1]

    def altering(asked, rows):
        return [
            {**row, field: value} if (asked, row["hash"], row["to"]) == (action, txid, bob) else row
            for row in rows
        ]

    assert words in doubted(fetch, index, bob, altering)


def test_a_dropped_payment_of_a_named_transaction_is_told(town, index, fetch):
    txid = town.receipts["token"]["transactionHash"]
    words = doubted(
        fetch,
        index,
        town.people[0],
        lambda action, rows: [r for r in rows if (action, r["hash"]) != ("tokentx", txid)],
    )
    assert f"leaves out that in {txid[2:]} 5000 units of token {town.token} went" in words


def test_what_it_leaves_out_is_seen_where_the_case_has_the_block(agreed, anvil, town, index, fetch):
    alice, bob = town.people[:2]
    fetch(alice)
    txid = town.receipts["ether"]["transactionHash"]
    words = doubted(
        fetch, index, bob, lambda _action, rows: [row for row in rows if row["hash"] != txid]
    )
    assert f"leaves out transaction {txid[2:]}, which concerns {bob}" in words


def test_what_it_leaves_out_elsewhere_shows_in_the_balance_and_the_count(town, index, fetch):
    alice, bob = town.people[:2]
    gone = {town.receipts[name]["transactionHash"] for name in ("ether", "burn")}
    index.lie = lambda _action, rows: [row for row in rows if row["hash"] not in gone]
    result = fetch(bob)
    sums = {one.contract: one for one in result.sums}
    assert sums[""].node_units - sums[""].case_units > 2 * 10**18
    assert any("at least 1 are left out" in doubt for doubt in result.doubts)
    assert alice


def test_a_busy_service_is_asked_again_after_a_while(town, index, fetch, monkeypatch):
    monkeypatch.setattr(evm_index, "_WAITS_MS", (1, 1, 1, 1, 1, 1))
    index.busy = 3
    assert fetch(town.people[1]).doubts == ()
    index.busy = 100
    with pytest.raises(AnswerRefusedError, match="asked too often"):
        fetch(town.people[1])


@pytest.mark.parametrize("sizes", [(2, 10_000), (3, 6), (1, 4)])
def test_long_histories_come_page_by_page_and_window_by_window(
    town, index, fetch, monkeypatch, sizes
):
    rows, window = sizes
    wanted = fetch(town.people[0]).checks[0].named
    index.asked.clear()
    monkeypatch.setattr(evm_index.EvmIndex.__init__, "__kwdefaults__", {"page_rows": rows})
    monkeypatch.setattr(evm_index, "_WINDOW_PAGES", 3)
    index.window = window
    result = fetch(town.people[0])
    assert (result.checks[0].named, result.doubts) == (wanted, ())
    assert len({asked["startblock"] for asked in index.asked}) > 1


def test_a_question_that_it_does_not_offer_is_named(town, index, fetch):
    index.missing = "txlistinternal"
    result = fetch(town.people[1])
    assert result.missing == ("txlistinternal",)
    assert result.doubts == ()


def test_the_key_is_sent_and_kept_nowhere(agreed, town, index, service, fetch):
    index.wants_key = KEY
    with pytest.raises(LoginRefusedError, match="Missing/Invalid API Key"):
        fetch(town.people[1])
    keyed = NodeAddress(service.url, Route(key=AccessKey("apikey", KEY)))
    assert fetch(town.people[1], service=keyed).doubts == ()
    assert KEY not in repr(keyed)
    folder = agreed.folder
    agreed.close()
    for path in folder.rglob("*"):
        assert not path.is_file() or KEY.encode() not in path.read_bytes()


def test_a_service_that_repeats_the_key_is_refused(town, index, service, fetch):
    index.wants_key, index.repeats_key = KEY, True
    keyed = NodeAddress(service.url, Route(key=AccessKey("apikey", KEY)))
    with pytest.raises(AnswerRefusedError, match="repeats the access key"):
        fetch(town.people[1], service=keyed)


def test_each_side_needs_its_own_consent(case, anvil, town, index, service):
    grant(case, anvil.host, ("address index",), why="not the service")
    other = NodeAddress(service.url.replace("127.0.0.1", "localhost"))
    with pytest.raises(NotConsentedError, match="address index"):
        fetch_evm_index(case, anvil.address, other, [town.people[1]], first=0)


def test_the_case_with_its_doubts_is_made_again_without_either(agreed, anvil, town, index, fetch):
    txid = town.receipts["ether"]["transactionHash"]
    index.lie = lambda _action, rows: [
        {**row, "value": "5"} if row["hash"] == txid else row for row in rows
    ]
    fetch(town.people[1])
    anvil.stop()
    folder = agreed.folder
    agreed.close()
    assert verify(folder).problems == []


def test_the_command_says_what_the_service_said(agreed, anvil, town, index, service):
    folder, key = str(agreed.folder), agreed.folder.parent / "key"
    key.write_text(KEY + "\n")
    index.wants_key = KEY
    agreed.close()
    asked = ["evm", folder, town.people[1], "--from", "0", "--node", anvil.address.url,
             "--index", service.url, "--index-key", str(key)]  # fmt: skip
    shown = CliRunner().invoke(fetch_cmd.app, [*asked, "--json"])
    assert shown.exit_code == 0, shown.output
    document = json.loads(shown.stdout)
    assert document["index"]["doubts"] == []
    assert all(one["node_units"] == one["case_units"] for one in document["index"]["sums"])
    index.lie = lambda _action, rows: rows[1:]
    shown = CliRunner().invoke(fetch_cmd.app, asked)
    assert "may leave out more" in shown.output


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://index.example/api?apikey=abc", "must not hold a key"),
        ("http://index.example/api", "not sent without TLS"),
    ],
)
def test_a_key_in_the_open_is_refused_before_anything_is_asked(agreed, url, words):
    folder, key = str(agreed.folder), agreed.folder.parent / "key"
    key.write_text(KEY)
    agreed.close()
    asked = ["evm", folder, "0x" + "11" * 20, "--from", "0", "--node", "http://127.0.0.1:9/",
             "--index", url, "--index-key", str(key)]  # fmt: skip
    shown = CliRunner().invoke(fetch_cmd.app, asked)
    assert shown.exit_code == 2
    assert words in " ".join(shown.output.replace("│", " ").split())
