"""Contracts and proxies of a real Ethereum node are recognised, with the code that they ran."""

from dataclasses import dataclass

import pytest

from chainlead.codecs import keccak256
from chainlead.ledger.accounts.evm_contracts import (
    _SLOTS,
    BEACON_1967,
    BEACON_SLOT,
    DELEGATED,
    MINIMAL,
    PLAIN,
    SLOT_1967,
)
from chainlead.model import Chain, Network
from chainlead.workflow.fetch_evm import EvmFetch, fetch_evm_blocks
from chainlead.workflow.trace_accounts import trace_accounts


@dataclass
class Proxies:
    """Contracts that run another's code, by what they are."""

    logic: str
    other: str
    beacon: str
    made: dict[str, str]


def padded(text: str) -> bytes:
    return bytes.fromhex(text[2:])


@pytest.fixture
def proxies(anvil, contracts) -> Proxies:
    alice, bob = (one.lower() for one in anvil.call("eth_accounts")[:2])
    logic, other = (anvil.deploy(alice, contracts["Logic"]) for _ in range(2))
    beacon = anvil.deploy(alice, contracts["LogicBeacon"], anvil.word(logic))
    copier = anvil.deploy(alice, contracts["Copier"])
    made = {"contract": logic}
    for kind, slot in (*_SLOTS.items(), (BEACON_1967, BEACON_SLOT)):
        target = beacon if kind == BEACON_1967 else logic
        made[kind] = anvil.deploy(alice, contracts["SlotProxy"], padded(slot), anvil.word(target))
    receipt = anvil.send(alice, copier, anvil.called("copy(address)", logic))
    made[MINIMAL] = "0x" + receipt["logs"][0]["data"][-40:]
    made[PLAIN] = bob
    return Proxies(logic, other, beacon, made)


def test_proxies_are_recognised_with_the_code_that_they_run(agreed, anvil, proxies):
    accounts = sorted({*proxies.made.values(), proxies.beacon})
    with EvmFetch(agreed, anvil.address, Chain.ETHEREUM, Network.MAIN, "") as run:
        run.fetch_contracts(accounts, run.require_fit(may_be_behind=False).height)
    rows = {row["account"]: row for row in agreed.store.rows("account_contracts")}
    assert {account: rows[account]["kind"] for account in proxies.made.values()} == {
        account: kind for kind, account in proxies.made.items()
    }
    for kind, account in proxies.made.items():
        behind = None if kind in {PLAIN, "contract"} else proxies.logic
        assert rows[account]["implementation"] == behind
    assert rows[proxies.made[BEACON_1967]]["beacon"] == proxies.beacon
    levels = {kind: rows[account]["verified"] for kind, account in proxies.made.items()}
    assert levels.pop(BEACON_1967) == "single source"  # what a beacon answers is the node's word
    assert set(levels.values()) == {"in block"}


def test_a_changed_implementation_is_told_at_its_height(agreed, anvil, contracts, proxies):
    alice = anvil.call("eth_accounts")[0]
    proxy = proxies.made[SLOT_1967]
    told = []
    for target in (proxies.logic, proxies.other):
        slot = padded(_SLOTS[SLOT_1967])
        data = keccak256(b"change(bytes32,address)")[:4] + slot + anvil.word(target)
        anvil.send(alice, proxy, data)
        with EvmFetch(agreed, anvil.address, Chain.ETHEREUM, Network.MAIN, "") as run:
            run.fetch_contracts([proxy], run.require_fit(may_be_behind=False).height)
        (row,) = agreed.store.rows("account_contracts", account=proxy)
        told.append((row["implementation"], row["height"]))
    assert [implementation for implementation, _ in told] == [proxies.logic, proxies.other]
    assert told[0][1] < told[1][1] == int(anvil.call("eth_blockNumber"), 16)


def test_an_account_that_borrows_code_is_no_contract(agreed, anvil, proxies):
    bob = proxies.made[PLAIN]
    anvil.call("anvil_setCode", bob, "0xef0100" + proxies.logic[2:])
    anvil.call("anvil_mine", "0x1")
    with EvmFetch(agreed, anvil.address, Chain.ETHEREUM, Network.MAIN, "") as run:
        run.fetch_contracts([bob], run.require_fit(may_be_behind=False).height)
    (row,) = agreed.store.rows("account_contracts", account=bob)
    assert (row["kind"], row["implementation"]) == (DELEGATED, proxies.logic)


def test_contracts_of_fetched_blocks_are_told_and_shown_in_a_trace(agreed, anvil, town):
    fetch_evm_blocks(agreed, anvil.address, 0)
    kinds_of = {row["account"]: row["kind"] for row in agreed.store.rows("account_contracts")}
    assert kinds_of[town.token] == kinds_of[town.fake] == "contract"
    assert kinds_of[town.till] == "contract"  # since Cancun self-destruction takes no code away
    _, document = trace_accounts(agreed, town.people[1], chain=Chain.ETHEREUM, contract=town.fake)
    assert any("another contract with the same symbol" in note for note in document["notes"])


def test_a_node_whose_state_is_not_its_block_s_is_refused(agreed, anvil, proxies):
    anvil.call("anvil_setCode", proxies.logic, "0x60016002")  # no block has this code
    with EvmFetch(agreed, anvil.address, Chain.ETHEREUM, Network.MAIN, "") as run:
        run.fetch_contracts([proxies.logic], run.require_fit(may_be_behind=False).height)
        assert any("the proof of account" in reason for reason in run.refused)
    assert not list(agreed.store.rows("account_contracts", account=proxies.logic))
