"""Crossings between two chains pay one customer the right value, later, and some turn back."""

import pytest

from chainlead.guide.practice.swap_chains import (
    FEE_PER_MILLE,
    RATE,
    WECHSEL,
    SwapChains,
    build_swap_chains,
)
from chainlead.model import Chain


@pytest.fixture(scope="module")
def swaps() -> SwapChains:
    return build_swap_chains("tests", 20)


def test_each_crossing_pays_the_depositor_the_value_less_the_fee(swaps: SwapChains) -> None:
    assert len(swaps.crossings) > 20
    for crossing in swaps.crossings:
        sides = (swaps.first, swaps.second)
        here, there = sides if crossing.chain is Chain.BITCOIN else sides[::-1]
        deposit, payout = here.coin(crossing.deposit), there.coin(crossing.payout)
        assert (deposit.owner, deposit.customer) == (WECHSEL, crossing.customer)
        assert payout.owner == crossing.customer
        worth = deposit.amount_sat * RATE if here is swaps.first else deposit.amount_sat // RATE
        assert payout.amount_sat == worth - worth * FEE_PER_MILLE // 1000


def test_a_u_turn_spends_the_payout_as_the_next_deposit(swaps: SwapChains) -> None:
    turns = [crossing for crossing in swaps.crossings if crossing.turns]
    assert len(turns) > 5
    for back in turns:
        assert back.turns is not None
        assert back.turns.chain is not back.chain
        town = swaps.first if back.chain is Chain.BITCOIN else swaps.second
        sent = town.sent(back.deposit.partition(":")[0])
        assert [coin.outpoint for coin in sent.spent] == [back.turns.payout]


def test_both_chains_are_the_same_every_time(swaps: SwapChains) -> None:
    again = build_swap_chains("tests", 20)
    assert again.crossings == swaps.crossings
    assert again.second.economy.blocks[-1].hash_wire == swaps.second.economy.blocks[-1].hash_wire
