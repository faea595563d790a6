"""Contracts and proxies by what a node answers; real nodes are in tests/nodes/evm/test_contracts.py."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.ledger import AccountRequest, AccountWriter, ContractRead, get_account_chain
from chainlead.ledger.accounts.evm_contracts import (
    BEACON_1967,
    BEACON_SLOT,
    CONTRACT,
    DELEGATED,
    MINIMAL,
    PLAIN,
    SLOT_1822,
    SLOT_1967,
    SLOTS,
    ContractParts,
    derive_contract,
)
from chainlead.ledger.accounts.sources.evm_json import EvmJson
from chainlead.model import Chain, Network
from chainlead.store import Store

REQUEST = AccountRequest(get_account_chain(Chain.ETHEREUM), Network.MAIN)
PROXY, LOGIC, BEACON = ("0x" + f"{n:02x}" * 20 for n in (0x11, 0x22, 0x33))
WORD = bytes(12) + bytes.fromhex(LOGIC[2:])


def recognised(code: bytes, **slots: bytes) -> tuple[str, str | None]:
    parts = ContractParts(PROXY, 7, code, dict(slots))
    read = derive_contract(parts, {PROXY: parts})
    assert read is not None
    return read.kind, read.implementation


def test_the_slots_are_those_of_the_standards():
    assert SLOTS[0] == "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc"
    assert SLOTS[1] == "0xc5f16f0fcc639fa48a6947836d9850f504798523bf8c9a3a87d5876cf622bcf7"
    assert SLOTS[2] == "0x7050c9e0f4ca769c69bd3a8ef740bc37934f8e2c036e5a723fd8ee048ed3f8c3"
    assert BEACON_SLOT == "0xa3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6cb3582b35133d50"


@pytest.mark.parametrize(
    "code",
    [
        "363d3d373d3d3d363d73" + LOGIC[2:] + "5af43d82803e903d91602b57fd5bf3",
        "3d3d3d3d363d3d37363d73" + LOGIC[2:] + "5af43d3d93803e602a57fd5bf3",
        "365f5f375f5f365f73" + LOGIC[2:] + "5af43d5f5f3e5f3d91602a57fd5bf3",
    ],
)
def test_minimal_proxies_hold_the_address_in_their_code(code):
    assert recognised(bytes.fromhex(code)) == (MINIMAL, LOGIC)


def test_the_published_form_for_vanity_addresses_leaves_out_zeros():
    # the example of EIP-1167: an address that begins with four zero bytes
    code = "363d3d373d3d3d363d6fbebebebebebebebebebebebebebebebe5af43d82803e903d91602757fd5bf3"
    assert recognised(bytes.fromhex(code)) == (MINIMAL, "0x" + "00" * 4 + "be" * 16)


def test_code_that_only_begins_like_one_is_a_contract():
    code = "363d3d373d3d3d363d73" + LOGIC[2:] + "5af43d82803e903d91602b57fd5bf300"
    assert recognised(bytes.fromhex(code)) == (CONTRACT, None)


def test_an_account_without_code_and_one_that_borrows_some():
    assert recognised(b"") == (PLAIN, None)
    assert recognised(bytes.fromhex("ef0100" + LOGIC[2:])) == (DELEGATED, LOGIC)


def test_slots_and_beacons():
    assert recognised(b"\x60", **{SLOTS[0]: WORD}) == (SLOT_1967, LOGIC)
    assert recognised(b"\x60", **{SLOTS[1]: WORD}) == (SLOT_1822, LOGIC)
    assert recognised(b"\x60", **{SLOTS[0]: bytes(32)}) == (CONTRACT, None)
    assert recognised(b"\x60", **{SLOTS[0]: b"\xff" * 32}) == (CONTRACT, None)
    parts = ContractParts(PROXY, 7, b"\x60")
    parts.slots[BEACON_SLOT] = bytes(12) + bytes.fromhex(BEACON[2:])
    beacon = ContractParts(BEACON, 7, b"\x60", implemented=WORD)
    read = derive_contract(parts, {PROXY: parts, BEACON: beacon})
    assert (read.kind, read.implementation, read.beacon) == (BEACON_1967, LOGIC, BEACON)


@given(st.binary(max_size=80), st.binary(max_size=40))
def test_no_answer_of_a_node_breaks_it(code, word):
    parts = ContractParts(PROXY, None, code, dict.fromkeys(SLOTS, word))
    assert isinstance(derive_contract(parts, {}), ContractRead)


def record(*calls: tuple[str, list, object]) -> bytes:
    asked = [{"id": n, "method": m, "params": p} for n, (m, p, _) in enumerate(calls)]
    told = [{"id": n, "result": result} for n, (_, _, result) in enumerate(calls)]
    row = {
        "host": "h", "path": "/", "question": "blocks", "attempt": 1, "status": 200,
        "asked_at": "2026-01-01T00:00:00.000000Z", "request": json.dumps(asked),
        "body": json.dumps(told),
    }  # fmt: skip
    head = '{"chainlead_exchanges":1,"kind":"evm-rpc"}'
    return f"{head}\n{json.dumps(row)}\n".encode()


def test_the_record_of_a_fetch_gives_them_and_the_newest_counts():
    def told(height: int, logic: str) -> bytes:
        return record(
            ("eth_chainId", [], "0x1"),
            ("eth_getCode", [PROXY, hex(height)], "0x60"),
            ("eth_getStorageAt", [PROXY, SLOTS[0], hex(height)], "0x" + "00" * 12 + logic[2:]),
        )

    with Store.in_memory() as store:
        for height, logic in ((9, BEACON), (7, LOGIC)):
            events = list(EvmJson().read(told(height, logic), REQUEST))
            AccountWriter(store, REQUEST, str(height)).write(events)
        (row,) = store.rows("account_contracts")
        assert (row["kind"], row["implementation"], row["height"]) == (SLOT_1967, BEACON, 9)


@pytest.mark.parametrize("answer", [None, 7, "0x123", "nonsense", {"a": 1}])
def test_an_answer_that_is_none_is_left_out_with_the_reason(answer):
    events = list(EvmJson().read(record(("eth_getCode", [PROXY, "0x7"], answer)), REQUEST))
    assert not any(isinstance(event, ContractRead) for event in events)
    assert events
