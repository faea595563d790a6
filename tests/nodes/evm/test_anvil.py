"""Blocks from a real Ethereum node: the case's ledger says what the node's own balances say."""

import json

import pytest
from typer.testing import CliRunner

from chainlead.cli import fetch_cmd
from chainlead.codecs import keccak256
from chainlead.codecs.secp256k1 import ORDER, multiply_base
from chainlead.errors import (
    NodeUnfitError,
    NotConsentedError,
    WireBudgetSpentError,
    WireError,
)
from chainlead.ledger import CaseAccounts
from chainlead.ledger.accounts.evm_contracts import (
    DELEGATED,
    PLAIN,
)
from chainlead.ledger.accounts.evm_rlp import encode_rlp, number_to_rlp
from chainlead.model import Chain, Network
from chainlead.wire import Route, WireBudget
from chainlead.workflow.consent import grant
from chainlead.workflow.conversation import NodeAddress
from chainlead.workflow.fetch_evm import EvmFetch, fetch_evm_addresses, fetch_evm_blocks
from chainlead.workflow.rerun import rerun
from chainlead.workflow.trace import get_trace
from chainlead.workflow.trace_accounts import trace_accounts
from chainlead.workflow.verify import verify

ETHER = 10**18


def test_every_balance_is_what_the_node_says(agreed, anvil, town):
    result = fetch_evm_blocks(agreed, anvil.address, 0)
    assert result.sees_internal
    assert result.pin.height == int(anvil.call("eth_blockNumber"), 16)
    coin = CaseAccounts(agreed.store, Chain.ETHEREUM)
    for one in town.people:
        assert town.balance_of(coin, one) == anvil.balance(one) - town.before[one]
    assert town.balance_of(coin, town.till) == anvil.balance(town.till) == 0
    for contract in (town.token, town.taxed, town.fake):
        view = CaseAccounts(agreed.store, Chain.ETHEREUM, contract)
        for one in town.people:
            assert town.balance_of(view, one) == anvil.tokens(contract, one)


@pytest.mark.parametrize("fork", ["istanbul", "berlin", "london", "shanghai", "cancun"])
def test_blocks_of_older_rules_are_proved_and_add_up(
    case, contracts, start_node, town_builder, fork
):
    node = start_node(1, "--hardfork", fork)
    try:
        grant(case, node.host, ("chain state", "blocks"), why="our own node")
        node.price = {"gasPrice": hex(3 * 10**9)} if fork in {"istanbul", "berlin"} else {}
        town = town_builder(node, contracts, has_lists=fork != "istanbul")
        fetch_evm_blocks(case, node.address, 0)
        rows = list(case.store.rows("account_transactions"))
        assert {row["verified"] for row in rows} == {"in block"}
        assert {row["verified"] for row in case.store.rows("account_blocks")} == {"re-hashed"}
        coin = CaseAccounts(case.store, Chain.ETHEREUM)
        for one in town.people:
            assert town.balance_of(coin, one) == node.balance(one) - town.before[one]
        (row,) = case.store.rows("account_contracts", account=town.till)
        assert row["kind"] == ("contract" if fork == "cancun" else PLAIN)
    finally:
        node.stop()


def test_everything_but_the_traces_is_proved_by_the_blocks(agreed, anvil, town):
    fetch_evm_blocks(agreed, anvil.address, 0)
    rows = list(agreed.store.rows("account_transactions"))
    assert {row["verified"] for row in rows} == {"in block"}
    assert all(row["sees_internal"] for row in rows)
    assert {row["verified"] for row in agreed.store.rows("account_blocks")} == {"re-hashed"}
    told = {row["kind"] for row in agreed.store.rows("account_transfers") if "word" in row["note"]}
    assert told == {"internal", "contract creation", "self-destruct"}


