"""Heuristics that ask the ledger: before a transaction for first seen, after it for the spender."""

from dataclasses import replace

import pytest
from hypothesis import given

from chainlead.trace import ViewUntil, change_combinations, change_heuristics
from chainlead.trace.heuristics.change.first_seen import FirstSeen
from chainlead.trace.heuristics.change.locktime import Locktime
from chainlead.trace.heuristics.change.peel import Peel
from chainlead.trace.heuristics.change.round_value import RoundValue
from chainlead.trace.heuristics.change.same_fingerprint import SameFingerprint

BY_SPENDER = (Locktime(), SameFingerprint(), Peel())


def test_round_value_keeps_what_is_no_multiple_of_a_power_of_ten(chainlet):
    coin = chainlet.mine(("a", 900_000_000))
    sent = chainlet.pay([(coin, 0)], ("shop", 3_000_000), ("rest", 896_999_100))
    assert RoundValue().candidates(sent, chainlet.view()) == {1}
    assert RoundValue(2).candidates(sent, chainlet.view()) == frozenset()
    assert RoundValue().card.parameters == (("digits", "6"),)


def test_first_seen_names_fresh_addresses_only(chainlet):
    coin = chainlet.mine(("a", 100), ("shop", 5))
    sent = chainlet.pay([(coin, 0)], ("shop", 60), ("rest", 39))
    assert FirstSeen().candidates(sent, chainlet.view()) == {1}


def test_an_address_that_is_paid_later_was_still_new(chainlet):
    coin = chainlet.mine(("a", 100), ("b", 50))
    sent = chainlet.pay([(coin, 0)], ("shop", 60), ("rest", 39))
    chainlet.pay([(coin, 1)], ("rest", 20), ("rest", 20))
    assert FirstSeen().candidates(sent, chainlet.view()) == {0, 1}
    again = chainlet.pay([(sent, 0)], ("rest", 20), ("new", 20), ("twice", 5), ("twice", 6))
    assert FirstSeen().candidates(again, chainlet.view()) == {1}


def test_first_seen_is_silent_where_an_input_is_paid_back(chainlet):
    coin = chainlet.mine(("a", 100))
    sent = chainlet.pay([(coin, 0)], ("fresh shop", 60), ("a", 39))
    assert FirstSeen().candidates(sent, chainlet.view()) == frozenset()


def test_first_seen_is_silent_where_the_order_in_time_is_unknown(chainlet, ledger_of):
    coin = chainlet.mine(("a", 100), ("b", 50))
    sent = chainlet.pay([(coin, 0)], ("rest", 39), ("d", 9))
    other = chainlet.pay([(coin, 1)], ("rest", 20), ("d", 9))
    nowhere = {"height": None, "block_index": None, "mined_at": None}
    loose = [replace(sent, **nowhere), replace(other, **nowhere)]
    assert FirstSeen().candidates(loose[0], ledger_of([coin, *loose])) == frozenset()
    same_block = [replace(t, height=7, block_index=None) for t in (sent, other)]
    assert FirstSeen().candidates(same_block[0], ledger_of([coin, *same_block])) == frozenset()
    assert FirstSeen().candidates(sent, ledger_of([coin, sent, loose[1]])) == {0, 1}
    untimed = [replace(t, height=None, block_index=None) for t in (sent, other)]
    assert FirstSeen().candidates(untimed[0], ledger_of([coin, *untimed])) == {0, 1}
    assert FirstSeen().candidates(untimed[1], ledger_of([coin, *untimed])) == frozenset()


def chain_of_habits(chainlet):
    """A payer who sets a locktime and can replace; a shop that does neither."""
    careful = {"sequence": 0xFFFFFFFD, "locktime": 100}
    coin = chainlet.mine(("payer", 100))
    sent = chainlet.pay([(coin, 0)], ("shop", 30), ("rest", 69), **careful)
    by_shop = chainlet.pay([(sent, 0)], ("x", 29), version=1)
    by_payer = chainlet.pay([(sent, 1)], ("y", 20), ("z", 48), **careful)
    return sent, by_shop, by_payer


@pytest.mark.parametrize("heuristic", BY_SPENDER, ids=lambda h: h.name)
def test_the_spender_tells_the_wallet(chainlet, heuristic):
    sent, _, by_payer = chain_of_habits(chainlet)
    assert heuristic.candidates(sent, chainlet.view()) == {1}
    unspent = frozenset() if heuristic.name == "peel" else {0, 1}
    assert heuristic.candidates(by_payer, chainlet.view()) == unspent


