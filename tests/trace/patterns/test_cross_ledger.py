"""Crossings between ledgers are candidates: time, value, and how many compete."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlead.model import Chain, Strength
from chainlead.trace.patterns.cross_ledger import (
    CrossLedger,
    Movement,
    find_deposits,
    find_payouts,
)
from chainlead.trace.patterns.u_turn import UTurn

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
LTC_PER_BTC = Fraction(800)


def deposit(units, minutes=0, name="d", service="Kastell"):
    at = NOON + timedelta(minutes=minutes)
    return Movement(Chain.BITCOIN, name, service, "inbox", units, at, ("payer",))


def payout(units, minutes=10, name="p", service="Kastell"):
    at = NOON + timedelta(minutes=minutes)
    return Movement(Chain.LITECOIN, name, service, "payee", units, at)


def match(deposits, payouts, rate=lambda _: LTC_PER_BTC, **more):
    return CrossLedger(**more).match(deposits, payouts, rate)


def test_a_single_candidate_scores_one_and_is_still_inferred():
    (found,) = match([deposit(1_000)], [payout(790_000)])
    assert (found.expected_units, found.score) == (800_000, 1)
    assert found.strength is Strength.INFERRED


def test_competitors_on_both_sides_lower_the_score():
    found = match(
        [deposit(1_000), deposit(1_001, 1, "d2")],
        [payout(790_000), payout(795_000, 12, "p2"), payout(798_000, 13, "p3")],
    )
    assert len(found) == 6
    assert {candidate.score for candidate in found} == {Fraction(1, 4)}
    assert {c.competing_payouts for c in found} == {3}
    assert {c.competing_deposits for c in found} == {2}


@pytest.mark.parametrize(
    ("units", "minutes", "fits"),
    [
        (776_000, 0, True),
        (775_999, 0, False),
        (808_000, 0, True),
        (808_001, 0, False),
        (800_000, 60, True),
        (800_000, 61, False),
        (800_000, -10, True),
        (800_000, -11, False),
    ],
)
def test_window_and_tolerance_are_closed(units, minutes, fits):
    assert bool(match([deposit(1_000)], [payout(units, minutes)])) is fits


def test_another_service_and_an_unknown_rate_give_no_candidate():
    assert match([deposit(1_000)], [payout(800_000, service="Lagune")]) == ()
    assert match([deposit(1_000)], [payout(800_000)], rate=lambda _: None) == ()


@given(
    st.lists(st.tuples(st.integers(1, 30), st.integers(0, 200)), max_size=12),
    st.lists(st.tuples(st.integers(1, 30), st.integers(0, 200)), max_size=12),
)
def test_matching_is_what_two_plain_loops_give(ins, outs):
    deposits = [deposit(units, at, f"d{n}") for n, (units, at) in enumerate(ins)]
    payouts = [payout(units, at, f"p{n}") for n, (units, at) in enumerate(outs)]
    plain = {
        (d.txid, p.txid)
        for d in deposits
        for p in payouts
        if -600 <= (p.at - d.at).total_seconds() <= 3_600
        and d.amount_units * 970 <= p.amount_units * 1_000 <= d.amount_units * 1_010
    }
    found = match(deposits, payouts, rate=lambda _: Fraction(1))
    assert {(c.deposit.txid, c.payout.txid) for c in found} == plain
    for candidate in found:
        rivals = sum(d == candidate.deposit.txid for d, _ in plain)
        others = sum(p == candidate.payout.txid for _, p in plain)
        assert candidate.score == Fraction(1, rivals + others - 1)
    backwards = match(deposits[::-1], payouts[::-1], rate=lambda _: Fraction(1))
    assert backwards == found


def crossing(chainlet_of):
    """Anna swaps bitcoin for litecoin and straight back, at one service."""
    btc, ltc = chainlet_of(Chain.BITCOIN), chainlet_of(Chain.LITECOIN)
    rich = btc.mine(("anna", 5_000_000), ("hot btc", 90_000_000))
    stock = ltc.mine(("hot ltc", 900_000_000_000))
    btc.pay([(rich, 0)], ("inbox", 2_000_000), ("anna 2", 2_990_000), at=NOON)
    out = ltc.pay(
        [(stock, 0)],
        ("anna ltc", 1_580_000_000),
        ("hot ltc", 898_000_000_000),
        at=NOON + timedelta(minutes=15),
    )
    ltc.pay([(out, 0)], ("ltc inbox", 1_579_000_000), at=NOON + timedelta(hours=2))
    btc.pay(
        [(rich, 1)],
        ("anna", 1_950_000),
        ("hot btc", 88_000_000),
        at=NOON + timedelta(hours=2, minutes=20),
    )
    held = {
        **dict.fromkeys(map(btc.address, ("inbox", "hot btc")), "Kastell"),
        **dict.fromkeys(map(ltc.address, ("ltc inbox", "hot ltc")), "Kastell"),
    }
    return btc, ltc, held.get


def test_a_swap_and_its_way_back_are_found_in_two_views(chainlet_of):
    btc, ltc, held = crossing(chainlet_of)
    away = match(find_deposits(btc.made, held), find_payouts(ltc.made, held))
    home = CrossLedger().match(
        find_deposits(ltc.made, held), find_payouts(btc.made, held), lambda _: 1 / LTC_PER_BTC
    )
    assert [candidate.payout.address for candidate in away] == [ltc.address("anna ltc")]
    assert [candidate.deposit.parties for candidate in away] == [(btc.address("anna"),)]
    (turn,) = UTurn().find(away, home, ltc.view())
    assert turn.is_round_trip
    assert turn.score == 1
    (elsewhere,) = UTurn().find(away, home, ltc.view(), same_hand=lambda _a, _b: False)
    assert not elsewhere.is_round_trip
    assert UTurn(most_hours=1).find(away, home, ltc.view()) == ()
    assert UTurn().find(home, away, btc.view()) == ()


def test_the_services_own_movements_are_neither_deposit_nor_payout(chainlet_of):
    btc = chainlet_of(Chain.BITCOIN)
    rich = btc.mine(("hot", 100), ("anna", 100))
    btc.pay([(rich, 0)], ("cold", 90))
    btc.pay([(rich, 1)], ("bo", 90))
    held = dict.fromkeys(map(btc.address, ("hot", "cold")), "Kastell").get
    assert find_deposits(btc.made, held) == []
    assert find_payouts(btc.made, held) == []