def test_the_owner_pays_not_who_asked(agreed, anvil, town):
    fetch_evm_blocks(agreed, anvil.address, 0)
    alice, _, carol, dave = town.people[:4]
    receipt = town.receipts["for"]
    tokens = CaseAccounts(agreed.store, Chain.ETHEREUM, town.token)
    assert town.kinds(tokens, receipt) == [("token", alice, dave, 800)]
    coin = CaseAccounts(agreed.store, Chain.ETHEREUM)
    (fee,) = coin.transfers_in(receipt["transactionHash"][2:])
    used = int(receipt["gasUsed"], 16) * int(receipt["effectiveGasPrice"], 16)
    assert (fee.fee_payer, fee.fee_units, fee.amount_units) == (carol, used, 0)


def test_a_token_that_takes_its_part_is_counted_as_it_arrived(agreed, anvil, town):
    fetch_evm_blocks(agreed, anvil.address, 0)
    alice, bob, carol = town.people[:3]
    view = CaseAccounts(agreed.store, Chain.ETHEREUM, town.taxed)
    assert town.kinds(view, town.receipts["taxed again"]) == [
        ("token", bob, carol, 490), ("token", bob, alice, 10)
    ]  # fmt: skip
    where = {"txid": town.receipts["taxed again"]["transactionHash"][2:], "receiver": carol}
    (row,) = agreed.store.rows("account_transfers", **where)
    assert row["asked_units"] == "500"


def test_a_token_with_a_borrowed_symbol_is_warned_about(agreed, anvil, town):
    fetch_evm_blocks(agreed, anvil.address, 0)
    assets = {row["contract"]: row for row in agreed.store.rows("account_assets")}
    assert (assets[town.fake]["symbol"], assets[town.fake]["decimals"]) == ("USDT", 6)
    assert "another contract with the same symbol" in assets[town.fake]["note"]
    assert (assets[town.token]["symbol"], assets[town.token]["note"]) == ("CASH", "")