@pytest.mark.parametrize("heuristic", BY_SPENDER, ids=lambda h: h.name)
def test_what_is_spent_after_the_pin_is_not_looked_at(chainlet, heuristic):
    sent, by_shop, _ = chain_of_habits(chainlet)
    early = ViewUntil(chainlet.view(), sent.height)
    assert heuristic.candidates(sent, early) == (
        frozenset() if heuristic.name == "peel" else {0, 1}
    )
    middle = ViewUntil(chainlet.view(), by_shop.height)
    assert heuristic.candidates(sent, middle) == (frozenset() if heuristic.name == "peel" else {1})


def test_a_peel_step_is_evidence_with_the_features_that_matched(chainlet):
    sent, _, by_payer = chain_of_habits(chainlet)
    step = Peel().follow(sent, chainlet.view())
    assert step.change.outpoint == sent.outputs[1].outpoint
    assert (step.spender, step.height) == (by_payer.txid, by_payer.height)
    assert step.same == ("version", "locktime", "sequence", "input_types")
    assert set(step.unknown) == {"short_r", "ordering"}
    assert step.peeled_units == 30
    assert Peel().follow_all(sent, chainlet.view()) == (step,)


def test_two_matches_or_none_end_the_chain(chainlet):
    coin = chainlet.mine(("payer", 100))
    sent = chainlet.pay([(coin, 0)], ("shop", 30), ("rest", 69))
    chainlet.pay([(sent, 0)], ("x", 29))
    chainlet.pay([(sent, 1)], ("y", 60))
    assert Peel().follow(sent, chainlet.view()) is None
    assert Peel().follow(coin, chainlet.view()) is None
    assert Peel(least_features=6).candidates(sent, chainlet.view()) == frozenset()


def test_a_mixing_round_that_spends_shows_no_wallet(chainlet):
    coins = [chainlet.mine((f"payer {number}", 50 + number)) for number in range(3)]
    sent = chainlet.pay([(coins[0], 0)], ("shop", 20), ("rest", 29), version=1)
    chainlet.pay([(sent, 1), (coins[1], 0), (coins[2], 0)], *((f"mixed {n}", 20) for n in range(3)))
    assert SameFingerprint().candidates(sent, chainlet.view()) == {0, 1}
    assert Peel().candidates(sent, chainlet.view()) == frozenset()


def test_a_long_chain_is_followed_up_to_the_bound(chainlet):
    coin = chainlet.mine(("start", 10_000))
    here = first = chainlet.pay([(coin, 0)], ("shop 0", 10), ("rest 0", 9_980))
    for number in range(1, 30):
        left = here.outputs[1].amount_units
        here = chainlet.pay([(here, 1)], (f"shop {number}", 10), (f"rest {number}", left - 11))
    steps = Peel().follow_all(first, chainlet.view())
    assert len(steps) == 29
    assert sum(step.peeled_units for step in steps) == 290
    assert len(Peel().follow_all(first, chainlet.view(), most_hops=5)) == 5


def pytest_generate_tests(metafunc):
    if "any_heuristic" in metafunc.fixturenames:
        everything = [*change_heuristics(), *change_combinations()]
        metafunc.parametrize("any_heuristic", everything, ids=lambda h: h.name)


def test_a_view_until_a_height_answers_as_a_ledger_that_ends_there(
    worlds, ledger_of, any_heuristic
):
    @given(worlds(most_units=3_000_000))
    def agrees(world):
        whole = ledger_of(world.transactions)
        for height in range(1, world.height + 1):
            cut = ViewUntil(whole, height)
            ended = ledger_of([t for t in world.transactions if t.height <= height])
            assert cut.pin.height == ended.pin.height
            for transaction in ended.transactions():
                assert any_heuristic.candidates(transaction, cut) == any_heuristic.candidates(
                    transaction, ended
                )

    agrees()


def test_first_seen_does_not_change_when_the_chain_grows(worlds, ledger_of):
    fresh = FirstSeen()

    @given(worlds())
    def holds(world):
        whole = ledger_of(world.transactions)
        for number, transaction in enumerate(world.transactions, 1):
            then = ledger_of(world.transactions[:number])
            assert fresh.candidates(transaction, then) == fresh.candidates(transaction, whole)

    holds()
