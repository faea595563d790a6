"""Victor's rule: an address that passes deposits on to one service is one customer's account."""

import json
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.model import NATIVE, Asset, Chain
from chainlead.trace.patterns.account_deposit import AccountDepositAddress

ETHER = NATIVE[Chain.ETHEREUM]
TOKEN = Asset(Chain.ETHEREUM, "USDX", 6, "0xc0ffee")
FEE = 21_000 * 40 * 10**9
SERVICES = {"hot": "Kastell", "other hot": "Lagune"}.get


@dataclass(frozen=True)
class Move:
    sender: str
    receiver: str
    amount_units: int
    height: int
    asset: Asset = ETHER
    txid: str = ""


def find(*moves, rule=AccountDepositAddress(), **more):  # noqa: B008  it has no state
    return rule.find(moves, service_of=SERVICES, **more)


def test_all_payers_of_one_inbox_paid_one_account():
    one = 10**18
    (found,) = find(
        Move("anna", "inbox", one, 100),
        Move("inbox", "hot", one - FEE, 140),
        Move("bo", "inbox", 2 * one, 200),
        Move("inbox", "hot", 2 * one - FEE, 210),
    )
    assert (found.address, found.service, found.payers) == ("inbox", "Kastell", ("anna", "bo"))
    assert [each.blocks for each in found.forwardings] == [40, 10]
    assert [each.forwarded_units for each in found.forwardings] == [one - FEE, 2 * one - FEE]


@pytest.mark.parametrize(
    "moves",
    [
        [Move("anna", "inbox", 10**18, 100), Move("inbox", "hot", 10**18, 10_101)],
        [Move("anna", "inbox", 10**18, 100), Move("inbox", "hot", 98 * 10**16, 110)],
        [Move("anna", "inbox", 10**18, 100), Move("inbox", "hot", 10**18 + 1, 110)],
        [Move("inbox", "hot", 10**18, 90), Move("anna", "inbox", 10**18, 100)],
        [Move("anna", "inbox", 10**18, 100), Move("inbox", "hot", 10**18, 110, TOKEN)],
        [Move("anna", "inbox", 10**9, 100, TOKEN), Move("inbox", "hot", 10**9 - 1, 110, TOKEN)],
        [Move("hot", "inbox", 10**18, 100), Move("inbox", "hot", 10**18, 110)],
        [Move("anna", "inbox", 0, 100), Move("inbox", "hot", 0, 110)],
        [Move("anna", "inbox", 10**14, 100), Move("inbox", "hot", 10**8, 110)],
    ],
    ids=[
        "too late",
        "too much lost",
        "more than came",
        "before it came",
        "another asset",
        "a token in part",
        "from the service",
        "nothing",
        "a speck of it",
    ],
)
def test_what_does_not_pass_a_deposit_on_is_no_inbox(moves):
    assert find(*moves) == ()


@pytest.mark.parametrize("elsewhere", ["carl", "other hot"])
def test_an_address_that_also_pays_others_is_no_inbox(elsewhere):
    moves = [Move("anna", "x", 10**18, 100), Move("x", "hot", 10**18 - FEE, 110)]
    assert len(find(*moves)) == 1
    assert find(*moves, Move("x", elsewhere, 5, 400)) == ()


def test_a_block_producers_payment_is_a_reward():
    moves = [Move("pool", "miner", 10**18, 100), Move("miner", "hot", 10**18 - FEE, 110)]
    assert len(find(*moves)) == 1
    assert find(*moves, block_producers={"pool"}) == ()


def test_tokens_are_passed_on_whole_while_the_service_sends_the_fee():
    (found,) = find(
        Move("anna", "inbox", 250_000_000, 100, TOKEN),
        Move("hot", "inbox", 10**16, 105),
        Move("inbox", "hot", 250_000_000, 106, TOKEN),
    )
    assert found.payers == ("anna",)
    assert found.forwardings[0].asset == TOKEN


def test_one_forwarding_stands_for_one_deposit():
    (found,) = find(
        Move("anna", "inbox", 10**18, 100),
        Move("bo", "inbox", 10**18, 101),
        Move("inbox", "hot", 10**18 - FEE, 140),
    )
    assert found.payers == ("anna",)


def test_the_parameters_are_victors_t_and_dv():
    rule = AccountDepositAddress(most_blocks=5, most_lost_units=7)
    assert rule.card.parameters == (("most_blocks", "5"), ("most_lost_units", "7"))
    inside = [Move("anna", "inbox", 100, 100), Move("inbox", "hot", 93, 105)]
    assert len(find(*inside, rule=rule)) == 1
    assert find(inside[0], Move("inbox", "hot", 92, 105), rule=rule) == ()
    assert find(inside[0], Move("inbox", "hot", 93, 106), rule=rule) == ()


@given(st.lists(st.tuples(*[st.sampled_from("abchot")] * 2, st.integers(0, 9), st.integers(0, 9))))
def test_what_is_found_is_always_backed_by_two_transfers(rows):
    names = {"h": "hot", "o": "other hot", "t": "hot"}
    moves = sorted(
        (Move(names.get(a, a), names.get(b, b), units, height) for a, b, units, height in rows),
        key=lambda move: move.height,
    )
    for found in find(*moves):
        assert SERVICES(found.address) is None
        for each in found.forwardings:
            assert any(
                (m.sender, m.receiver, m.amount_units)
                == (each.payer, found.address, each.deposited_units)
                for m in moves
            )
            assert 0 <= each.deposited_units - each.forwarded_units <= 10**16


@pytest.mark.real
def test_no_account_of_five_real_blocks_is_taken_for_an_inbox(shared_data):
    blocks = sorted((shared_data / "eth" / "nimbus").glob("2243108?.json"))
    if len(blocks) < 5:
        pytest.skip("the Ethereum blocks 22431080 to 22431084 are not beside this checkout")
    moves = [
        Move(
            sent["from"],
            sent["to"],
            int(sent["value"], 16),
            int(sent["blockNumber"], 16),
            txid=sent["hash"],
        )
        for path in blocks
        for sent in json.loads(path.read_text()).get("result", json.loads(path.read_text()))[
            "transactions"
        ]
        if sent["to"] and int(sent["value"], 16)
    ]
    assert len(moves) == 142
    passed_on = {move.sender for move in moves} & {move.receiver for move in moves}
    assert len(passed_on) == 4
    final = {move.receiver: "a service" for move in moves if move.receiver not in passed_on}
    assert AccountDepositAddress().find(moves, service_of=final.get) == ()
    as_victor = [m for m in moves if m.receiver in passed_on or m.sender in passed_on]
    assert any(
        0 <= one.amount_units - other.amount_units <= 10**16
        for one in as_victor
        for other in as_victor
        if one.receiver == other.sender
    )