def test_payments_inside_contracts_are_seen_and_failed_ones_are_not(agreed, anvil, town):
    fetch_evm_blocks(agreed, anvil.address, 0)
    alice, bob, _, dave = town.people[:4]
    view = CaseAccounts(agreed.store, Chain.ETHEREUM)
    assert town.kinds(view, town.receipts["split"]) == [
        ("payment", alice, town.till, 4 * ETHER),
        ("internal", town.till, bob, 2 * ETHER),
        ("internal", town.till, dave, ETHER),
    ]
    assert town.kinds(view, town.receipts["tried"])[1:] == [
        ("internal", town.till, dave, ETHER // 4)
    ]
    assert town.kinds(view, town.receipts["failed"]) == [("fee", bob, None, 0)]
    spawned = town.kinds(view, town.receipts["spawn"])[1]
    assert spawned[:2] == ("contract creation", town.till)
    (gone,) = town.kinds(view, town.receipts["destroy"])
    assert (gone[0], gone[2]) == ("self-destruct", town.people[5])
    assert anvil.balance(town.people[5]) - town.before[town.people[5]] == gone[3]


def test_without_traces_inner_payments_are_unknown_and_not_zero(case, anvil, town, without_traces):
    grant(case, without_traces.host, ("chain state", "blocks"), why="a node that shows no calls")
    result = fetch_evm_blocks(case, without_traces, 0)
    assert not result.sees_internal
    seen = {row["txid"]: row["sees_internal"] for row in case.store.rows("account_transactions")}
    told = {name: seen[town.receipts[name]["transactionHash"][2:]] for name in town.receipts}
    assert told["ether"]  # 21,000 gas: no code ran
    assert told["failed"]  # nothing was moved
    assert not any(told[name] for name in ("split", "tried", "spawn", "destroy", "token"))
    view = CaseAccounts(case.store, Chain.ETHEREUM)
    assert town.kinds(view, town.receipts["split"]) == [
        ("payment", town.people[0], town.till, 4 * ETHER)
    ]
    _, document = trace_accounts(
        case, town.receipts["split"]["transactionHash"], chain=Chain.ETHEREUM
    )
    assert any("what contracts paid inside is unknown" in note for note in document["notes"])


def test_an_address_is_found_without_telling_the_node(agreed, anvil, town):
    heir = town.people[5]
    result = fetch_evm_addresses(agreed, anvil.address, [heir], 0)
    assert result.new_blocks < int(anvil.call("eth_blockNumber"), 16)
    view = CaseAccounts(agreed.store, Chain.ETHEREUM)
    assert town.balance_of(view, heir) == anvil.balance(heir) - town.before[heir]
    with pytest.raises(NotConsentedError):
        fetch_evm_addresses(agreed, anvil.address, [heir], 0, by_logs=True)


def test_token_payments_are_found_by_logs_where_that_is_agreed(agreed, anvil, town):
    grant(agreed, anvil.host, ("address history",), why="our own node")
    dave = town.people[3]
    fetch_evm_addresses(agreed, anvil.address, [dave], 0, by_logs=True)
    view = CaseAccounts(agreed.store, Chain.ETHEREUM, town.token)
    assert town.balance_of(view, dave) == anvil.tokens(town.token, dave) == 800


def test_what_the_case_has_is_not_asked_for_again(agreed, anvil, town):
    fetch_evm_blocks(agreed, anvil.address, 0, 5)
    result = fetch_evm_blocks(agreed, anvil.address, 0)
    assert result.new_blocks == int(anvil.call("eth_blockNumber"), 16) - 5
    assert fetch_evm_blocks(agreed, anvil.address, 0).new_blocks == 0


def test_a_spent_budget_loses_nothing_and_the_next_run_goes_on(agreed, anvil, town):
    poor = NodeAddress(anvil.address.url, Route(), WireBudget(requests=6))
    with pytest.raises(WireBudgetSpentError):
        fetch_evm_blocks(agreed, poor, 0)
    result = fetch_evm_blocks(agreed, anvil.address, 0)
    assert result.pin.height == int(anvil.call("eth_blockNumber"), 16)


def test_the_case_is_made_again_without_the_node(agreed, anvil, town):
    fetch_evm_blocks(agreed, anvil.address, 0)
    anvil.stop()
    folder = agreed.folder
    agreed.close()
    assert verify(folder).problems == []


def test_a_block_that_left_the_chain_is_fetched_anew(agreed, anvil, town):
    fetch_evm_blocks(agreed, anvil.address, 0)
    height = int(anvil.call("eth_blockNumber"), 16)
    anvil.call("anvil_reorg", 2, [])
    result = fetch_evm_blocks(agreed, anvil.address, 0)
    assert result.replaced == (height - 1, height)


def test_the_command_says_what_came(agreed, anvil, town):
    folder = str(agreed.folder)
    agreed.close()
    asked = ["evm", folder, "--from", "0", "--node", anvil.address.url, "--json"]
    shown = CliRunner().invoke(fetch_cmd.app, asked)
    assert shown.exit_code == 0, shown.output
    document = json.loads(shown.stdout)
    assert document["new_blocks"] == document["height"] + 1
    assert (document["sees_internal"], document["refused"]) == (True, [])


def test_a_node_of_another_chain_is_named(agreed, anvil):
    with pytest.raises(NodeUnfitError, match="of chain 1, not 52014"):
        fetch_evm_blocks(agreed, anvil.address, 0, chain=Chain.ELECTRONEUM_SMART_CHAIN)
    with pytest.raises(NodeUnfitError, match="of chain 1, not 11155111"):
        fetch_evm_blocks(agreed, anvil.address, 0, network=Network.TEST)


def test_electroneum_is_read_by_its_chain_id(case, start_node):
    node = start_node(52014)
    try:
        grant(case, node.host, ("chain state", "blocks"), why="our own node")
        one, two = node.call("eth_accounts")[:2]
        node.send(one, two, value=5 * ETHER)
        fetch_evm_blocks(case, node.address, 0, chain=Chain.ELECTRONEUM_SMART_CHAIN)
        view = CaseAccounts(case.store, Chain.ELECTRONEUM_SMART_CHAIN)
        (entry,) = view.transfers_of(two.lower())
        assert (entry.amount_units, entry.verified) == (5 * ETHER, "in block")
    finally:
        node.stop()


def test_a_node_that_died_is_a_named_error(agreed, anvil):
    anvil.stop()
    with pytest.raises(WireError, match=r"127\.0\.0\.1"):
        fetch_evm_blocks(agreed, anvil.address, 0)


def test_an_account_that_signs_for_a_contract_s_code_is_proved(agreed, anvil, contracts):
    """A transaction of type 4 (EIP-7702), signed here with the node's own published key."""
    payer, heir = (one.lower() for one in anvil.call("eth_accounts")[:2])
    logic = anvil.deploy(payer, contracts["Till"])
    nonce = int(anvil.call("eth_getTransactionCount", payer, "latest"), 16)
    chain, code = b"\1", bytes.fromhex(logic[2:])
    allowed = [chain, code, number_to_rlp(nonce + 1)]
    parts = signed_by_payer(keccak256(b"\x05" + encode_rlp(allowed)))
    price, limit = number_to_rlp(3 * 10**9), number_to_rlp(200_000)
    fields = [chain, number_to_rlp(nonce), b"\1", price, limit, bytes.fromhex(heir[2:]),
              number_to_rlp(5), b"", [], [[*allowed, *parts]]]  # fmt: skip
    raw = b"\4" + encode_rlp([*fields, *signed_by_payer(keccak256(b"\4" + encode_rlp(fields)))])
    txid = anvil.call("eth_sendRawTransaction", "0x" + raw.hex())
    anvil.wait_for(txid)
    fetch_evm_blocks(agreed, anvil.address, 0)
    row = agreed.store.lookup("account_transactions", chain="ethereum", txid=txid[2:])
    assert (row["verified"], row["is_successful"], row["fee_payer"]) == ("in block", True, payer)
    assert anvil.call("eth_getTransactionByHash", txid)["type"] == "0x4"
    with EvmFetch(agreed, anvil.address, Chain.ETHEREUM, Network.MAIN, "") as run:
        run.fetch_contracts([payer], run.require_fit(may_be_behind=False).height)
    (told,) = agreed.store.rows("account_contracts", account=payer)
    assert (told["kind"], told["implementation"]) == (DELEGATED, logic.lower())


def signed_by_payer(digest: bytes) -> list[bytes]:
    """Parity, r and s by the key of the node's first account, which its own help prints."""
    key = 0xAC0974BEC39A17E36BA4A6B4D238FF944BACB478CBED5EFCAE784D7BF4F2FF80
    nonce = int.from_bytes(keccak256(digest + b"nonce"), "big") % ORDER
    x, y = multiply_base(nonce)
    s = pow(nonce, -1, ORDER) * (int.from_bytes(digest, "big") + x * key) % ORDER
    parity, s = (y & 1, s) if s <= ORDER // 2 else (1 - (y & 1), ORDER - s)
    return [number_to_rlp(parity), number_to_rlp(x), number_to_rlp(s)]


def test_a_trace_on_blocks_that_left_is_made_again(agreed, anvil, town):
    fetch_evm_blocks(agreed, anvil.address, 0)
    account = town.people[1]
    first, document = trace_accounts(agreed, account, chain=Chain.ETHEREUM)
    tip = document["pinned"]["block_hash"]
    anvil.call("anvil_reorg", 2, [])
    fetch_evm_blocks(agreed, anvil.address, 0)
    assert CaseAccounts(agreed.store, Chain.ETHEREUM).pin.block_hash.display != tip
    (again,) = rerun(agreed)
    assert (again.kind, again.old_id, again.state) == ("trace", first, "replaced")
    now = get_trace(agreed, again.new_id)
    assert now["pinned"]["block_hash"] not in {tip, None}
    assert get_trace(agreed, first) == document
    assert rerun(agreed) == ()
    folder = agreed.folder
    agreed.close()
    assert verify(folder).problems == []
