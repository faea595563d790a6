"""Coins cover what they must, and an exact match leaves nothing to change."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from chainlead.guide.practice.coin_selection import order_coins, take_exact, take_until
from chainlead.guide.practice.dice import Dice


@dataclass(frozen=True)
class _Coin:
    amount_sat: int


COINS = st.lists(st.integers(1, 100).map(_Coin), max_size=8)


@given(COINS, st.integers(1, 300), st.integers(0, 5))
def test_coins_taken_in_order_cover_the_need_as_soon_as_they_can(coins, target, each) -> None:
    def needed(count: int) -> int:
        return target + each * count

    taken = take_until(coins, needed)
    if taken is None:
        for count in range(1, len(coins) + 1):
            assert sum(c.amount_sat for c in coins[:count]) < needed(count)
    else:
        count = len(taken)
        assert taken == coins[:count]
        assert sum(c.amount_sat for c in taken) >= needed(count)
        assert all(sum(c.amount_sat for c in coins[:n]) < needed(n) for n in range(1, count))


@given(COINS, st.integers(1, 300), st.integers(0, 4))
def test_an_exact_match_is_found_where_there_is_one(coins, target, spare) -> None:
    taken = take_exact(coins, lambda _count: target, spare)
    sums = {0}
    for coin in coins:
        sums |= {total + coin.amount_sat for total in sums}
    possible = any(target <= total <= target + spare for total in sums)
    assert (taken is not None) == possible
    if taken is not None:
        assert target <= sum(c.amount_sat for c in taken) <= target + spare
        assert all(taken.count(coin) <= coins.count(coin) for coin in taken)


@given(COINS, st.sampled_from(["largest", "smallest", "oldest", "random", "exact"]))
def test_every_habit_keeps_every_coin(coins, picks) -> None:
    ordered = order_coins(coins, picks, Dice("order"))
    assert sorted(c.amount_sat for c in ordered) == sorted(c.amount_sat for c in coins)
    amounts = [coin.amount_sat for coin in ordered]
    if picks == "largest":
        assert amounts == sorted(amounts, reverse=True)
    if picks == "smallest":
        assert amounts == sorted(amounts)
    if picks == "oldest":
        assert ordered == coins


@given(st.lists(st.integers(), max_size=9), st.integers(0, 12))
def test_some_things_are_different_ones_and_not_more_than_there_are(things, count) -> None:
    chosen = Dice("some").some(things, count)
    assert len(chosen) == min(count, len(things))
    assert all(chosen.count(thing) <= things.count(thing) for thing in chosen)
